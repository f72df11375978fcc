"""What a provider may wish for a run, as a form; and two sets of values compared in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.templatetags.portal_tags import short_date
from services.courses import times
from services.courses.models import Course, CourseRun, Teacher, Venue
from services.courses.publishing import Plan, rules_of
from services.courses.publishing_forms import FACTS, STATUSES, PlanForm, RuleRow, data_from, rows_from, typed
from services.courses.reasons import CANCEL_REASONS, Reason
from services.courses.vocabulary import Childcare, Mode

RUN_FIELDS = (*FACTS, "places_free")
"""What a change can be about, besides weeks and cancellation."""
HIDDEN = ("previous", "announce", "headline", "text")


class ChangeForm(forms.Form):
    """A run as the provider wishes it. What stays as it is says nothing."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[(value.value, value.label) for value in STATUSES]
    )
    places_free = forms.IntegerField(label=gettext_lazy("Free places"), required=False, min_value=0, max_value=500)
    capacity_max = forms.IntegerField(label=gettext_lazy("Places in all"), required=False, min_value=0, max_value=500)
    capacity_min = forms.IntegerField(
        label=gettext_lazy("People needed to start"), required=False, min_value=0, max_value=500
    )
    mode = forms.ChoiceField(label=gettext_lazy("Where"), choices=Mode.choices)
    venue = forms.ModelChoiceField(label=gettext_lazy("Venue"), queryset=Venue.objects.none(), required=False)
    room = forms.CharField(label=gettext_lazy("Room"), required=False, max_length=60)
    teacher = forms.ModelChoiceField(label=gettext_lazy("Teacher"), queryset=Teacher.objects.none(), required=False)
    childcare = forms.ChoiceField(label=gettext_lazy("Childcare"), choices=Childcare.choices)
    childcare_places = forms.IntegerField(
        label=gettext_lazy("Places in the childcare"), required=False, min_value=0, max_value=500
    )
    women_only = forms.BooleanField(label=gettext_lazy("Only for women"), required=False)
    register_from = forms.DateField(
        label=gettext_lazy("Registration from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    register_until = forms.DateField(
        label=gettext_lazy("Registration until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks later"),
        required=False,
        min_value=-52,
        max_value=52,
        help_text=gettext_lazy("A negative number moves the course to earlier weeks."),
    )
    cancel = forms.ChoiceField(
        label=gettext_lazy("Cancel the whole course"),
        required=False,
        choices=lambda: [("", gettext_lazy("no")), *((code.value, Reason(code).label) for code in CANCEL_REASONS)],
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        venue: Any = self.fields["venue"]
        venue.queryset = Venue.objects.of(run.district)
        teacher: Any = self.fields["teacher"]
        teacher.queryset = Teacher.objects.filter(provider=run.course.provider_id)
        if run.status not in STATUSES:
            del self.fields["status"]

    def wish(self, run: CourseRun) -> dict[str, str]:
        """What differs from the run as it is now, as a browser would send it."""
        now, wanted = values_of(run), {name: _typed(value) for name, value in self.cleaned_data.items()}
        extra = {name for name in ("weeks", "cancel") if wanted.get(name) not in ("", "0")}
        changed = {name for name in RUN_FIELDS if name in wanted and wanted[name] != now[name]}
        return {name: wanted[name] for name in self.fields if name in changed | extra}


@dataclass(frozen=True)
class Difference:
    """One fact in words: how it was when the proposal was made, how it is now, how it shall be."""

    label: str
    before: str
    now: str
    wish: str

    @property
    def is_new(self) -> bool:
        """Whether accepting changes anything."""
        return self.now != self.wish

    @property
    def is_moved_on(self) -> bool:
        """Whether somebody changed the fact since the proposal."""
        return self.now != self.before


def values_of(run: CourseRun) -> dict[str, str]:
    """The facts a change can be about, as a browser would send them."""
    return {name: _typed(getattr(run, name)) for name in RUN_FIELDS}


def values_of_last(run: CourseRun | None) -> dict[str, Any]:
    """The run a new one is a copy of, as the screen for a new run would send it; nothing where there is none."""
    if run is None or run.starts_on is None:
        return {}
    facts = {name: getattr(run, name) for name in FACTS}
    return data_from(Plan(run.course, run.code, run.starts_on, rules_of(run), last_day=run.ends_on, facts=facts))


def plan_form(course: Course, wish: Mapping[str, Any]) -> tuple[PlanForm, list[RuleRow]]:
    """The proposed run as bound forms, limited to what its provider has."""
    courses = Course.objects.filter(pk=course.pk)
    form = PlanForm(wish, runs=CourseRun.objects.filter(course__provider=course.provider_id)).limit(
        courses, Venue.objects.of(course.district), Teacher.objects.filter(provider=course.provider_id)
    )
    return form, rows_from(wish)


def differences(
    form: forms.BaseForm, before: Mapping[str, Any], now: Mapping[str, Any], wish: Mapping[str, Any]
) -> list[Difference]:
    """Each field that the proposal is about, in words."""
    rows = []
    for name, bound in form.fields.items():
        if name in HIDDEN or name not in {**before, **wish}:
            continue
        texts = [in_words(bound, values.get(name, "")) for values in (before, now, wish)]
        if name in wish or texts[0] != texts[2]:
            rows.append(Difference(str(bound.label), *texts))
    return rows


def weekly_in_words(values: Mapping[str, Any]) -> str:
    """The weekly patterns in words."""
    rows = rows_from(values)
    plans = [plan for row in rows if row.is_valid() and (plan := row.as_plan())]
    return "; ".join(str(text) for text in times.weekly(plans))


def in_words(bound: Any, value: str) -> str:
    """A sent value as staff read it."""
    if isinstance(bound, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in ("", None):
        return "–"
    if isinstance(bound, forms.DateField):
        return str(short_date(date.fromisoformat(value)))
    if isinstance(bound, forms.ModelChoiceField):
        rows: Any = bound.queryset
        row = rows.filter(pk=value).first()
        return str(row) if row else "–"
    return str(dict(bound.choices).get(value, value)) if hasattr(bound, "choices") else str(value)


def _typed(value: Any) -> str:
    return "" if value in (None, False, "") else typed(value)
