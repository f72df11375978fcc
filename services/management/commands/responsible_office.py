"""Say who is responsible for a person, by the rows recorded in the database."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.models import District
from services.directory.querysets import ResolvedAnswer, answer_for
from services.directory.responsibility import Question, Unanswerable, read_day, read_since
from services.directory.statuses import Group, Phase

UNKNOWN = "unknown"


class Command(BaseCommand):
    """Answers on stdout. What cannot be answered: one sentence on stderr, exit code 2, nothing on stdout."""

    help = "Says which office is responsible for a person, by which rule, until when."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)
        parser.error = self._refuse  # type: ignore[method-assign, assignment]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", required=True, metavar="AGS|unknown", help="Key of eight digits.")
        parser.add_argument("--phase", required=True, metavar="|".join(Phase.values), help="Where the person lives.")
        parser.add_argument("--since", metavar="DATE", help="Start: YYYY-MM-DD, or YYYY-MM where the day is not known.")
        parser.add_argument("--aftercare-until", metavar="DATE", help="Last day of the after-care that was granted.")
        parser.add_argument("--group", metavar="|".join(Group.values), help="Looked at in the phase PRIVATE only.")
        parser.add_argument("--minor", action="store_true", help="Under 18, without parents or guardian here.")
        parser.add_argument("--emergency", action="store_true", help="Somebody is in danger.")
        parser.add_argument("--on", metavar="DATE", help="The day that is asked about; today if not said.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = answer_for(self._district(options["municipality"]), _question(options))
        except Unanswerable as problem:
            self._refuse(str(problem))
        self.stdout.write(_as_json(answer) if options["json"] else _as_line(answer))

    def _district(self, municipality: str) -> District:
        """The district of the key; for a key of none, that of the default site."""
        districts = list(District.objects.select_related("site").order_by("-site__is_default_site", "pk"))
        if not districts:
            self._refuse("No district is set up yet.")
        return next((district for district in districts if municipality.startswith(district.key)), districts[0])

    def _refuse(self, sentence: str) -> NoReturn:
        if not getattr(self, "_called_from_command_line", False):
            raise CommandError(sentence, returncode=2)
        self.stderr.write(" ".join(sentence.split()))
        sys.exit(2)


def _question(options: dict[str, Any]) -> Question:
    since, is_month = read_since(options["since"]) if options["since"] is not None else (None, False)
    aftercare, on = options["aftercare_until"], options["on"]
    if options["group"] == "":
        raise Unanswerable("group", f"The group is empty. Say one of {', '.join(Group.values)}.")
    return Question(
        on=timezone.localdate() if on is None else read_day(on, "on"),
        phase=options["phase"],
        ags=None if options["municipality"] == UNKNOWN else options["municipality"],
        since=since,
        since_is_month=is_month,
        aftercare_until=None if aftercare is None else read_day(aftercare, "aftercare_until"),
        group=options["group"] or "",
        unaccompanied_minor=options["minor"],
        emergency=options["emergency"],
    )


def _as_json(answer: ResolvedAnswer) -> str:
    return json.dumps(
        {
            "office": answer.office,
            "mode": answer.mode,
            "rule": answer.rule,
            "confidence": answer.confidence,
            "until": answer.until.isoformat() if answer.until else None,
            "also": list(answer.also),
        }
    )


def _as_line(answer: ResolvedAnswer) -> str:
    name = f" ({answer.responsible.name})" if answer.responsible else ""
    parts = [f"{answer.office or 'no office here'}{name}: {answer.mode}", f"rule {answer.rule}", str(answer.confidence)]
    if answer.until:
        parts.append(f"until {answer.until.isoformat()}")
    if answer.also:
        parts.append(f"also {' '.join(answer.also)}")
    return ", ".join(parts)
