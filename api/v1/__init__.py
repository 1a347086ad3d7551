"""The HTTP interface, one router a word."""
