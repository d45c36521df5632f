"""Explore: one frame for every question the library answers."""
