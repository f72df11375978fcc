"""The forms of the screen for a new run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES, SOURCE
from portal.templatetags.portal_tags import weekday_name
from services.courses.models import Course, CourseRun, Teacher, Venue
from services.courses.publishing import Plan, RulePlan
from services.courses.vocabulary import Childcare, Mode, RunStatus

RULES, MOST_RULES = 2, 7
"""Lesson rules the screen offers, and how many it takes when the last run had more; others are added on the board."""
STATUSES = (RunStatus.PLANNED, RunStatus.NEEDS_REGISTRATIONS, RunStatus.CONFIRMED)
NEEDED = ("weekdays", "starts", "ends")
"""What makes a weekly pattern; without any of these the row is empty."""
FACTS = (
    "status",
    "mode",
    "venue",
    "room",
    "teacher",
    "capacity_min",
    "capacity_max",
    "childcare",
    "childcare_places",
    "women_only",
    "register_from",
    "register_until",
)


def _day(label: Any, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _number(label: Any, most: int = 500) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


class PlanForm(forms.Form):
    """What, when, where, for how many; the announcement with it."""

    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.none())
    code = forms.SlugField(label=_("Code"), max_length=60)
    status = forms.ChoiceField(label=_("Status"), choices=[(value.value, value.label) for value in STATUSES])
    first_day = _day(_("First day"), required=True)
    lessons = _number(_("Number of lessons"))
    last_day = _day(_("Last day"))
    mode = forms.ChoiceField(label=_("Where"), choices=Mode.choices)
    venue = forms.ModelChoiceField(label=_("Venue"), queryset=Venue.objects.none(), required=False)
    room = forms.CharField(label=_("Room"), required=False, max_length=60)
    teacher = forms.ModelChoiceField(label=_("Teacher"), queryset=Teacher.objects.none(), required=False)
    capacity_max = _number(_("Places in all"))
    capacity_min = _number(_("People needed to start"))
    childcare = forms.ChoiceField(label=_("Childcare"), choices=Childcare.choices)
    childcare_places = _number(_("Places in the childcare"))
    women_only = forms.BooleanField(label=_("Only for women"), required=False)
    register_from = _day(_("Registration from"))
    register_until = _day(_("Registration until"))
    announce = forms.BooleanField(
        label=_("Announce it on the course finder"),
        required=False,
        help_text=_("Readers of all languages see a sentence made of the facts, with or without words of your own."),
    )
    headline = forms.CharField(
        label=_("Headline (German)"), required=False, max_length=120, help_text=_("Translators get it in their list.")
    )
    text = forms.CharField(
        label=_("Text (German)"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    previous = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, runs: QuerySet[Any], **kwargs: Any) -> None:
        """`runs`: the runs this person may copy; courses, teachers and venues follow from whom they belong to."""
        super().__init__(*args, **kwargs)
        self.runs = runs

    def limit(self, courses: Any, venues: Any, teachers: Any) -> PlanForm:
        """Offer these rows only."""
        for name, rows in (("course", courses), ("venue", venues), ("teacher", teachers)):
            bound: Any = self.fields[name]
            bound.queryset = rows
        return self

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("lessons") and not values.get("last_day") and "last_day" not in self.errors:
            self.add_error("lessons", _("Please give the last day or the number of lessons."))
        course, teacher = values.get("course"), values.get("teacher")
        if course and teacher and teacher.provider_id != course.provider_id:
            self.add_error("teacher", _("This teacher belongs to another provider."))
        if values.get("text") and not values.get("headline"):
            self.add_error("headline", _("Please write a headline for the announcement, too."))
        return values

    def previous_run(self) -> CourseRun | None:
        """The run this is a copy of, if it is one this person may copy."""
        pk = self.cleaned_data.get("previous")
        run: CourseRun | None = self.runs.filter(pk=pk).first() if pk and pk < 2**62 else None
        return run


class RuleRow(forms.Form):
    """One weekly pattern; an empty row is none."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(
        label=_("from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    every_weeks = forms.IntegerField(
        label=_("every how many weeks"), required=False, initial=1, min_value=1, max_value=8
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weekdays: Any = self.fields["weekdays"]
        weekdays.choices = [(day, weekday_name(day)) for day in range(7)]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        filled = [name for name in NEEDED if values.get(name)]
        if filled and len(filled) < len(NEEDED) and not self.errors:
            raise forms.ValidationError(_("Please give weekdays, beginning and end."))
        if values.get("starts") and values.get("ends") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("The end must be after the beginning."))
        return values

    def as_plan(self) -> RulePlan | None:
        """The pattern, None for an empty row."""
        values = self.cleaned_data
        if not values.get("weekdays"):
            return None
        return RulePlan(tuple(values["weekdays"]), values["starts"], values["ends"], values["every_weeks"] or 1)


class LanguagesForm(forms.Form):
    """In which two languages the preview speaks."""

    first = forms.ChoiceField(label=_("Preview in"), choices=[(entry.code, entry.endonym) for entry in LANGUAGES])
    second = forms.ChoiceField(label=_("and in"), choices=[(entry.code, entry.endonym) for entry in LANGUAGES])

    def codes(self) -> list[str]:
        """Two different languages; German and Arabic where nothing else is asked."""
        chosen = [self.cleaned_data.get(name) for name in self.fields] if self.is_valid() else []
        return list(dict.fromkeys([*(code for code in chosen if code), SOURCE, "ar"]))[:2]


def plan_from(form: PlanForm, rows: list[RuleRow]) -> Plan:
    """The plan that valid forms say. The last day wins over the number of lessons."""
    values = form.cleaned_data
    return Plan(
        course=values["course"],
        code=values["code"],
        first_day=values["first_day"],
        rules=tuple(plan for row in rows if (plan := row.as_plan())),
        last_day=values.get("last_day"),
        lessons=values.get("lessons"),
        facts={name: values[name] for name in FACTS},
        previous=form.previous_run(),
        announce=values["announce"],
        headline=values["headline"],
        text=values["text"],
    )


def data_from(plan: Plan) -> dict[str, Any]:
    """The plan as a browser would send it."""
    values = {
        "course": plan.course.pk,
        "code": plan.code,
        "first_day": plan.first_day,
        "lessons": plan.lessons,
        "last_day": None if plan.lessons else plan.last_day,
        "previous": plan.previous.pk if plan.previous else None,
        "announce": plan.announce,
        "headline": plan.headline,
        "text": plan.text,
        **plan.facts,
    }
    data: dict[str, Any] = {name: typed(value) for name, value in values.items() if value not in (None, False, "")}
    for number, rule in enumerate(plan.rules[:MOST_RULES]):
        data |= {
            f"rule{number}-weekdays": [str(day) for day in rule.weekdays],
            f"rule{number}-starts": typed(rule.starts),
            f"rule{number}-ends": typed(rule.ends),
            f"rule{number}-every_weeks": str(rule.every_weeks),
        }
    return data


def rows_from(data: Mapping[str, Any] | None) -> list[RuleRow]:
    """The rows for weekly patterns."""
    number = RULES
    while data and number < MOST_RULES and f"rule{number}-starts" in data:
        number += 1
    return [RuleRow(data, prefix=f"rule{row}") for row in range(number)]


def typed(value: Any) -> str:
    """A value as a browser sends it."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if value is True:
        return "on"
    return str(getattr(value, "pk", value))
