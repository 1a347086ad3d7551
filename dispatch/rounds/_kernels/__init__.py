"""Loops that numba compiles; no other room of the house reaches them."""
