from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from home.worker import KEEPINGS


class Command(BaseCommand):
    help = "Erases everything whose time is over, as the worker does every ten minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for kept in KEEPINGS:
            number = kept.due(now) if options["dry_run"] else _all(kept, now)
            verb = "due" if options["dry_run"] else "erased"
            self.stdout.write(f"{kept.code:<12} {number:>7} {verb}   (kept: {kept.rule})")


def _all(kept: Any, now: Any) -> int:
    total = 0
    while gone := kept.run(now):  # batches, until nothing is left
        total += gone
    return total
