"""Providers: admission, hours, state."""
