"""People, devices and accounts, and the checks of their records."""
