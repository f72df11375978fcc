"""Where needs meet what the network does not know: requests from the form "Report a need", meetings, courses.

The network may not read requests, and the inbox does not know needs. Here, above both, a coordinator who may read a
request of this form takes it over: what was written is shown in a form, checked by a person, and kept without a name.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from network.meetings.models import Meeting
from network.members.models import Member
from network.needs.actions import Reporter, take_over
from network.needs.forms import MonthField
from network.needs.linking import Shown, register_target
from network.needs.permissions import can_manage_needs
from network.needs.staff_forms import NeedForm
from network.needs.statuses import Category, LinkKind, NeedKind, Reach, Scale, Source, Stage, Visibility
from portal.errors import DomainError
from portal.models import User
from services.courses.models import Course
from services.directory.models import Municipality
from services.inbox import actions as inbox
from services.inbox.models import Case

FORM_KEY = "need-report"
AREAS = {
    "german_courses": Category.LANGUAGE,
    "housing": Category.HOUSING,
    "school_kita": Category.SCHOOL,
    "work": Category.WORK,
    "health": Category.HEALTH,
    "interpreting": Category.INTERPRETING,
    "mobility": Category.TRANSPORT,
    "volunteering": Category.VOLUNTEERING,
    "administration": Category.AUTHORITIES,
}
"""Areas of the form to those of the register; what is not here is "other", until a coordinator says better."""
KINDS = {"too_little": NeedKind.CAPACITY, "process": NeedKind.CONFLICT}
REACHES = {"under5": Reach.FEW, "5-20": Reach.MANY, "21-100": Reach.MORE, "over100": Reach.MOST}
URGENCIES = {"now": Scale.VERY_HIGH, "months": Scale.HIGH, "year": Scale.MODERATE}
IMPACTS = {"high": Scale.VERY_HIGH, "middle": Scale.HIGH, "low": Scale.LOW}


class TakeOverForm(NeedForm):
    """The need of a request, and whether whoever sent it hears of it by mail."""

    tells_reporter = forms.BooleanField(
        label=gettext_lazy("Write to the sender when something changes"),
        required=False,
        help_text=gettext_lazy("Only if they gave an e-mail address for this. It is kept with the need."),
    )

    class Meta(NeedForm.Meta):
        fields = [name for name in NeedForm.Meta.fields if name not in {"source", "owner", "partners", "effort"}]


def case_links(case: Case, user: Any) -> list[tuple[str, str]]:
    """What a request of this form offers on its page to a coordinator."""
    if case.form_key != FORM_KEY or not can_manage_needs(user, case.district):
        return []
    return [(_("Take over into the register of needs"), reverse("case_need", args=[case.pk]))]


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def case_need(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take a request over. Reading it is an event in its history, as on its own page."""
    user = cast(User, request.user)
    rows = Case.objects.visible_to(user).filter(form_key=FORM_KEY).select_related("submission", "district__site")
    case = rows.filter(pk=pk).first()
    if case is None or not can_manage_needs(user, case.district):
        raise PermissionDenied
    content = inbox.open_case(case=case, reader=user)
    given = _answers(content.document)
    data = request.POST if request.method == "POST" else None
    form = TakeOverForm(data, district=case.district, initial=_initial(given, case))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                need = _take_over(case, user, form, given)
            except DomainError as problem:
                status = problem.status
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("The need {code} is in the register.").format(code=need.code))
                return redirect("network_needs:inspect", need.pk)
    context = {
        "header_title": _("Take over into the register of needs"),
        "header_icon": "list-ul",
        "case": case,
        "form": form,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("case", args=[case.pk]), "label": case.submission.number},
            {"url": "", "label": _("Need")},
        ],
    }
    response = render(request, "home/staff_case_need.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def register_targets() -> None:
    """Teach the register to find meetings and courses."""
    register_target(LinkKind.MEETING, _meetings)
    register_target(LinkKind.COURSE, _courses)


def _take_over(case: Case, user: User, form: TakeOverForm, given: dict[str, Any]) -> Any:
    data = form.cleaned_data
    email = str(given.get("reach_email") or "") if given.get("reach_by") == "email" else ""
    return take_over(
        district=case.district,
        user=user,
        facts=form.facts(),
        towns=data["municipalities"],
        source=Source.FORM,
        reference=case.submission.number,
        reporter=Reporter(
            body=str(given.get("reporter") or ""),
            email=email if data["tells_reporter"] else "",
            language=case.language,
        ),
        was_looked_at=data["is_checked"],
    )


def _answers(document: Any) -> dict[str, Any]:
    entries = document.get("entries") if isinstance(document, dict) else None
    found = entries if isinstance(entries, list) else []
    return {str(entry.get("key")): entry.get("value") for entry in found if isinstance(entry, dict)}


def _initial(given: dict[str, Any], case: Case) -> dict[str, Any]:
    """What a coordinator begins with. Whatever does not fit is left for them to fill in."""
    stages = given.get("need_phase")
    stage = stages[0] if isinstance(stages, list) and len(stages) == 1 and stages[0] in {"VU", "AU"} else Stage.BOTH
    partners = str(given.get("partners") or "")
    solution = "\n\n".join(part for part in (str(given.get("need_solution") or ""), partners) if part)
    keys = given.get("municipalities")
    towns = Municipality.objects.of(case.district).filter(ags__in=keys if isinstance(keys, list) else [])
    return {
        "title": str(given.get("need_title") or "")[:120],
        "description": str(given.get("need_description") or "")[:1500],
        "category": AREAS.get(str(given.get("category")), Category.OTHER),
        "kind": KINDS.get(str(given.get("need_type")), NeedKind.GAP),
        "municipalities": list(towns),
        "stage": stage,
        "reach": REACHES.get(str(given.get("persons_affected")), Reach.UNKNOWN),
        "since": _month(given.get("need_since")),
        "urgency": URGENCIES.get(str(given.get("need_urgency")), Scale.MODERATE),
        "impact": IMPACTS.get(str(given.get("impact")), Scale.MODERATE),
        "evidence": str(given.get("impact_reason") or "")[:600],
        "proposed_solution": solution[:1000],
        "visibility": Visibility.NETWORK if given.get("visible_to") == "network" else Visibility.COORDINATION,
        "tells_reporter": given.get("reach_by") == "email",
    }


def _month(value: Any) -> Any:
    try:
        return MonthField(required=False).clean(str(value or ""))
    except forms.ValidationError:
        return None


def _meetings(district: Any, member: Member | None, targets: list[str]) -> dict[str, Shown]:
    """Meetings that a reader may know of; a coordinator may know of all."""
    rows = Meeting.objects.of(district).filter(slug__in=targets)
    rows = rows.visible_to(member) if member else rows
    return {
        row.slug: Shown(LinkKind.MEETING, row.title, row.get_absolute_url(), date_format(row.day, "SHORT_DATE_FORMAT"))
        for row in rows
    }


def _courses(district: Any, member: Member | None, targets: list[str]) -> dict[str, Shown]:
    """Courses that everybody may see."""
    root = reverse("courses_feed").removesuffix("calendar.ics")
    rows = Course.objects.of(district).public().filter(code__in=targets)
    return {
        row.code: Shown(LinkKind.COURSE, str(row.get_family_display()), f"{root}{row.code}/", row.code, is_german=False)
        for row in rows
    }
