"""The timeline: when each role acts, and who holds the ball meanwhile."""
