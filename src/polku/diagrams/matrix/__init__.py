"""The matrix: roles over stages, the board to work on it, and its strip."""
