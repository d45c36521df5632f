"""All addresses of the studio: each page brings its own."""

from __future__ import annotations

from importlib import import_module

from allauth.account.views import login, logout
from django.urls import URLPattern, URLResolver, include, path

PAGES = (
    "look",
    "entrance",
    "home",
    "people",
    "shared",
    "history",
    "comments",
    "live",
    "begin",
    "search",
)
"""Modules of polku.studio.pages, each with its `addresses`."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", login, name="account_login"),
    path("sign-out/", logout, name="account_logout"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.account.urls")),
]
for _name in PAGES:
    urlpatterns += import_module(f"polku.studio.pages.{_name}").addresses
