"""Interfaces that other systems know: Open311, OGC features, hotlines, webhooks."""
