"""A document or a result to a scene, one drawing per file; no drawing knows its file format."""
