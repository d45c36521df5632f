"""Who is who: accounts and people of several systems as one, with the reason for each link."""

from polku.identity.resolving import resolver

__all__ = ["resolver"]
