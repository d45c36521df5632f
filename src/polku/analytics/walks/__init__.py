"""Walks: cases followed event by event in arrays, a piece at a time."""
