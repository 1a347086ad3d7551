"""Matters: government and cross-department items whose form, flow and clock are a table, not code."""
