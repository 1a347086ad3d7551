"""Areas, cells, responsibility, deadlines, tickets and scores: pure rules, no input or output."""
