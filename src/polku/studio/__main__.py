"""`python -m polku.studio`: the server."""

from __future__ import annotations

import sys

from polku.studio.manage import main

if __name__ == "__main__":
    sys.exit(main())
