"""The API: what a page can do, for programs; each operation declares its right where it stands."""
