"""The sample district and its rehearsal."""
