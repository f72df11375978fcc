from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Builds the demo's pages anew and packs them into home/demo, after texts, migrations or packages changed."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("LOTSE_PREPARING"):
            from home.demo.prepared import make

            self.stdout.write(f"Packed {make().name}.")
            return
        # In a folder of its own, whatever the caller's database holds.
        with TemporaryDirectory(prefix="lotse-prepared-") as folder:
            changes = {"LOTSE_PREPARING": "1", "LOTSE_VAR": folder, "DJANGO_SETTINGS_MODULE": "portal.settings.demo"}
            command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "prepare_demo"]
            subprocess.run(command, env={**os.environ, **changes}, check=True, cwd=settings.BASE_DIR)  # noqa: S603 - ours
