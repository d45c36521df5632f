"""The path graph: what customers really did, over the track that was intended."""
