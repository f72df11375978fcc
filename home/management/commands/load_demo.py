from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Loads the demo content: pages in nine languages, offices, courses, meetings, forms and public accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="localhost")
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--pages-are-there", action="store_true", help="load only what lives around the pages")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.LOTSE_DEMO or settings.SETTINGS_MODULE.endswith("test")):
            raise CommandError("Demo content is for the demo settings only.")
        from home.demo.loading import load_demo

        load_demo(options["host"], options["port"], with_pages=not options["pages_are_there"])
        self.stdout.write("The demo is loaded.")
