"""The screen for a new run: choose what to copy, see it in two languages with what clashes, publish with one button."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.errors import DomainError
from portal.languages import Language, language
from portal.models import District
from services.courses import publishing
from services.courses.announcements import card_for
from services.courses.cards import foreign_attrs
from services.courses.conflicts import conflicts_of
from services.courses.models import Course, CourseRun, Teacher, Venue
from services.courses.permissions import can_manage_courses
from services.courses.publishing import Plan
from services.courses.publishing_cells import plan_for, read_cell
from services.courses.publishing_forms import LanguagesForm, PlanForm, RuleRow, data_from, plan_from, rows_from

MOST_CONFLICTS = 20


@dataclass(frozen=True)
class Preview:
    """The run in one language as readers will see it."""

    language: Language
    headline: str
    headline_attrs: str
    text: str
    in_list: str
    on_page: str


class PublishScreen(WagtailAdminTemplateMixin, TemplateView):
    """GET: what to copy, or with `?from=` (a run), `?course=` or a cell of the map: the plan with its preview.

    POST with `do=publish` publishes, with anything else shows the preview of what was typed. Nothing typed is lost.
    """

    template_name = "services/courses/admin/staff_publish.html"
    header_icon = "calendar-alt"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.district = District.objects.for_request(request)
        if not self.may():
            raise PermissionDenied
        self.now = timezone.now()
        self.problem = ""
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> bool:
        """Whether this person sees the screen."""
        return can_manage_courses(self.request.user)

    def courses(self) -> Any:
        """The courses this person plans runs of."""
        return Course.objects.of(self.district).select_related("provider")

    def finish(self, plan: Plan) -> HttpResponse:
        """Publish, then show the board of the new run."""
        run = publishing.publish_run(plan=plan, user=self.request.user, at=self.now)
        messages.success(self.request, _("The course is published. List, page, search and calendars show it now."))
        return redirect(reverse("courserun:board", args=[run.pk]))

    def runs(self) -> Any:
        """The runs this person may copy."""
        return CourseRun.objects.of(self.district).filter(course__in=self.courses())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self._asked()
        if plan is None:
            return self.render_to_response(self.get_context_data(start=True))
        data = data_from(plan)
        form, rows = self._forms(data), rows_from(data)
        return self.render_to_response(self.get_context_data(form=form, rows=rows))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, rows = self._forms(request.POST), rows_from(request.POST)
        if request.POST.get("do") != "publish":
            context = self.get_context_data(form=form, rows=rows)
            return self.render_to_response(context, status=200 if context["previews"] else 422)
        if not _valid(form, rows):
            twin = _twin(self, form)
            return redirect(reverse("courserun:board", args=[twin.pk])) if twin else self._again(form, rows, 422)
        try:
            return self.finish(plan_from(form, rows))
        except ValidationError as problem:
            twin = _twin(self, form)
            if twin:
                return redirect(reverse("courserun:board", args=[twin.pk]))
            _blame(form, problem)
            return self._again(form, rows, 422)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self._again(form, rows, refusal.status)

    def get_page_title(self) -> str:
        return _("New course run")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if kwargs.get("start"):
            kwargs["choices"] = self._choices()
            kwargs["problem"] = self.problem
            return super().get_context_data(**kwargs)
        form, rows = kwargs["form"], kwargs["rows"]
        # Languages of the last preview stay chosen; both boxes are part of the same form.
        wishes = LanguagesForm(self.request.POST or None)
        codes = wishes.codes()
        kwargs.setdefault("languages", LanguagesForm(initial=dict(zip(("first", "second"), codes, strict=True))))
        rehearsal = self._rehearse(form, rows, codes) if _valid(form, rows) else {"previews": []}
        return super().get_context_data(**{**kwargs, **rehearsal})

    def _asked(self) -> Plan | None:
        query = self.request.GET
        runs = self.runs().select_related("course__district", "venue__municipality", "teacher")
        if (pk := _number(query.get("from", ""))) and (run := runs.filter(pk=pk).first()):
            return publishing.suggestion_from(run, self.now)
        if (pk := _number(query.get("course", ""))) and (course := self.courses().filter(pk=pk).first()):
            last = runs.filter(course=course).order_by("-starts_on", "-pk").first()
            return publishing.suggestion_from(last, self.now) if last else _first_plan(course, self.now)
        cell = read_cell(query)
        if not cell.is_asked:
            return None
        plan = plan_for(cell, runs, self.now)
        if plan is None:
            self.problem = _("No course was ever given at this level. Choose one to begin with.")
        return plan

    def _forms(self, data: Any) -> PlanForm:
        return PlanForm(data, runs=self.runs()).limit(
            self.courses(),
            Venue.objects.of(self.district),
            Teacher.objects.of(self.district).filter(is_active=True, provider__courses__in=self.courses()).distinct(),
        )

    def _choices(self) -> list[tuple[Course, CourseRun | None]]:
        last: dict[int, CourseRun] = {}
        for run in self.runs().with_facts().order_by("starts_on", "pk"):
            last[run.course_id] = run
        return [(course, last.get(course.pk)) for course in self.courses()]

    def _rehearse(self, form: PlanForm, rows: list[RuleRow], codes: list[str]) -> dict[str, Any]:
        plan = plan_from(form, rows)
        try:
            with publishing.rehearsed(plan, self.request.user, self.now) as run:
                lessons = list(run.lessons.with_facts().select_related("run__teacher", "teacher").order_by("utc_start"))
                found = conflicts_of(lessons, self.district)
                return {
                    "previews": [preview_of(run, plan, code, self.now) for code in codes],
                    "held": [lesson for lesson in lessons if lesson.takes_place],
                    "skipped": [lesson for lesson in lessons if not lesson.takes_place],
                    "conflicts": [str(conflict.sentence) for conflict in found[:MOST_CONFLICTS]],
                    "more_conflicts": max(len(found) - MOST_CONFLICTS, 0),
                    "ends_on": run.ends_on,
                }
        except ValidationError as problem:
            _blame(form, problem)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        return {"previews": []}

    def _again(self, form: PlanForm, rows: list[RuleRow], status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, rows=rows), status=status)


def preview_of(run: CourseRun, plan: Plan, code: str, at: datetime) -> Preview:
    """The card in the list and the part of the course page, as a reader of this language will see them."""
    with translation.override(code):
        card = card_for(run.pk, at)
        foreign = plan.headline != "" and code != "de"
        context = {"card": card, "course": run.course}
        return Preview(
            language=language(code),
            headline=plan.headline or _("New course: {title}").format(title=card.title),
            headline_attrs=foreign_attrs(language("de")) if foreign else "",
            text=plan.text,
            in_list=_harmless(render_to_string("services/courses/run-card.html", context), run, f"list-{code}"),
            on_page=_harmless(render_to_string("services/courses/run.html", context), run, f"page-{code}"),
        )


def _harmless(html: str, run: CourseRun, place: str) -> SafeString:
    """A rendered template without links, which would lead nowhere yet, and with names that are once on the page."""
    named = re.sub(rf'((?:id|aria-labelledby)=")({re.escape(run.code)})', rf"\1{place}-\2", html)
    return mark_safe(re.sub(r' href="[^"]*"', "", named))  # noqa: S308 - from autoescaped templates


def _valid(form: PlanForm, rows: list[RuleRow]) -> bool:
    # Each is asked, so that all errors show at once.
    return all([form.is_valid(), *(row.is_valid() for row in rows)])


def _blame(form: PlanForm, problem: ValidationError) -> None:
    """Put the errors of the facts beside the fields they belong to."""
    errors = problem.error_dict if hasattr(problem, "error_dict") else {None: problem.error_list}
    for name, found in errors.items():
        for error in found:
            form.add_error(name if name in form.fields else None, error)


def _first_plan(course: Course, at: datetime) -> Plan:
    code = publishing.next_code(course, "")
    return Plan(
        course, code, timezone.localdate(at), (), facts={"status": "planned", "mode": "onsite", "childcare": "none"}
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _twin(screen: PublishScreen, form: PlanForm) -> CourseRun | None:
    """The run that a second press of the button would make again: same course, code and first day."""
    values = form.cleaned_data
    course, code, day = values.get("course"), values.get("code"), values.get("first_day")
    if not (course and code and day):
        return None
    age = screen.now - timedelta(minutes=10)
    twin: CourseRun | None = screen.runs().filter(course=course, code=code, created_at__gte=age).first()
    return twin if twin and twin.changes.filter(kind="new", made_by=screen.request.user.pk).exists() else None
