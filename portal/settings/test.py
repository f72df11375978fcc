"""Tests: SQLite in memory, or PostgreSQL when LOTSE_TEST_DATABASE says so; cheap password and key derivation."""

from pathlib import Path
from tempfile import mkdtemp

from . import environment
from .base import *  # noqa: F403

SECRET_KEY = "only-for-tests"  # noqa: S105
DEBUG = False
LOTSE_SECOND_FACTOR = False
ALLOWED_HOSTS = ["*"]
WAGTAILADMIN_BASE_URL = "http://testserver"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
if environment.text("LOTSE_TEST_DATABASE", "sqlite") == "postgresql":
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": environment.text("LOTSE_TEST_PG_NAME", "lotse"),
        "HOST": environment.text("LOTSE_TEST_PG_HOST", "127.0.0.1"),
        "PORT": environment.text("LOTSE_TEST_PG_PORT", "5432"),
        "USER": environment.text("LOTSE_TEST_PG_USER", "lotse"),
        "PASSWORD": environment.text("LOTSE_TEST_PG_PASSWORD", "lotse"),
    }
    INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(mkdtemp(prefix="lotse-media-"))
VAR_DIR = Path(mkdtemp(prefix="lotse-var-"))
STORAGES["private"] = {
    "BACKEND": "portal.vault.PrivateStorage",
    "OPTIONS": {"location": mkdtemp(prefix="lotse-private-")},
}
LOTSE_KEY_DIR = Path(mkdtemp(prefix="lotse-keys-"))
LOTSE_MAKE_KEYS = True
LOTSE_ARGON2 = {"opslimit": 1, "memlimit": 8192}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
