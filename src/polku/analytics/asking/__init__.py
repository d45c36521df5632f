"""Asking: from the words of a question to the function that answers it, and from its answer to words."""
