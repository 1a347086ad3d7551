"""Questions to the store, one room a word."""
