"""What coordinators do with reports: keep a template, throw one away, make a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.reports.making import Table, make_table
from network.reports.models import Form, ReportRun, ReportTemplate
from network.reports.periods import IN_QUARTERS, Days, Rule, days_of
from network.reports.permissions import can_make, can_make_reports
from network.reports.registry import Periods, Source, source_of
from portal.errors import DomainError, require
from portal.models import District


@transaction.atomic
def keep_template(
    *,
    district: District,
    user: Any,
    name: str,
    source: str,
    columns: Sequence[str],
    rule: str,
    days: tuple[date | None, date | None] = (None, None),
    template: ReportTemplate | None = None,
) -> ReportTemplate:
    """Make a template, or change one. Raises `DomainError` for a period that the report cannot be made for."""
    found = _source(source)
    require(can_make(user, district, found))
    if template is not None:
        require(template.district_id == district.pk)
    period_of(found, rule, days, timezone.localdate())
    row = template or ReportTemplate(district=district)
    row.name, row.source, row.rule = name.strip(), source, rule
    row.columns = [column.code for column in found.columns if column.code in columns]
    row.first_day, row.last_day = days if rule == Rule.FIXED else (None, None)
    row.made_by, row.changed_at = user, timezone.now()
    row.save()
    log(row, "network.report.kept", user=user)
    return row


@transaction.atomic
def drop_template(*, template: ReportTemplate, user: Any) -> None:
    """Throw a template away. The memory of what was made with it stays."""
    require(can_make_reports(user, template.district))
    log(template, "network.report.dropped", user=user)
    template.delete()


@transaction.atomic
def make_report(
    *,
    district: District,
    user: Any,
    source: str,
    columns: Sequence[str],
    rule: str,
    form: str,
    days: tuple[date | None, date | None] = (None, None),
    template: ReportTemplate | None = None,
) -> Table:
    """Make a report now and remember that it was made. Raises `DomainError` for a period that does not fit."""
    found = _source(source)
    require(can_make(user, district, found))
    now = timezone.now()
    period = period_of(found, rule, days, timezone.localdate(now))
    table = make_table(source=found, columns=columns, days=period, district=district, user=user, at=now)
    run = ReportRun.objects.create(
        district=district,
        template=template,
        name=template.name if template else str(found.title)[:120],
        source=source,
        columns=table.codes,
        first_day=period[0],
        last_day=period[1],
        form=Form(form),
        row_count=len(table.rows),
        by=user,
        at=now,
    )
    log(run, "network.report.made", user=user, data={"source": source, "form": form, "rows": len(table.rows)})
    return table


def period_of(source: Source, rule: str, days: tuple[date | None, date | None], today: date) -> Days:
    """The days of a rule for this report; a report that knows no periods is made for today."""
    if source.periods == Periods.NOW:
        return today, today
    if source.periods == Periods.QUARTERS and rule not in IN_QUARTERS:
        raise DomainError(_("This report counts people and is made for whole quarters only."))
    if rule == Rule.NOW:
        raise DomainError(_("Please choose a period."))
    try:
        return days_of(rule, today, days)
    except ValueError as missing:
        raise DomainError(_("Please give a first day and a last day that is not before it.")) from missing


def _source(code: str) -> Source:
    found = source_of(code)
    if found is None:
        raise DomainError(_("This report does not exist any more."))
    return found
