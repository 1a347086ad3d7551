"""What can go wrong while drawing."""


class MapError(Exception):
    """Any fault of a map."""


class BadLayerError(MapError, ValueError):
    """A layer was given facts that cannot be drawn."""


class BadBaseMapError(MapError, ValueError):
    """The base map cannot be made or shown from what was given."""
