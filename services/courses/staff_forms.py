"""Forms of staff: facts in the admin, and the small forms on the board of a run."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.search import index

from portal.languages import LANGUAGES, SOURCE
from portal.pages import locale_id_of
from portal.templatetags.portal_tags import weekday_name
from services.courses import actions
from services.courses.models import Course, CoursePage, CourseRun, LessonRule, Provider, Venue
from services.courses.reasons import BREAKS, CANCEL_REASONS, Reason
from services.courses.seat_actions import run_changed
from services.courses.seat_people import ensure_course_key
from services.courses.seat_rules import is_online
from services.courses.seat_statuses import EnrolmentMode
from services.courses.vocabulary import AccessRoute, Audience, Certificate, PlacesState, RunStatus


def _ticks(label: Any, choices: Any, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, widget=forms.CheckboxSelectMultiple
    )


def _reasons() -> list[tuple[str, Any]]:
    return [(reason.value, reason.label) for reason in CANCEL_REASONS]


class FactForm(WagtailAdminModelForm):
    """A fact of one district, which the view has set already and the person does not choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district_id = self.instance.district_id
        for field in self.fields.values():
            model = getattr(getattr(field, "queryset", None), "model", None)
            if model in (Provider, Venue, Course):
                field.queryset = model.objects.filter(district_id=district_id)

    def _get_validation_exclusions(self) -> set[str]:
        # The district is no field of the form, but codes must be unique within it.
        return super()._get_validation_exclusions() - {"district"}


class ClosureForm(FactForm):
    """School holidays and other breaks; public holidays are computed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"), choices=[(code.value, Reason(code).label) for code in BREAKS]
        )


class CourseForm(FactForm):
    """A course, with the German page that describes it."""

    access_routes = _ticks(_("who may take part"), AccessRoute.choices, required=True)
    audience = _ticks(_("made for"), Audience.choices)
    certificates = _ticks(_("certificates"), Certificate.choices)
    languages = _ticks(
        _("languages of instruction"), [(entry.code, entry.endonym) for entry in LANGUAGES], required=True
    )
    page = forms.ModelChoiceField(
        label=_("page of words"),
        queryset=CoursePage.objects.none(),
        required=False,
        help_text=_("The German page about this course. Empty: the course is shown with its facts alone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Course.objects.exclude(pk=self.instance.pk).values("key")
        pages = CoursePage.objects.filter(locale_id=locale_id_of(SOURCE), alias_of=None)
        self.fields["page"].queryset = pages.exclude(translation_key__in=taken)
        self.fields["page"].initial = pages.filter(translation_key=self.instance.key).first()

    def save(self, commit: bool = True) -> Course:
        page = self.cleaned_data.get("page")
        if page:
            self.instance.key = page.translation_key
        elif self.fields["page"].initial:
            self.instance.key = uuid4()  # the course leaves its page
        course = super().save(commit)
        transaction.on_commit(lambda: _find_again(course))
        return course


class CourseRunForm(FactForm):
    """A run. Cancelling and counting places have their own buttons on the board, because they tell people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status = self.fields["status"]
        if self.instance.status == RunStatus.CANCELLED:
            status.disabled = True
        else:
            status.choices = [choice for choice in status.choices if choice[0] != RunStatus.CANCELLED]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        most, free = cleaned.get("capacity_max"), self.instance.places_free
        if most is not None and free is not None and free > most:
            if cleaned.get("enrolment") == EnrolmentMode.NONE:
                self.add_error("capacity_max", _("There cannot be more free places than places in all."))
            else:
                self.instance.places_free = most  # counted anew when the run is saved
        return cleaned

    def save(self, commit: bool = True) -> CourseRun:
        moved = self.instance.pk and {"venue", "mode", "room"} & set(self.changed_data)
        run = super().save(commit)
        if moved and commit:
            actions.place_changed(run=run, user=self.for_user)
        if commit and is_online(run):
            ensure_course_key(run.district)
            run_changed(run=run)
        return run


class ReasonForm(forms.Form):
    """Why something does not take place."""

    reason = forms.ChoiceField(label=_("Reason"), choices=_reasons)


class MoveForm(forms.Form):
    """When and where a lesson takes place instead."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("from"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("until"), widget=forms.TimeInput(attrs={"type": "time"}))
    venue = forms.ModelChoiceField(label=_("Venue"), queryset=Venue.objects.none(), required=False)
    room = forms.CharField(label=_("Room"), required=False, max_length=60)

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        venue: Any = self.fields["venue"]
        venue.queryset = Venue.objects.of(run.district)
        venue.empty_label = _("Venue of the run")


class PlacesForm(forms.Form):
    """How many places are free today."""

    state = forms.ChoiceField(
        label=_("Places"), required=False, choices=[("", _("from the number")), *PlacesState.choices]
    )
    free = forms.IntegerField(label=_("Free places"), required=False, min_value=0)
    waitlist = forms.IntegerField(label=_("People on the waiting list"), required=False, min_value=0)


class NoteForm(forms.Form):
    """A short note in one language; an empty text takes it away."""

    language = forms.ChoiceField(label=_("Language"), choices=[(entry.code, entry.endonym) for entry in LANGUAGES])
    text = forms.CharField(
        label=_("Text"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )


class RuleForm(forms.ModelForm):
    """On which days lessons are made."""

    weekdays = forms.TypedMultipleChoiceField(label=_("Weekdays"), coerce=int, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = LessonRule
        fields = ["weekdays", "starts", "ends", "first_day", "last_day", "every_weeks"]
        widgets = {
            "starts": forms.TimeInput(attrs={"type": "time"}),
            "ends": forms.TimeInput(attrs={"type": "time"}),
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weekdays: Any = self.fields["weekdays"]
        weekdays.choices = [(day, weekday_name(day)) for day in range(7)]


def _find_again(course: Course) -> None:
    for page in CoursePage.objects.filter(translation_key=course.key, live=True):
        index.insert_or_update_object(page)
