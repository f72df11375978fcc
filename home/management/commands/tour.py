from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from home.tour import as_text, tour


class Command(BaseCommand):
    help = "Prints where to look in the demo and whom to log in as."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of name, url, login, password")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = tour()
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) if options["json"] else as_text(rows))
