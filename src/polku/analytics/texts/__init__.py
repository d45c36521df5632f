"""Texts: what customers wrote, its language, its themes, and hints of how it was meant."""
