"""Rounds: who visits whom on a day, in which order and when."""
