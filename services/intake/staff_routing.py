"""Where the answers of a form lead, as a page and for a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import District
from services.inbox.statuses import Urgency
from services.intake.models import document_of
from services.intake.spreadsheet import csv_file
from services.intake.staff_reports import chosen_language, for_editors, languages_of, page_of, version_of
from services.intake.truth_cases import shortened
from services.intake.truth_table import Line, table_of

MOST_NAMES = 6
"""Answers named in one cell of a page; the download names all."""


@for_editors
def truth_table(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """Which answers lead where."""
    version = version_of(district, key, number)
    document = document_of(version.pk)
    code = chosen_language(request, document)
    table = table_of(district, document, timezone.now(), code)
    offices = sorted({(line.goal.office, line.goal.name) for line in table.lines if line.goal})
    wanted = request.GET.get("office", "")
    urgency = request.GET.get("urgency", "")
    lines = [line for line in table.lines if _fits(line, wanted, urgency)]
    context = {
        "version": version,
        "table": table,
        "lines": [_told(line) for line in lines],
        "reasons": sorted({(line.goal.rule, line.goal.reason) for line in lines if line.goal and line.goal.reason}),
        "all_count": len(table.lines),
        "offices": offices,
        "office": wanted,
        "urgencies": [
            (value, label) for value, label in Urgency.choices if any(_urgency(line) == value for line in table.lines)
        ],
        "urgency": urgency,
        **languages_of(document, code),
    }
    return page_of(request, "services/intake/staff_truth_table.html", _("Where answers lead"), context, key)


@for_editors
def truth_table_csv(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """The same table for a spreadsheet, all rows."""
    version = version_of(district, key, number)
    document = document_of(version.pk)
    table = table_of(district, document, timezone.now(), chosen_language(request, document))
    rows: list[list[Any]] = [[*table.columns, *result_columns()]]
    if table.problem:
        rows = [[table.problem]]
    for line in table.lines:
        told = _told(line)
        rows.append([*("; ".join(cell) or _("any") for cell in line.cells), *(told[name] for name in _RESULTS)])
    return csv_file(f"{version.key}-{version.number}-routing", rows)


_RESULTS = ("office", "urgency", "due", "rule", "reason", "also")


def result_columns() -> list[str]:
    """Headings of what comes of the answers."""
    return [_("Office"), _("Urgency"), _("Answer due by"), _("Rule"), _("Why"), _("Also helps")]


def _told(line: Line) -> dict[str, Any]:
    """A row in words."""
    goal, cells = line.goal, [shortened(cell, MOST_NAMES, "; ") for cell in line.cells]
    if goal is None:
        office = _("Nobody: the form ends with advice at “%(step)s”") % {"step": line.end}
        empty = dict.fromkeys(("urgency", "due", "rule", "reason", "also"), "")
        return {"cells": cells, "line": line, "office": office, **empty}
    name = f"{goal.name} ({goal.office})" if goal.office else _("Nobody takes this form at the moment")
    if goal.is_after_doors:
        name = _("First other doors: %(doors)s. Who still wants contact: %(office)s") % {
            "doors": ", ".join(goal.doors) or "–",
            "office": name,
        }
    return {
        "cells": cells,
        "line": line,
        "office": name,
        "urgency": str(dict(Urgency.choices).get(_urgency(line), _urgency(line))),
        "due": timezone.localtime(line.due_at).date().isoformat() if line.due_at else "",
        "rule": ", ".join(text for text in (_rule_name(line), goal.rule) if text),
        "reason": goal.reason,
        "also": ", ".join(goal.also),
    }


def _fits(line: Line, office: str, urgency: str) -> bool:
    if office and (line.goal is None or line.goal.office != office):
        return False
    return not urgency or _urgency(line) == urgency


def _urgency(line: Line) -> str:
    return line.decided.urgency if line.decided else ""


def _rule_name(line: Line) -> str:
    """Which rule of the form decided."""
    if line.decided is None:
        return ""
    return _("rule %(number)d") % {"number": line.decided.number} if line.decided.number else _("default")
