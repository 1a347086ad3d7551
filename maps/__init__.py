"""Folium maps of what they are given."""
