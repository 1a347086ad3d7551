"""Pages for people, one room a page; every room offers ``router``."""
