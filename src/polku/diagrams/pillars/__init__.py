"""The pillars: what holds the goal up."""
