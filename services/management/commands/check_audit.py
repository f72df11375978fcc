"""Verify the record of who did what; for operators and for a timer of their own."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.models import District
from services.inbox import audit


class Command(BaseCommand):
    """`manage.py check_audit`"""

    help = "Verifies every chain of the record of access; exit code 1 and the faults if a line was changed or removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--district", help="key of one district, for example 08326")
        parser.add_argument(
            "--head", default="", help="<line>:<fingerprint> that was printed earlier; must still be in the chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = District.objects.order_by("pk")
        if options["district"]:
            rows = rows.filter(key=options["district"])
        broken = False
        audit.anchor_events()
        for district in rows:
            report = audit.check(district, expected_head=options["head"])
            self.stdout.write(f"{district}: {report.cases} cases, {report.lines} lines, head {report.head or '-'}")
            for fault in report.faults:
                self.stdout.write(f"  {fault}")
            broken = broken or bool(report.faults)
        if broken:
            sys.exit(1)
