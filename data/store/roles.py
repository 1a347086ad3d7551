"""Groups of roles that scopes are told by."""

OVERSEERS = ("dispatcher", "leader", "admin")
"""Those who run an area."""
