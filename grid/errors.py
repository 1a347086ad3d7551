"""What can go wrong in grid governance."""


class GridError(ValueError):
    """A code, rule or ticket that cannot be used; the message says what, why and what to do."""


class BadCodeError(GridError):
    """An area or cell code of the wrong shape or under the wrong parent."""


class BadRuleError(GridError):
    """A rule table that cannot be read or leaves a hole."""


class OutsideDistrictError(GridError):
    """A position that lies in no cell."""


class UnknownCategoryError(LookupError):
    """A category of issue that the catalogue does not list."""


class NoRuleError(LookupError):
    """No rule answers a question that must have an answer."""
