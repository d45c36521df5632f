"""What the studio keeps in its database: people and rights, documents and their history, jobs.

Records stay in the lake, results are computed; neither has a row here.
"""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone


class People(BaseUserManager):
    """Makes people; the address is how they sign in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person who may sign in; without a password only by a link."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str) -> Person:
        """The person of an address, whatever its case."""
        return self.get(email=username.lower())


class Person(AbstractBaseUser):
    """Somebody who signs in. (A customer's person is a row of the lake, never of this table.)"""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, blank=True)
    """Their reading language; empty follows the browser."""
    theme = models.CharField(max_length=5, blank=True)
    """light or dark; empty follows the system."""
    keys = models.BooleanField(default=True)
    """Whether single letters work as keys."""
    is_active = models.BooleanField(default=True)
    steward = models.BooleanField(default=False)
    """May make workspaces and invite people to the server as a whole."""
    joined = models.DateTimeField(default=timezone.now)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def label(self) -> str:
        """What others see: the name, else the part of the address before the @."""
        return self.name or self.email.partition("@")[0]

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """As `has_perm`."""
        return False


class Space(models.Model):
    """A workspace: its documents are rows below, its lake a folder of the same key."""

    slug = models.SlugField(max_length=60, unique=True)
    revision = models.PositiveBigIntegerField(default=0)
    """The number of the last change; grows by one with each, so that it names a state of all documents."""
    made = models.DateTimeField(default=timezone.now)
    today = models.DateField(null=True, blank=True)
    """The day an example lives on; None follows the clock."""
    removed = models.DateTimeField(null=True, blank=True)


class Membership(models.Model):
    """What a person may do in a workspace."""

    VIEWER, EDITOR, ADMIN = "viewer", "editor", "admin"
    space = models.ForeignKey(Space, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    right = models.CharField(max_length=6, default=VIEWER)
    names = models.BooleanField(default=False)
    """Apart from the right: may see the names of customers' people."""
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        """One membership per person and workspace."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["space", "person"], name="one_membership")]


class Document(models.Model):
    """A document of a workspace as its text; the text is the truth, and export hands it out as it is."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=160)
    """`polku`, `journeys/new-machine` …"""
    text = models.TextField()
    changed = models.PositiveBigIntegerField(default=0)
    """Number of the last change in it."""

    class Meta:
        """One text per name."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["space", "name"], name="one_document")]


class Change(models.Model):
    """One edit, never altered: the history, undo, live updates and audit all read this log."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="changes")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    """Who, where it was nobody who signs in: a guest of a workshop, the demo."""
    document = models.CharField(max_length=160)
    kind = models.CharField(max_length=8)
    """set, add, remove, move of an item; create, delete, replace of a document."""
    path = models.CharField(max_length=300, blank=True)
    """The item as it is named after the edit (`steps/sign/feels`); of a document, empty."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    place = models.PositiveIntegerField(null=True)
    """Number from 1 in its list, after an add or move."""
    was = models.PositiveIntegerField(null=True)
    """Number from 1 in its list, before a move or remove."""
    splice = models.JSONField(default=list)
    """What the edit did to the text: start, letters taken, letters put; so an undo gives back comments too."""
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by")
    key = models.CharField(max_length=64, blank=True)
    """Of the request: sent twice, it is done once."""
    act = models.PositiveBigIntegerField(null=True)
    """Number of the first change of the act this one is a part of: they are undone together."""

    class Meta:
        """Numbered within the workspace."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["space", "number"], name="one_number"),
            models.UniqueConstraint(fields=["space", "key"], name="one_effect", condition=~models.Q(key="")),
        ]
        indexes: ClassVar = [models.Index(fields=["space", "document", "number"])]

    @property
    def who(self) -> str:
        """What the person who did it is called."""
        return self.person.label if self.person else self.guest


class NamedVersion(models.Model):
    """A state of a document that somebody gave a name."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="versions")
    document = models.CharField(max_length=160)
    name = models.CharField(max_length=120)
    number = models.PositiveBigIntegerField()
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")


class Comment(models.Model):
    """Words about an item; it names the item by id, so it survives moving."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="comments")
    document = models.CharField(max_length=160)
    path = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    done = models.DateTimeField(null=True)


class Job(models.Model):
    """Long work: its progress, so that a page can show it, and its heartbeat, so that a dead one is found."""

    WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
    space = models.ForeignKey(Space, models.CASCADE, related_name="jobs", null=True)
    kind = models.CharField(max_length=40)
    """The function of `jobs.WORK` that does it."""
    asked = models.JSONField(default=dict)
    state = models.CharField(max_length=9, default=WAITING)
    share = models.FloatField(default=0.0)
    """Done, 0 … 1."""
    says = models.JSONField(default=dict)
    """The message of the part in hand: id and params."""
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    """Message of a failure that a user can mend; a defect is in the server's log."""
    cancel = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    beat = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")


class Token(models.Model):
    """A secret that opens one thing: an invitation, a share link, a workshop, the API, a sign-in link.

    Only its hash is kept; the secret is shown once.
    """

    SIGN_IN, INVITE, SHARE, WORKSHOP, API = "sign-in", "invite", "share", "workshop", "api"
    kind = models.CharField(max_length=8)
    hash = models.CharField(max_length=64, unique=True)
    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="tokens")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="tokens")
    """Whom it signs in, or who made it."""
    grants = models.JSONField(default=dict)
    """What it opens: right, names, journey, measures, scopes, address."""
    label = models.CharField(max_length=120, blank=True)
    made = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    @staticmethod
    def secret() -> str:
        """A fresh secret of 256 bits."""
        return secrets.token_urlsafe(32)


class Audit(models.Model):
    """Who did what that no document shows: signed in, invited, changed a right, exported, imported, erased."""

    space = models.ForeignKey(Space, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=60)
    about = models.JSONField(default=dict)


class SavedView(models.Model):
    """A filter of Explore with a name, to come back to and to hand on as a link."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="views")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)
    page = models.CharField(max_length=40)
    query = models.CharField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)
