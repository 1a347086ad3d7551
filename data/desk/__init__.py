"""The one door for every change."""
