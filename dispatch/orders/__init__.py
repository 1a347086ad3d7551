"""A service order's life."""
