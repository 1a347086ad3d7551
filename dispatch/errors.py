"""What can go wrong in dispatch."""


class DispatchError(ValueError):
    """A call, order or rule that cannot be used; the message says what, why and what to do."""


class BadLifecycleError(DispatchError):
    """A lifecycle table with a hole: unknown target, unreachable state, undeclared dead end."""


class BadWorkTimeError(DispatchError):
    """Shifts that overlap, a calendar that contradicts itself, a time without offset."""


class BadFieldError(DispatchError):
    """A field of a request that is missing, unreadable or outside what is allowed.

    Parameters
    ----------
    field : str
        Name of the field.
    value : object
        What was given; None or an empty text for nothing.
    allowed : str
        What would have been accepted.
    """

    def __init__(self, field: str, value: object, allowed: str) -> None:
        shown = repr(value)
        if len(shown) > 80:
            shown = shown[:77] + "..."
        if value is None or value == "":
            super().__init__(f"{field}: nothing was given; {allowed}")
        else:
            super().__init__(f"{field}: {shown} is not accepted; {allowed}")
        self.field, self.value, self.allowed = field, value, allowed


class NotPossibleError(DispatchError):
    """An action that the present state does not offer."""


class WrongRoleError(DispatchError):
    """An action by a role that may not take it."""


class UnknownItemError(LookupError):
    """A service item that the catalogue does not list."""


class UnknownProviderError(LookupError):
    """A provider that is not registered."""


class ShortOfMoneyError(NotPossibleError):
    """A purse has not what is asked of it; nothing is moved."""

    def __init__(self, purse: str, left_fen: int, asked_fen: int) -> None:
        left, asked = (f"{fen // 100}.{fen % 100:02d}" for fen in (max(0, left_fen), asked_fen))
        super().__init__(f"{asked} yuan are asked of {purse}, and {left} yuan are left; nothing was moved")
        self.purse, self.left_fen, self.asked_fen = purse, left_fen, asked_fen
