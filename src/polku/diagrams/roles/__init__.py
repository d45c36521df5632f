"""Roles: how far each comes, and what one weighs, knows and wants."""
