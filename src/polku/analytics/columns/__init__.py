"""Columns: what a version holds as numbers in memory, read once and shared by the questions."""
