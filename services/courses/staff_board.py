"""The board of a run in the admin: all its lessons, with buttons to cancel, move, make lessons and count places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.errors import DomainError
from portal.models import District
from services.courses import actions, times
from services.courses.announcements import announce_run, end_announcement
from services.courses.cards import places_of, state_of
from services.courses.closures import closures_between
from services.courses.conflicts import conflicts_of
from services.courses.models import CourseRun, Lesson, LessonRule
from services.courses.permissions import can_manage_courses
from services.courses.run_change_views import Clicks, MoveRunForm
from services.courses.run_memory import last_undoable
from services.courses.staff_forms import AnnounceForm, MoveForm, NoteForm, PlacesForm, ReasonForm, RuleForm
from services.courses.vocabulary import PlacesState

PAST_DAYS = 14
"""Days for which lessons that are over stay on the board."""
MOST_CONFLICTS = 20
MOST_CHANGES = 10
"""Conflicts and past changes the board shows."""


class _Deeds:
    """What the buttons do; each returns the sentence that says it is done."""

    request: HttpRequest
    run: CourseRun
    bound: dict[str, forms.BaseForm]
    moving: Lesson | None = None

    def _valid(self, name: str, form: Any) -> Any:
        self.bound[name] = form
        if not form.is_valid():
            raise ValidationError([text for errors in form.errors.values() for text in errors])
        return form.cleaned_data

    def _one(self, rows: Any, field: str) -> Any:
        number = self.request.POST.get(field, "")
        is_number = number.isascii() and number.isdigit() and len(number) < 19
        found = rows.filter(pk=int(number)).first() if is_number else None
        if found is None:
            raise ValidationError(_("This lesson does not belong to this course."))
        return found

    def _lesson(self) -> Lesson:
        return self._one(self.run.lessons, "lesson")

    def _cancel_lesson(self) -> str:
        reason = self._valid("reason", ReasonForm(self.request.POST))["reason"]
        actions.cancel_lesson(lesson=self._lesson(), reason=reason, user=self.request.user)
        return _("The lesson is cancelled. List, page and calendars show it now.")

    def _restore_lesson(self) -> str:
        actions.restore_lesson(lesson=self._lesson(), user=self.request.user)
        return _("The lesson takes place.")

    def _move_lesson(self) -> str:
        self.moving = self._lesson()
        wanted = self._valid("move", MoveForm(self.request.POST, run=self.run, auto_id=False))
        actions.move_lesson(lesson=self.moving, user=self.request.user, **wanted)
        return _("The lesson is moved. List, page and calendars show it now.")

    def _set_places(self) -> str:
        wanted = self._valid("places", PlacesForm(self.request.POST))
        actions.set_places(run=self.run, user=self.request.user, **wanted)
        return _("The places are up to date.")

    def _add_rule(self) -> str:
        form = RuleForm(self.request.POST)
        self._valid("rule", form)
        return self._generate(form.instance)

    def _repeat_rule(self) -> str:
        return self._generate(self._one(self.run.rules, "rule"))

    def _generate(self, rule: LessonRule) -> str:
        venues = [self.run.venue_id] if self.run.venue_id else []
        closures = closures_between(self.run.district, rule.first_day, rule.last_day, venue_ids=venues)
        number = actions.generate_lessons(run=self.run, rule=rule, closures=closures, user=self.request.user)
        return _("{number} lessons take place. Holidays are marked.").format(number=number)

    def _announce(self) -> str:
        wanted = self._valid("announce", AnnounceForm(self.request.POST))
        announce_run(run=self.run, user=self.request.user, **wanted)
        return _("The course is announced. Translators find the words in their list.")

    def _end_announcement(self) -> str:
        end_announcement(announcement=self._one(self.run.announcements, "announcement"), user=self.request.user)
        return _("The announcement is taken down.")

    def _set_note(self) -> str:
        wanted = self._valid("note", NoteForm(self.request.POST))
        actions.set_note(run=self.run, user=self.request.user, **wanted)
        return _("The note is saved.")


class RunBoard(_Deeds, Clicks, WagtailAdminTemplateMixin, TemplateView):
    """GET shows the board; POST does the one thing named in `do`, then shows the board again."""

    template_name = "services/courses/admin/staff_run_board.html"
    header_icon = "calendar-alt"
    index_url_name = ""
    edit_url_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not can_manage_courses(request.user):
            raise PermissionDenied
        runs = CourseRun.objects.of(District.objects.for_request(request)).select_related(
            "course__provider", "venue", "teacher"
        )
        self.run = get_object_or_404(runs, pk=kwargs["pk"])
        self.bound = {}
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says. Invalid: the board with what was typed, status 422; refused: 409 with the reason."""
        deeds: dict[str, Callable[[], str]] = {
            "cancel_lesson": self._cancel_lesson,
            "restore_lesson": self._restore_lesson,
            "move_lesson": self._move_lesson,
            "set_places": self._set_places,
            "add_rule": self._add_rule,
            "repeat_rule": self._repeat_rule,
            "set_note": self._set_note,
            "announce": self._announce,
            "end_announcement": self._end_announcement,
        }
        name = request.POST.get("do", "")
        try:
            done = deeds[name]() if name in deeds else self.click(self.run, name)
        except ValidationError as problem:
            return self._again(" ".join(problem.messages), 422)
        except DomainError as refusal:
            return self._again(str(refusal), refusal.status)
        messages.success(request, done)
        return redirect(request.path)

    def get_page_title(self) -> str:
        return _("Lessons")

    def get_page_subtitle(self) -> str:
        return self.run.code

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(self.index_url_name), "label": _("Course runs")},
            {"url": reverse(self.edit_url_name, args=[self.run.pk]), "label": self.run.code},
            {"url": "", "label": _("Lessons")},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        since = now - timedelta(days=10_000 if self.request.GET.get("all") == "1" else PAST_DAYS)
        rows = list(self.run.lessons.upcoming(since).with_facts().select_related("run__teacher", "teacher"))
        clashes = conflicts_of([lesson for lesson in rows if lesson.utc_end > now], self.run.district)
        lessons = [(lesson, times.when(lesson), state_of(lesson)) for lesson in rows]
        rules = self.run.rules.all()
        by_number = self.run.places_free is not None and self.run.places_state != PlacesState.WAITLIST
        places = {
            "state": "" if by_number else self.run.places_state,
            "free": self.run.places_free,
            "waitlist": self.run.waitlist_length,
        }
        return super().get_context_data(
            run=self.run,
            lessons=lessons,
            rules=[(rule, *times.weekly([rule]), times.days(rule.first_day, rule.last_day)) for rule in rules],
            places=places_of(self.run, now),
            reason_form=ReasonForm(auto_id=False),
            places_form=self.bound.get("places") or PlacesForm(initial=places),
            rule_form=self.bound.get("rule") or RuleForm(),
            move_form=self.bound.get("move") or MoveForm(run=self.run, auto_id=False),
            notes=self.run.notes.order_by("language"),
            note_form=self.bound.get("note") or NoteForm(),
            moving=self.moving,
            announcements=self.run.announcements.all(),
            announce_form=self.bound.get("announce") or AnnounceForm(),
            conflicts=[str(conflict.sentence) for conflict in clashes[:MOST_CONFLICTS]],
            more_conflicts=max(len(clashes) - MOST_CONFLICTS, 0),
            undoable=last_undoable(self.run, now),
            history=self.run.changes.select_related("made_by", "lesson")[:MOST_CHANGES],
            move_run_form=MoveRunForm(run=self.run, auto_id="move-run-%s"),
            **kwargs,
        )

    def _again(self, problem: str, status: int) -> HttpResponse:
        messages.error(self.request, problem)
        self.run.refresh_from_db()
        return self.render_to_response(self.get_context_data(), status=status)
