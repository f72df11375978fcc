"""What is true of every installation of Lotse. No conditions here; what differs is in demo, test and production."""

from pathlib import Path
from typing import Any

from django.conf import global_settings
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES as OUR_LANGUAGES
from portal.languages import SOURCE, teach_django

from . import environment
from .files import *  # noqa: F403 - settings are names; this file only keeps them together

teach_django()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(environment.text("LOTSE_VAR", str(BASE_DIR / "var")))
"""Where everything goes that the product writes."""

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "portal.User"

INSTALLED_APPS = [
    "home",
    "network",
    "services",
    "portal",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "formtools",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "portal.headers.SafetyHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "portal.caching.PublicPages",
    "portal.sites.KnownSites",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.refusals.Refusals",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.staff.StaffSession",
    "allauth.account.middleware.AccountMiddleware",
    "portal.staff.SecondFactorForStaff",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "wagtail.templatetags.wagtailcore_tags",
                "portal.templatetags.portal_tags",
            ],
        },
    }
]

# Languages ------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = SOURCE
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
LANGUAGES = [(language.code, language.endonym) for language in OUR_LANGUAGES]
LANGUAGES_BIDI = [*global_settings.LANGUAGES_BIDI, *(language.code for language in OUR_LANGUAGES if language.rtl)]
LOCALE_PATHS = [BASE_DIR / "locale"]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
# Without this a machine or a missing string would publish German under another language's name (stack §3.2).
WAGTAIL_LOCALIZE_DEFAULT_TRANSLATION_MODE = "synced"

# Wagtail --------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Lotse"
WAGTAILIMAGES_IMAGE_MODEL = "portal.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "portal.PortalDocument"
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.uploads.CheckedImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.uploads.CheckedDocumentForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
# Nothing in the admin asks another host.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_LOGIN_URL = "account_login"
# One door for passwords: allauth's, with limits and second factor. Wagtail's own two stay shut (portal.urls).
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False

# Staff accounts (django-allauth; handbook: stack §8, intake §4 D4) -------------------------------------------------

AUTHENTICATION_BACKENDS = ["portal.backends.AccountBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
ACCOUNT_ADAPTER = "portal.staff.ClosedDoors"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "portal.second_factor.LoginForm",
    "reauthenticate": "portal.second_factor.ReauthenticateForm",
    "reset_password": "portal.second_factor.ResetPasswordForm",
    "reset_password_from_key": "portal.second_factor.ResetPasswordKeyForm",
    "change_password": "portal.second_factor.ChangePasswordForm",
    "set_password": "portal.second_factor.SetPasswordForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/h/key,60/h/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Lotse"
MFA_TOTP_TOLERANCE = 1  # one period of 30 seconds before and after, for slow clocks and slow typing
MFA_ADAPTER = "portal.second_factor.SealedSecondFactor"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators enter the addresses; nobody verifies one here
MFA_FORMS = {
    "authenticate": "portal.second_factor.AuthenticateForm",
    "reauthenticate": "portal.second_factor.MfaReauthenticateForm",
    "activate_totp": "portal.second_factor.ActivateTOTPForm",
    "authenticate_webauthn": "portal.second_factor.AuthenticateWebAuthnForm",
    "login_webauthn": "portal.second_factor.LoginWebAuthnForm",
    "reauthenticate_webauthn": "portal.second_factor.ReauthenticateWebAuthnForm",
    "add_webauthn": "portal.second_factor.AddWebAuthnForm",
    "edit_webauthn": "portal.second_factor.EditWebAuthnForm",
}
LOTSE_SECOND_FACTOR = True
"""Whether staff must have TOTP or a passkey. Production refuses to start without."""

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

PASSWORD_RESET_TIMEOUT = 3600

# Sessions exist for staff alone: 30 minutes without a click or 10 hours end them (portal.sessions, portal.staff).
SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_NAME = "lotse_staff"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
# No cookie of its own that would follow people to public pages.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = "lotse_csrf"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "home.views.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# Storage and work ---------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Beside the media and not in them: no address leads to what people sent (portal.vault).
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {"BACKEND": "portal.vault.PrivateStorage", "OPTIONS": {"location": VAR_DIR / "private"}},
}
FILE_UPLOAD_HANDLERS = ["portal.receiving.MemoryHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 30
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "lotse"}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 20  # seconds; without it a silent mail server would hold the worker for ever
DEFAULT_FROM_EMAIL = "Lotse <lotse@example.org>"
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.errors.NothingTyped"

# Lotse ----------------------------------------------------------------------------------------------------------------

LOTSE_ROLE = "all"
"""Which role this process plays: `public` (no admin, no key that opens a sent answer), `staff`, or `all`."""

LOTSE_PRODUCTION = False
"""Whether real people's data may be in here; then portal.checks is strict."""

LOTSE_DEMO = False
"""Whether demo content and demo passwords may exist. The screen says so; production refuses it."""

LOTSE_KEY_DIR = VAR_DIR / "keys"
"""Folder of the key that opens the offices' keys and of the pepper (portal.sealing); the public role has no key."""

LOTSE_MAKE_KEYS = False
"""Whether missing key files are made on first use. For demo and tests: elsewhere a missing file is a lost volume."""

LOTSE_ARGON2 = {"opslimit": 3, "memlimit": 64 * 1024 * 1024}
"""Cost of turning a case secret into a key (Argon2id): passes and bytes of memory."""

LOTSE_PUBLIC_POSTS_PER_HOUR = 600
"""Posts to one public form kind that one network address may make in an hour. High, because a whole shared
accommodation may sit behind one address (handbook: intake §5.8)."""

LOTSE_TRANSLATOR = ""
"""Dotted path of a class that translates messages in the inbox (services.inbox.translators); empty: none."""

LOTSE_TRANSLATOR_IS_LOCAL = False
"""Whether that translator runs on own machines. Otherwise it never gets what people write."""

LOTSE_PROXIES = 0
"""How many of our own balancers stand before this process and write `X-Forwarded-For`. With 0 the header is not
believed; with too high a number anyone can pretend to be somebody else to the limits."""

PORT = environment.number("PORT", 8000)
"""Port on which the demo listens."""

PRODUCT_NAME = _("Lotse")
"""The portal's name as people see it."""
