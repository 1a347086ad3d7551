"""Compiled kernels: numbers and arrays in, numbers and arrays out; no units, no exceptions."""
