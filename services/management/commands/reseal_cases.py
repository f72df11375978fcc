"""Seal the data keys of all cases to the newest keys of offices and districts, in batches."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.sealing import KeyMissing
from services.inbox.keys import BATCH, remove_unused_keys, reseal_cases, reseal_notices


class Command(BaseCommand):
    """`manage.py reseal_cases`. May be stopped at any moment and run again; people go on working meanwhile."""

    help = "Seals the keys of cases anew after rotate_keys. Only sealed keys are written, never a text."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="Sealed keys in one transaction.")
        parser.add_argument("--remove-old", action="store_true", help="Then delete retired keys that open nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        done = failed = 0
        try:
            for sealed, broken in reseal_cases(batch=max(1, options["batch"])):
                done, failed = done + sealed, failed + broken
                self.stdout.write(f"{done} sealed anew")
            self.stdout.write(f"{reseal_notices()} addresses for notices sealed anew")
        except KeyMissing as problem:
            raise CommandError("A key is missing; nothing more was changed. Run check_keys.") from problem
        if options["remove_old"]:
            self.stdout.write(f"{remove_unused_keys()} old keys removed")
        if failed:
            raise CommandError(f"{failed} keys do not open and were left as they are.")
        self.stdout.write(f"Done: {done} sealed anew.")
