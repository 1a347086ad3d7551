"""What a role sees of a fact."""
