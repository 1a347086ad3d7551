"""Money in whole fen: purses, transfers between them, budgets, and the bill of an order."""
