"""Make the keys that are missing: for every office with an inbox, for every district's escrow."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import sealing
from portal.models import District
from portal.sealing import KeyMissing
from services.courses.seat_people import ensure_course_key
from services.inbox.actions import ensure_keys
from services.inbox.models import EscrowKey, OfficeKey


class Command(BaseCommand):
    """Safe to repeat. The key files themselves are made only when asked for, once, by an operator."""

    help = "Make missing keys of offices and districts; with --key-files also the master key and the pepper."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--key-files",
            action="store_true",
            help="First start of a new installation: make master key and pepper in LOTSE_KEY_DIR. Back them up apart.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["key_files"]:
            self._make_files()
        try:
            made = [name for district in District.objects.order_by("pk") for name in ensure_keys(district)]
            made += [f"courses of {row}" for row in District.objects.order_by("pk") if ensure_course_key(row)]
        except KeyMissing as problem:
            raise CommandError(
                "No master key in LOTSE_KEY_DIR. Mount it; on a new installation run with --key-files."
            ) from problem
        self.stdout.write(f"Keys made: {len(made)}" + (f" ({', '.join(made)})" if made else ""))

    def _make_files(self) -> None:
        # A fresh master key beside keys that an older one locked away would look healthy and open nothing.
        if not sealing.has_master_key() and (OfficeKey.objects.exists() or EscrowKey.objects.exists()):
            raise CommandError("This database has keys of an older master key. Restore that file instead.")
        for name in sealing.make_files():
            self.stdout.write(f"Made {name}")
