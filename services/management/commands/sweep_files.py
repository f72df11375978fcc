"""Erase files that no draft and no case knows; the worker does the same once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from services.intake.files import erase_due_files, sweep_files


class Command(BaseCommand):
    """`manage.py sweep_files`"""

    help = "Erases files of people that were noted for it, and those that no row knows any more after a day."

    def handle(self, *args: Any, **options: Any) -> None:
        erased = erase_due_files()
        lost = sweep_files()
        self.stdout.write(f"{erased} erased, {lost} without owner found and erased")
