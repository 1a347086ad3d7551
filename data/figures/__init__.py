"""Rates, indicators, scores and appraisals computed from the store."""
