"""What can go wrong in keeping facts."""


class DataError(ValueError):
    """A file, row or store that cannot be used; the message says what, why and what to do."""


class BadCatalogueError(DataError):
    """A catalogue file that does not parse or leaves a hole; names file and line."""


class BadFileError(DataError):
    """A file handed in that cannot be read at all."""


class BadPhotoError(DataError):
    """A photo that is none, or too big; ``reason`` says which, for pages that tell it in their language."""

    def __init__(self, message: str, *, reason: str = "unreadable") -> None:
        super().__init__(message)
        self.reason = reason


class BadBackupError(DataError):
    """A backup that cannot be made, read or restored."""


class NoRoomError(DataError):
    """A photo for which the disk has no room; reports are taken all the same."""

    reason = "no_room"


class StaleError(DataError):
    """A change that was decided on an older version of the row."""


class QuotaError(DataError):
    """More looks at personal data in a day than the rules allow."""


class KeyReusedError(DataError):
    """An idempotency key that was used before with another body."""


class NotSetUpError(DataError):
    """A database without tables or without a district, or a machine without what is needed."""


class BusyError(DataError):
    """A write whose turn did not come in time; nothing was changed."""


class TransactionLostError(DataError):
    """A transaction that the database rolled back by itself; nothing of it was kept."""


class MissingError(LookupError):
    """Something asked for by number that is not there, or not for the one who asks."""


class CodeNeededError(MissingError):
    """The password fits and the one-time code of the second factor is missing."""
