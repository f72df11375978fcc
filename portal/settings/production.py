"""Production: everything that differs comes from the environment, and unsafe values stop the start (portal.checks).

All variables with meaning, unit and default: docs/operators.md.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from . import environment
from .base import *  # noqa: F403
from .base import INSTALLED_APPS, VAR_DIR

SECRET_KEY = environment.text("LOTSE_SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.text("LOTSE_SECRET_KEY_FALLBACKS", "").split()
for _key in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
    if len(_key) < 50 or len(set(_key)) < 10:
        raise ImproperlyConfigured("LOTSE_SECRET_KEY must have at least 50 characters, and they must be random.")
DEBUG = False
if environment.boolean("DEBUG", False) or environment.boolean("LOTSE_DEMO", False):
    raise ImproperlyConfigured("Production runs neither with DEBUG nor with demo data.")

LOTSE_PRODUCTION = True
LOTSE_ROLE = environment.text("LOTSE_ROLE", "all")
if LOTSE_ROLE not in {"all", "public", "staff"}:
    raise ImproperlyConfigured("LOTSE_ROLE must be all, public or staff.")
LOTSE_KEY_DIR = Path(environment.text("LOTSE_KEY_DIR", str(VAR_DIR / "keys")))
LOTSE_PROXIES = environment.number("LOTSE_PROXIES", 1)
LOTSE_PUBLIC_POSTS_PER_HOUR = environment.number("LOTSE_PUBLIC_POSTS_PER_HOUR", 600)
ALLOWED_HOSTS = environment.words("LOTSE_HOSTS")
if not ALLOWED_HOSTS or any("*" in host or "/" in host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("LOTSE_HOSTS must name the hosts, at least one, without * and without https://.")
CSRF_TRUSTED_ORIGINS = [f"https://*{host}" if host.startswith(".") else f"https://{host}" for host in ALLOWED_HOSTS]
WAGTAILADMIN_BASE_URL = environment.text("LOTSE_BASE_URL", f"https://{ALLOWED_HOSTS[0].lstrip('.')}")
if LOTSE_ROLE == "public":
    # The public processes have no login; who needs one is sent to the staff's.
    LOGIN_URL = f"{WAGTAILADMIN_BASE_URL.rstrip('/')}/accounts/login/"
    WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": environment.text("LOTSE_DB_NAME", "lotse"),
        "HOST": environment.text("LOTSE_DB_HOST", "localhost"),
        "PORT": environment.text("LOTSE_DB_PORT", "5432"),
        "USER": environment.text("LOTSE_DB_USER", "lotse"),
        "PASSWORD": environment.text("LOTSE_DB_PASSWORD"),
        "OPTIONS": {"sslmode": environment.text("LOTSE_DB_SSLMODE", "prefer")},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": environment.text("LOTSE_CACHE_URL"),
    }
}
EMAIL_HOST = environment.text("LOTSE_MAIL_HOST", "localhost")
EMAIL_PORT = environment.number("LOTSE_MAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("LOTSE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = environment.text("LOTSE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = environment.boolean("LOTSE_MAIL_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("LOTSE_MAIL_FROM")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "private": {
        "BACKEND": "portal.vault.PrivateStorage",
        "OPTIONS": {"location": Path(environment.text("LOTSE_PRIVATE_ROOT", str(VAR_DIR / "private")))},
    },
}
LOTSE_SCANNER = environment.text("LOTSE_SCANNER", "")
if LOTSE_SCANNER and not LOTSE_SCANNER.startswith(("tcp://", "unix:///")):
    raise ImproperlyConfigured("LOTSE_SCANNER must be tcp://host:port or unix:///path, or empty.")
LOTSE_SCANNER_SECONDS = environment.number("LOTSE_SCANNER_SECONDS", 20)
LOTSE_UPLOAD_BYTES = environment.number("LOTSE_UPLOAD_MB", 10) * 2**20
LOTSE_CLEANING_SECONDS = environment.number("LOTSE_CLEANING_SECONDS", 15)
MEDIA_ROOT = Path(environment.text("LOTSE_MEDIA_ROOT", str(VAR_DIR / "media")))
STATIC_ROOT = Path(environment.text("LOTSE_STATIC_ROOT", str(VAR_DIR / "static")))

SECURE_SSL_REDIRECT = environment.boolean("LOTSE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the balancer asks inside the house, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-lotse_staff"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-lotse_csrf"
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # X-Frame-Options is SAMEORIGIN: Wagtail's preview is a frame of our own
    "security.W021",  # preloading HSTS binds the whole domain of the district; that is the district's decision
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"sparse": {"()": "portal.logs.Sparse"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "sparse"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},  # broken pages, not missing ones
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},  # scanners
    },
}
