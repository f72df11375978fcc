"""Settings of `tests.doors.serve`: as in the tests, but with the second factor of production, on http://localhost."""

import os

from portal.settings.test import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["LOTSE_TEST_FILE"]}}
LOTSE_SECOND_FACTOR = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
