"""Changes at a click: every run that is not over with its buttons, for the Monday round of course staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.errors import DomainError
from portal.models import District
from services.courses import actions, times
from services.courses.cards import Places, places_of
from services.courses.models import CourseRun, RunChange, Teacher, Venue
from services.courses.permissions import can_manage_courses
from services.courses.run_memory import undoable_of
from services.courses.staff_forms import ReasonForm
from services.courses.vocabulary import RunStatus

MOST_ROWS = 200
"""Runs on one page; the filter finds the others."""


class MoveRunForm(forms.Form):
    """Where and by how many weeks a run moves; empty fields stay as they are."""

    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks later"),
        required=False,
        min_value=-52,
        max_value=52,
        help_text=gettext_lazy("A negative number moves the course to earlier weeks."),
    )
    venue = forms.ModelChoiceField(label=gettext_lazy("Venue"), queryset=Venue.objects.none(), required=False)
    room = forms.CharField(label=gettext_lazy("Room"), required=False, max_length=60)
    teacher = forms.ModelChoiceField(label=gettext_lazy("Teacher"), queryset=Teacher.objects.none(), required=False)

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        venue: Any = self.fields["venue"]
        venue.queryset, venue.empty_label = Venue.objects.of(run.district), gettext_lazy("as it is")
        teacher: Any = self.fields["teacher"]
        teacher.queryset = Teacher.objects.filter(provider=run.course.provider_id, is_active=True)
        teacher.empty_label = gettext_lazy("as it is")

    def wishes(self) -> dict[str, Any]:
        """What `move_run` takes."""
        values = self.cleaned_data
        return {**values, "weeks": values["weeks"] or 0, "room": values["room"] or None}


@dataclass(frozen=True)
class Row:
    """One run with what its buttons need."""

    run: CourseRun
    places: Places
    dates: str
    undoable: RunChange | None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to change but the last click."""
        return self.run.status in (RunStatus.CANCELLED, RunStatus.FINISHED)


class Clicks:
    """The one-click verbs, shared by the list and the board. Each returns the sentence that says it is done."""

    request: HttpRequest

    def click(self, run: CourseRun, name: str) -> str:
        """Do what the button says. Raises `ValidationError` for an unknown button or input, `DomainError`."""
        deeds: dict[str, Callable[[CourseRun], str]] = {
            "cancel_run": self._cancel,
            "mark_full": self._full,
            "mark_free": self._free,
            "later": self._later,
            "move_run": self._move,
            "undo": self._undo,
        }
        if name not in deeds:
            raise ValidationError(_("That did not work"))
        return deeds[name](run)

    def _cancel(self, run: CourseRun) -> str:
        form = ReasonForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError(_("Please say why the course is cancelled."))
        actions.cancel_run(run=run, reason=form.cleaned_data["reason"], user=self.request.user)
        return self._told(run, _("The course is cancelled with all its lessons to come."))

    def _full(self, run: CourseRun) -> str:
        actions.mark_full(run=run, user=self.request.user)
        return self._told(run, _("The course is shown as full."))

    def _free(self, run: CourseRun) -> str:
        actions.mark_free(run=run, user=self.request.user)
        return self._told(run, _("The course is shown with free places."))

    def _later(self, run: CourseRun) -> str:
        actions.move_run(run=run, weeks=1, user=self.request.user)
        return self._told(run, _("All lessons to come are one week later."))

    def _move(self, run: CourseRun) -> str:
        form = MoveRunForm(self.request.POST, run=run)
        if not form.is_valid():
            raise ValidationError([text for errors in form.errors.values() for text in errors])
        actions.move_run(run=run, user=self.request.user, **form.wishes())
        return self._told(run, _("The course is moved. List, page and calendars show it now."))

    def _undo(self, run: CourseRun) -> str:
        pk = self.request.POST.get("change", "")
        number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
        change = run.changes.filter(pk=number).first()
        if change is None:
            raise ValidationError(_("This change can no longer be taken back."))
        actions.undo_run_change(change=change, user=self.request.user)
        return self._told(run, _("It is as it was before."))

    def _told(self, run: CourseRun, done: str) -> str:
        change = run.changes.first()
        number = change.told if change else 0
        if not number:
            return done
        told = ngettext("{number} person gets a mail.", "{number} people get a mail.", number).format(number=number)
        return f"{done} {told}"


class ChangesAtAClick(Clicks, WagtailAdminTemplateMixin, TemplateView):
    """GET: the list, `?q=` narrows it by code. POST: one verb for one run, then the list again at that row."""

    template_name = "services/courses/admin/staff_changes.html"
    header_icon = "rotate"
    page_title = gettext_lazy("Changes at a click")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not can_manage_courses(request.user):
            raise PermissionDenied
        self.district = District.objects.for_request(request)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pk = request.POST.get("run", "")
        number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
        run = get_object_or_404(CourseRun.objects.of(self.district).select_related("course"), pk=number)
        try:
            messages.success(request, f"{run.code}: {self.click(run, request.POST.get('do', ''))}")
        except ValidationError as problem:
            return self._again(run, " ".join(problem.messages), 422)
        except DomainError as refusal:
            return self._again(run, str(refusal), refusal.status)
        return redirect(f"{reverse('course_changes')}#run-{run.pk}")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, query = timezone.now(), self.request.GET.get("q", "").strip()[:60]
        runs = CourseRun.objects.of(self.district).under_way(now).with_facts()
        if query:
            runs = runs.filter(code__icontains=query)
        rows = runs.prefetch_related(Prefetch("changes", RunChange.objects.filter(undone_at=None)))[:MOST_ROWS]
        listed = [
            Row(run, places_of(run, now), times.days(run.starts_on, run.ends_on), undoable_of(run.changes.all(), now))
            for run in rows
        ]
        return super().get_context_data(
            rows=listed, query=query, is_cut=len(listed) == MOST_ROWS, reason_form=ReasonForm(auto_id=False), **kwargs
        )

    def _again(self, run: CourseRun, problem: str, status: int) -> HttpResponse:
        messages.error(self.request, f"{run.code}: {problem}")
        return self.render_to_response(self.get_context_data(), status=status)
