from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import District
from services.inbox.actions import ensure_keys
from services.inbox.sample_load import load_cases


class Command(BaseCommand):
    help = "Fills the inboxes with invented cases for measuring. Demo and test databases only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=100_000, help="how many invented cases there shall be")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LOTSE_PRODUCTION or not (settings.LOTSE_DEMO or settings.SETTINGS_MODULE.endswith("test")):
            raise CommandError("Invented cases are for demo and test databases only.")
        if options["count"] < 0:
            raise CommandError("--count must not be negative.")
        district = District.objects.order_by("pk").first()
        if district is None:
            raise CommandError("There is no district yet. Run load_demo first.")
        ensure_keys(district)
        started = time.perf_counter()
        added = load_cases(district, options["count"])
        self.stdout.write(f"{added} cases added in {time.perf_counter() - started:.1f} s.")
