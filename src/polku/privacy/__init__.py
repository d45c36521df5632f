"""A person's rights to what is held on them: shown whole, and erased whole."""
