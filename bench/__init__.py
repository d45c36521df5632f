"""How fast polku is on this machine, beside what it should be: `make bench`."""
