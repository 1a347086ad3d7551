"""Alarms: devices speak, a ladder of timed steps tells people, a person closes."""
