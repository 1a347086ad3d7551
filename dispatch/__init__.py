"""Service items, providers, orders and matching: pure rules, no input or output."""
