"""Scenes, tables and documents as things people send each other: the HTML report."""
