"""Commands, one room each; every room offers ``command``."""
