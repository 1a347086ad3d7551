"""What can go wrong with places, shapes and streets."""


class GeoError(ValueError):
    """A place, shape or extract that cannot be used; the message says what, why and what to do."""


class BadPlaceError(GeoError):
    """A coordinate that is no number or lies outside its range."""


class BadShapeError(GeoError):
    """A geometry that is empty, of the wrong kind or beyond repair."""


class BadExtractError(GeoError):
    """A map extract that is truncated, no OSM data, or without streets."""


class BadNetworkError(GeoError):
    """Street arrays that contradict each other, or an engine file that is damaged."""


class UnknownMemberError(LookupError):
    """A member that is not in the index."""


class NoStreetError(LookupError):
    """No street within reach of the place."""


class BadAccessTableError(GeoError):
    """A table of access that has a hole or contradicts itself."""
