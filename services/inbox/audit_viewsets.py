"""The record of who did what, for the data-protection officer: filters, the state of the chains, no content.

Looking at it is itself a line in the district's chain.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from portal.models import District, User
from portal.rates import count_key
from services.directory.models import Office, OfficeMembership
from services.inbox import audit, history
from services.inbox.audit_permissions import can_see_audit
from services.inbox.codes import DistrictVerb, Verb
from services.inbox.models import Case, CaseEvent, DistrictEvent, Tombstone
from services.inbox.presentation import name_of
from services.inbox.receipts import number_part

PER_PAGE = 50
CHECKS_PER_HOUR = 10
"""How often the whole record may be checked by hand; it reads every line."""


class AuditForm(forms.Form):
    """The filters; nonsense is ignored field by field."""

    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Office"), required=False)
    verb = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    start = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the request"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )

    def __init__(self, data: Any, *, district: District) -> None:
        super().__init__(data, auto_id="audit_%s")
        every = [("", _("All"))]
        offices = Office.objects.of(district).filter(takes_cases=True).order_by("name")
        members = OfficeMembership.objects.filter(office__district=district).values("user")
        people = User.objects.filter(pk__in=members).order_by("last_name", "first_name", "username")
        self._choose("office", every + [(str(office.pk), office.name) for office in offices])
        own = ("none", _("The person or the worker"))
        self._choose("person", [*every, own, *((str(user.pk), name_of(user)) for user in people)])
        self._choose("verb", every + [(str(verb.value), str(verb.label)) for verb in Verb])
        self.is_valid()

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    @property
    def chosen(self) -> dict[str, Any]:
        """What was filled in rightly."""
        return {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}


@require_safe
def audit_page(request: HttpRequest) -> HttpResponse:
    """The lines of all cases of the district, newest first; each look at them is recorded before it happens."""
    district, user = _allowed(request)
    filters = AuditForm(request.GET, district=district)
    chosen = filters.chosen
    page = Paginator(_lines(district, chosen), PER_PAGE).get_page(request.GET.get("p"))
    with transaction.atomic():
        history.note(district, DistrictVerb.AUDIT_READ, actor=user, page=page.number, filters=_codes(chosen))
    context = {
        "header_title": _("Record of access"),
        "header_icon": "history",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Record of access")},
        ],
        "filters": filters,
        "filtered": bool(chosen),
        "page": page,
        "rows": _rows(list(page)),
        "state": _state(district),
        "own_lines": _own_lines(district),
        "kept_days": audit.KEPT_DAYS,
    }
    return render(request, "services/inbox/staff_audit.html", context)


@require_POST
def audit_check(request: HttpRequest) -> HttpResponse:
    """Check every chain of the district now."""
    district, user = _allowed(request)
    count_key(f"audit-check:{user.pk}", CHECKS_PER_HOUR)
    report = audit.check_now(district=district, by=user)
    if report.faults:
        for fault in report.faults[:20]:
            messages.error(request, str(fault))
    else:
        messages.success(request, _("All chains are whole."))
    return redirect("audit")


def _allowed(request: HttpRequest) -> tuple[District, User]:
    if not can_see_audit(request.user):
        raise PermissionDenied
    return District.objects.for_request(request), cast(User, request.user)


def _lines(district: District, chosen: dict[str, Any]) -> Any:
    rows = CaseEvent.objects.of(district).between(_begin(chosen.get("start")), _end(chosen.get("end")))
    if "person" in chosen:
        rows = rows.filter(actor=None) if chosen["person"] == "none" else rows.filter(actor_id=int(chosen["person"]))
    if "office" in chosen:
        rows = rows.filter(office_id=int(chosen["office"]))
    if "verb" in chosen:
        rows = rows.filter(verb=chosen["verb"])
    if "number" in chosen:
        number = number_part(chosen["number"])
        rows = rows.about_number(number) if number else rows.none()
    return rows.select_related("office").newest_first()


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _end(day: date | None) -> datetime | None:
    return _begin(day + timedelta(days=1)) if day and day < date.max else None


def _codes(chosen: dict[str, Any]) -> dict[str, str]:
    """The filters as codes; the number only as far as it can be one."""
    codes = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in chosen.items()}
    if "number" in codes:
        codes["number"] = number_part(codes["number"])[:16]
    return codes


def _rows(lines: list[CaseEvent]) -> list[dict[str, Any]]:
    ids = {line.case_id for line in lines}
    numbers = dict(Tombstone.objects.filter(case_id__in=ids).values_list("case_id", "number"))
    here = Case.objects.filter(pk__in=ids).select_related("submission").defer("answers_ct")
    numbers.update({case.pk: case.submission.number for case in here})
    whole = _whole(ids)
    people = {user.pk: name_of(user) for user in User.objects.filter(pk__in={line.actor_id for line in lines})}
    return [
        {
            "at": line.created_at,
            "number": numbers.get(line.case_id, ""),
            "office": line.office.name if line.office else "",
            "who": _who(line, people),
            "what": Verb(line.verb).label if line.verb in Verb.values else line.verb,
            "detail": _detail(line.meta),
            "line": line.seq,
            "whole": line.case_id in whole,
            "anchored": line.anchor is not None,
        }
        for line in lines
    ]


def _who(line: CaseEvent, people: dict[int, str]) -> str:
    if line.actor_id:
        return people.get(line.actor_id, _("Former colleague"))
    return _("The worker") if line.verb in {Verb.ERASED, Verb.ESCALATED} else _("The person")


def _whole(ids: set[Any]) -> set[Any]:
    """Which of some cases have whole chains."""
    rows = CaseEvent.objects.filter(case_id__in=ids).order_by("case_id", "seq")
    chains = [list(lines) for _case_id, lines in groupby(rows, key=lambda line: line.case_id)]
    return {lines[0].case_id for lines in chains if history.first_fault(lines, start=lines[0].seq) is None}


def _state(district: District) -> dict[str, Any] | None:
    last = DistrictEvent.objects.of(district).filter(verb=DistrictVerb.CHECKED).order_by("-seq").first()
    return {"at": last.created_at, **last.meta} if last else None


def _own_lines(district: District) -> list[dict[str, Any]]:
    """The newest lines of the district's own chain, without those that only vouch for others."""
    rows = DistrictEvent.objects.of(district).exclude(verb=DistrictVerb.ANCHORED).newest_first()[:20]
    people = {user.pk: name_of(user) for user in User.objects.filter(pk__in=[row.actor_id for row in rows])}
    return [
        {
            "at": row.created_at,
            "who": people.get(row.actor_id, _("Former colleague")) if row.actor_id else _("The worker"),
            "what": DistrictVerb(row.verb).label,
            "detail": _detail(row.meta),
        }
        for row in rows
    ]


def _detail(meta: dict[str, Any]) -> str:
    """Codes and numbers in one line; fingerprints tell people nothing."""
    plain = {name: value for name, value in meta.items() if name != "hash" and not isinstance(value, dict)}
    plain.update(meta.get("filters") or {})
    return ", ".join(f"{name}: {value}" for name, value in sorted(plain.items()) if value is not None)
