"""A journey as it is beside one that is to be."""
