"""Compiled loops over arrays: they know no units, no objects and no errors."""
