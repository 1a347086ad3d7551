"""A ticket's life: report, promise, hand-overs, evidence, closing."""
