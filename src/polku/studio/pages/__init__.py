"""One file per page: its addresses, its views, and what they ask of the layers below."""
