from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from home.worker import work


class Command(BaseCommand):
    help = "Runs the background jobs: sends mail, erases forgotten drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run each job once and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        work(once=options["once"])
