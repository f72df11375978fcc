"""Report keys that are missing or do not open; for operators and for monitoring."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.inbox.keys import check_keys


class Command(BaseCommand):
    """`manage.py check_keys`. Ends with an error where somebody cannot send or read."""

    help = "Reports missing and unusable keys of offices, districts, cases and receipts. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for finding in check_keys():
            bad += finding.is_bad
            self.stdout.write(f"{'PROBLEM' if finding.is_bad else 'waiting'}: {finding.text}")
        if bad:
            raise CommandError(f"{bad} problems with keys.")
        self.stdout.write("All keys are there and open.")
