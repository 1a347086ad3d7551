"""Web, roles, timers, live push, command line and wiring."""
