"""Django's settings of the studio, from the environment and the data folder alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
APP = "studio"
DATA = Path(os.environ.get("POLKU_DATA", "polku-data")).resolve()
"""Where everything lies that the studio keeps: its database, the lakes, uploads, the secret."""


def _secret() -> str:
    """The key that signs sessions and links: made once per data folder, readable by its owner alone."""
    file = DATA / "secret-key"
    if not file.exists():
        DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(64))
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 50:
        raise SystemExit(f"The secret in {file} is too short: remove the file, and a new one is made.")
    return key


DEBUG = os.environ.get("POLKU_DEBUG") == "1"
SECRET_KEY = _secret()
HTTPS = os.environ.get("POLKU_HTTPS") == "1"
"""Set where the studio is reached by https: cookies are then sent by that alone."""

ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("POLKU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and not host.startswith("*")]

INSTALLED_APPS = [
    "polku.studio",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "polku.studio.guard.SafeAnswers",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "polku.studio.guard.ReadersLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "polku.studio.urls"
ASGI_APPLICATION = "polku.studio.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "polku.studio.frame.of_every_page",
            ],
            "builtins": ["polku.studio.templatetags.words"],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "studio.sqlite3",
        "OPTIONS": {
            # Writers wait for one another from the first statement on, not in the middle of their work.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
            " PRAGMA temp_store=MEMORY;",
        },
        # Threads stay, and each keeps its connection.
        "CONN_MAX_AGE": None,
    }
}
if "POLKU_POSTGRES" in os.environ:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["POLKU_POSTGRES"],
        "USER": os.environ.get("POLKU_POSTGRES_USER", ""),
        "PASSWORD": os.environ.get("POLKU_POSTGRES_PASSWORD", ""),
        "HOST": os.environ.get("POLKU_POSTGRES_HOST", ""),
        "PORT": os.environ.get("POLKU_POSTGRES_PORT", ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": None,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = APP + ".Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "polku.studio.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "polku.studio.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "polku"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fi", "suomi"), ("sv", "svenska"), ("da", "dansk")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [PACKAGE / "static"] if not (PACKAGE / "static" / "polku").exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{PREFIX}polku-session"
CSRF_COOKIE_NAME = f"{PREFIX}polku-csrf"
CSRF_FAILURE_VIEW = "polku.studio.pages.missing.no_secret"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
