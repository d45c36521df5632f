"""The wheel: whether the loop closes."""
