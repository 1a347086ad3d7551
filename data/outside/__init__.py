"""Other systems: webhooks, hotlines, Open311, OGC features."""
