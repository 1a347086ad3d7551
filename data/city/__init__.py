"""What a process holds in memory: areas, cells, providers, streets."""
