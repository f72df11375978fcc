"""Erase drafts whose time is over; the worker does the same, this is for whoever runs no worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from services.intake.actions import erase_expired_drafts


class Command(BaseCommand):
    """`manage.py erase_drafts`"""

    help = "Erases answers that were begun and not sent within 24 hours, and receipts an hour after sending."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erase_expired_drafts()} erased")
