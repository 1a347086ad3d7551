"""Who should go: needs, candidates and refusals."""
