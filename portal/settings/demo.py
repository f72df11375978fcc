"""The demo: SQLite, demo content, mails into a folder, second factor off and said so. Never on the internet."""

import secrets

from .base import *  # noqa: F403
from .base import PORT, STATIC_ROOT, VAR_DIR

VAR_DIR.mkdir(parents=True, exist_ok=True)
STATIC_ROOT.mkdir(exist_ok=True)
_secret_file = VAR_DIR / "demo-secret"
if not _secret_file.exists():
    _secret_file.write_text(secrets.token_urlsafe(48), encoding="utf-8")

SECRET_KEY = _secret_file.read_text(encoding="utf-8")
DEBUG = False
LOTSE_DEMO = True
LOTSE_MAKE_KEYS = True
LOTSE_SECOND_FACTOR = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys can be tried on http://localhost
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WAGTAILADMIN_BASE_URL = f"http://localhost:{PORT}"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "lotse.sqlite3",
        "CONN_MAX_AGE": None,  # a new connection reads all table definitions again: milliseconds of every request
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
