"""Take in runs and lessons from a file, as the page in the admin does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import DomainError
from portal.models import District, User
from services.courses.import_items import REFUSED
from services.courses.importing import import_courses, plan_file
from services.courses.models import CourseRun


class Command(BaseCommand):
    """Prints what would become of each row; does it with `--apply`. Conflicts keep what is here."""

    help = "Import course runs and lessons from CSV, XLSX or iCalendar. Without --apply nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="who sends the file, always the same for the same sender")
        parser.add_argument("--run", help="code of the run whose lessons a calendar file holds")
        parser.add_argument("--district", help="first five digits of the AGS; needed where there are several districts")
        parser.add_argument("--user", help="name of the account that imports; needed with --apply")
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        about = {"district": _district(options["district"]), "source": options["source"]}
        if options["run"]:
            about["run"] = _one(CourseRun.objects.of(about["district"]).filter(code=options["run"]), options["run"])
        try:
            data = options["file"].read_bytes()
        except OSError as problem:
            raise CommandError(f"{options['file']} cannot be read.") from problem
        try:
            plan = plan_file(data, **about)
            counts = plan.counts
            for item in plan.items:
                reasons = "; ".join([*item.errors, *item.remarks])
                self.stdout.write(f"{item.outcome:<10}{item.row.line:>6}  {item.title}  {reasons}".rstrip())
            for name, run in plan.gone:
                self.stdout.write(f"{'gone':<10}{'':>6}  {run.code}: {name}")
            if options["apply"]:
                user = _one(User.objects.filter(username=options["user"] or ""), options["user"])
                import_courses(data=data, user=user, fingerprint=plan.fingerprint, **about)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(", ".join(f"{number} {outcome}" for outcome, number in counts.items() if number))
        if counts[REFUSED]:
            raise CommandError("Some rows cannot be taken in.")


def _district(key: str | None) -> District:
    rows = District.objects.filter(key=key) if key else District.objects.all()
    if rows.count() > 1:
        raise CommandError("There are several districts: please give --district.")
    return _one(rows, key)


def _one(rows: Any, name: str | None) -> Any:
    found = rows.first()
    if found is None:
        raise CommandError(f"There is no {rows.model._meta.model_name} “{name or ''}”.")
    return found
