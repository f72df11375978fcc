"""Settings for collecting strings: the same product, with the catalogues in a folder of their own."""

import os
from pathlib import Path

from portal.settings.test import *  # noqa: F403

LOCALE_PATHS = [Path(os.environ["LOTSE_COLLECT"]) / "locale"]
SILENCED_SYSTEM_CHECKS = ["portal.E001"]
