"""The catalogue: one parser for each table of rules."""
