"""One account: its timeline, its relations, what is understood of it."""
