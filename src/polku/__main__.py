"""`python -m polku`."""

from polku.cli import main

main()
