"""Filters: one grammar for which cases and events count, as a tree, as SQL, and on columns in memory."""
