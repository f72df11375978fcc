"""New versions of keys: of one office, of the escrow, of all, or of the master key that locks them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import sealing
from portal.models import District
from portal.sealing import KeyMissing
from services.courses.seat_people import rotate_course_key
from services.directory.models import Office
from services.inbox.keys import relock, rotate_escrow_key, rotate_office_key
from services.inbox.models import OfficeKey


class Command(BaseCommand):
    """`manage.py rotate_keys --office LRA_IM`, then `manage.py reseal_cases --remove-old`."""

    help = "Makes new versions of keys. What is sent from then on is sealed to them; old versions go on opening."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", action="append", default=[], help="Code of an office; may be repeated.")
        parser.add_argument("--escrow", action="store_true", help="The escrow key of every district.")
        parser.add_argument("--courses", action="store_true", help="The key of every district's course desk.")
        parser.add_argument(
            "--all", action="store_true", help="All offices with a key, the escrow keys and those of the course desks."
        )
        parser.add_argument(
            "--master-file", action="store_true", help="Make the next master-N.key. Copy it, then --relock."
        )
        parser.add_argument("--relock", action="store_true", help="Lock all keys with the newest master key.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._handle(options)
        except KeyMissing as problem:
            raise CommandError("No master key in LOTSE_KEY_DIR, or not all of its versions.") from problem

    def _handle(self, options: dict[str, Any]) -> None:
        if not any(options[name] for name in ("office", "escrow", "courses", "all", "master_file", "relock")):
            raise CommandError("Say what: --office CODE, --escrow, --courses, --all, --master-file or --relock.")
        if options["master_file"]:
            name = sealing.next_master_file()
            self.stdout.write(f"Made {name}. Copy it to every staff process and to both backups, then run --relock.")
        if options["relock"]:
            self.stdout.write(f"{relock()} keys locked with master-{sealing.master_version()}.key")
        for office in self._offices(options):
            self.stdout.write(f"{office.code}: version {rotate_office_key(office=office).version}")
        if options["escrow"] or options["all"]:
            for district in District.objects.order_by("pk"):
                self.stdout.write(f"escrow of {district}: version {rotate_escrow_key(district=district).version}")

        if options["courses"] or options["all"]:
            for district in District.objects.order_by("pk"):
                self.stdout.write(f"courses of {district}: version {rotate_course_key(district)}")

    def _offices(self, options: dict[str, Any]) -> list[Office]:
        with_key = Office.objects.filter(pk__in=OfficeKey.objects.active().values("office")).order_by("pk")
        if options["all"]:
            return list(with_key)
        offices = list(with_key.filter(code__in=options["office"]))
        if unknown := set(options["office"]) - {office.code for office in offices}:
            raise CommandError(f"No office with a key: {', '.join(sorted(unknown))}")
        return offices
