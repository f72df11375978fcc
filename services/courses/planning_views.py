"""The planning of courses in the admin: map and barometer, one cell, the offer by mail, the monthly overview."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from portal.errors import DomainError
from portal.languages import SOURCE, language
from portal.models import District
from portal.printing import can_print, pdf
from services.courses import overview, planning
from services.courses.forms import DISTANCES
from services.courses.matching import OBSTACLES
from services.courses.models import CourseRun, PlanningRound
from services.courses.planning import ANY_TIME, STATES, TIMES, Barometer, Place, Plan, time_name
from services.courses.planning_actions import can_be_offered, offer_run
from services.courses.planning_mails import words_for_offer
from services.courses.planning_permissions import can_plan
from services.courses.vocabulary import LearnerLevel
from services.directory.models import Municipality
from services.inbox.presentation import language_name


@require_safe
def course_planning(request: HttpRequest) -> HttpResponse:
    """The map of interest and the barometer of planned runs."""
    plan = _plan(request)
    level = request.GET.get("level", "")
    level = level if level in LearnerLevel.values else ""
    town = _town(plan, request.GET.get("ags", ""))
    heat = planning.heat_map(plan, level=level, town=town.pk if town else None)
    today = timezone.localdate(plan.at)
    planned, free = planning.open_runs(plan)
    context = {
        **_frame(_("Course planning")),
        "levels": [(str(LearnerLevel(code).label), _rows(rows, code, plan)) for code, rows in heat.levels],
        "people": heat.people,
        "times": [(code, time_name(code)) for code in TIMES],
        "shades": range(1, planning.STEPS + 1),
        "planned": [_line(one, plan) for one in planned],
        "free": [_line(one, plan) for one in free],
        "level_choices": LearnerLevel.choices,
        "level": level,
        "towns": sorted(plan.towns.values(), key=lambda one: one.name),
        "ags": town.ags if town else "",
        "distances": DISTANCES,
        "within": int(plan.within),
        "months": overview.months_from(today),
        "can_print": can_print(),
    }
    return render(request, "services/courses/admin/staff_planning.html", context)


@require_safe
def planning_cell(request: HttpRequest) -> HttpResponse:
    """One cell of the map: who else would come, what exists already, and the way to a new run."""
    plan = _plan(request)
    place = _place(request, plan)
    here = planning.count_places(plan.wishes)[place]
    people = planning.around(plan, place)
    languages = Counter(wish.language for wish in people)
    level, town, time, childcare = place
    asked = {
        "level": level,
        "ags": plan.towns[town].ags if town else "",
        "time": "" if time == ANY_TIME else time,
        "childcare": "1" if childcare else "",
    }
    planned, free = planning.open_runs(plan)
    context = {
        **_frame(_("Planned from interest"), planning_crumb()),
        "facts": _facts(plan, place),
        "here": here,
        "around": len(people),
        "within": int(plan.within),
        "women": sum(wish.women_only for wish in people),
        "literacy": sum(wish.literacy for wish in people),
        "children": sum(wish.childcare for wish in people),
        "languages": [(language_name(code), count) for code, count in languages.most_common()],
        "existing": [_line(one, plan) for one in planning.runs_at(plan, place, [*planned, *free])],
        "new_run": f"{reverse('wagtailadmin_home')}courses/publish/?{urlencode(asked)}",
    }
    return render(request, "services/courses/admin/staff_planning_cell.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def planning_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Before a mail to the people a run fits: how many, in which languages, and what it says. POST sends it."""
    plan = _plan(request)
    runs = CourseRun.objects.of(plan.district).with_facts()
    run = get_object_or_404(runs, pk=pk)
    if request.method == "POST":
        try:
            made = offer_run(run=run, user=request.user, within=plan.within)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return _offer_page(request, plan, run, status=refusal.status)
        sentence = ngettext("{number} mail is on its way.", "{number} mails are on their way.", made.people)
        messages.success(request, sentence.format(number=made.people))
        return redirect("course_planning")
    return _offer_page(request, plan, run)


@require_safe
def planning_overview(request: HttpRequest, kind: str) -> HttpResponse:
    """The overview of one month as PDF or XLSX. Small numbers are kept back: a file goes anywhere."""
    plan = _plan(request)
    month = overview.month_in(request.GET.get("month", ""), timezone.localdate(plan.at))
    if kind not in ("pdf", "xlsx") or month is None:
        raise Http404
    found = overview.overview_of(plan, month)
    name = _("courses-{month}").format(month=f"{month:%Y-%m}")
    if kind == "xlsx":
        return overview.as_workbook(found, name, part=request.GET.get("part", ""))
    paper = pdf("services/courses/admin/staff_overview.html", {"found": found}, language=get_language() or SOURCE)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = str(content_disposition_header(True, f"{name}.pdf"))
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def planning_crumb() -> dict[str, str]:
    """The way back to the map."""
    return {"url": reverse("course_planning"), "label": _("Course planning")}


def _plan(request: HttpRequest) -> Plan:
    if not can_plan(request.user):
        raise PermissionDenied
    asked = request.GET.get("within", "")
    within = int(asked) if asked in {str(km) for km in DISTANCES} else planning.WITHIN
    return planning.plan_of(District.objects.for_request(request), timezone.now(), within)


def _town(plan: Plan, ags: str) -> Municipality | None:
    return next((town for town in plan.towns.values() if town.ags == ags), None)


def _place(request: HttpRequest, plan: Plan) -> Place:
    level, time, ags = (request.GET.get(name, "") for name in ("level", "time", "ags"))
    town = _town(plan, ags)
    if level not in LearnerLevel.values or time not in TIMES or (ags and town is None):
        raise Http404
    return level, town.pk if town else None, time, request.GET.get("childcare") == "1"


def _facts(plan: Plan, place: Place) -> list[tuple[str, str]]:
    level, town, time, childcare = place
    return [
        (_("Level"), str(LearnerLevel(level).label)),
        (_("Municipality"), plan.towns[town].name if town else _("not known")),
        (_("Part of the day"), time_name(time)),
        (_("Childcare"), _("yes") if childcare else _("no")),
    ]


def _rows(rows: Any, level: str, plan: Plan) -> list[dict[str, Any]]:
    base = reverse("course_planning_cell")
    found = []
    for row in rows:
        name = row.town.name if row.town else _("not known")
        cells = []
        for cell in row.cells:
            _level, _pk, time, childcare = cell.place
            ags = row.town.ags if row.town else ""
            query = {"level": level, "ags": ags, "time": time, "within": int(plan.within)}
            query |= {"childcare": "1"} if childcare else {}
            about = ", ".join([name, time_name(time), _("with childcare") if childcare else _("without childcare")])
            people = ngettext("{number} person", "{number} people", cell.count).format(number=cell.count)
            cells.append({"cell": cell, "url": f"{base}?{urlencode(query)}", "words": f"{people}: {about}"})
        found.append({"name": name, "people": row.people, "cells": cells})
    return found


def _line(one: Barometer, plan: Plan) -> dict[str, Any]:
    days = one.days_left
    left = "" if days is None else ngettext("{number} day left", "{number} days left", max(days, 0))
    return {
        "one": one,
        "run": one.run,
        "levels": " / ".join(dict.fromkeys([one.run.course.level_from, one.run.course.level_to])),
        "town": one.run.venue.town if one.run.venue else str(one.run.get_mode_display()),
        "state": STATES[one.state],
        "days": left.format(number=days) if days is not None and days >= 0 else (_("overdue") if left else ""),
        "fitting": len(one.fit.fitting),
        "but_for": [(str(OBSTACLES[name]), count) for name, count in one.fit.but_for.items()],
        "offer": f"{reverse('course_planning_offer', args=[one.run.pk])}?within={int(plan.within)}",
        "can_be_offered": can_be_offered(one.run, plan.at) and bool(one.fit.fitting),
    }


def _offer_page(request: HttpRequest, plan: Plan, run: CourseRun, status: int = 200) -> HttpResponse:
    fit = planning.barometer_of(plan, run).fit
    people = planning.to_write_to(run, fit)
    codes = Counter(wish.language for wish in people)
    previews = []
    for code in dict.fromkeys([SOURCE, *[code for code, _count in codes.most_common(1)]]):
        with translation.override(code):
            subject, lines = words_for_offer(run, str(plan.district.site.root_url), plan.at)
        previews.append({"language": language(code), "name": language_name(code), "subject": subject, "lines": lines})
    context = {
        **_frame(_("Offer by mail"), planning_crumb()),
        "run": run,
        "fitting": len(fit.fitting),
        "people": len(people),
        "no_mail": sum(not wish.by_mail for wish in fit.fitting),
        "languages": [(language_name(code), count) for code, count in codes.most_common()],
        "previews": previews,
        "rounds": PlanningRound.objects.filter(run=run).select_related("sent_by"),
        "can_be_offered": can_be_offered(run, plan.at),
        "within": int(plan.within),
    }
    return render(request, "services/courses/admin/staff_planning_offer.html", context, status=status)


def _frame(title: str, *crumbs: dict[str, str]) -> dict[str, Any]:
    home = {"url": reverse("wagtailadmin_home"), "label": _("Home")}
    return {
        "header_title": title,
        "header_icon": "table",
        "breadcrumbs_items": [home, *crumbs, {"url": "", "label": title}],
    }
