"""Rates, league tables and indicators."""
