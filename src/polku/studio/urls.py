"""All addresses of the studio: each page brings its own."""

from __future__ import annotations

from importlib import import_module

from allauth.account.views import (
    account_inactive,
    login,
    logout,
    password_change,
    password_set,
    reauthenticate,
)
from django.urls import URLPattern, URLResolver, include, path

PAGES = (
    "look",
    "entrance",
    "home",
    "purpose",
    "people",
    "tokens",
    "shared",
    "history",
    "comments",
    "compare",
    "workspace",
    "live",
    "event_rules",
    "editor",
    "journeys",
    "begin",
    "search",
    "library",
    "roles",
    "said",
    "evidence",
    "solves",
    "improve",
    "sprints",
    "plan",
    "export",
    "explore",
    "filters",
    "data",
    "data_import",
    "data_match",
    "data_companies",
    "privacy",
    "mirror",
    "accounts",
)
"""Modules of polku.studio.pages, each with its `addresses`."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", login, name="account_login"),
    path("sign-out/", logout, name="account_logout"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/again/", reauthenticate, name="account_reauthenticate"),
    path("account/password/", password_change, name="account_change_password"),
    path("account/first-password/", password_set, name="account_set_password"),
    path("account/inactive/", account_inactive, name="account_inactive"),
]
for _name in PAGES:
    urlpatterns += import_module(f"polku.studio.pages.{_name}").addresses
urlpatterns += import_module("polku.studio.api.urls").addresses

handler404 = "polku.studio.pages.missing.not_found"
handler500 = "polku.studio.pages.missing.broken"
