"""What coordinators type about series, files and the door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.meetings.models import Meeting
from network.meetings.rhythm import PlannedDay, around_holidays, days_of
from network.meetings.series_actions import planned_days
from network.meetings.statuses import FileAudience, OnHoliday, Presence, Rhythm
from network.meetings.times import instant
from portal.closed_days import closed_days

LONGEST_SERIES = timedelta(days=550)
"""How far ahead dates are made (handbook: calendars §5b, 12 to 18 months)."""

USUAL_GAP = timedelta(weeks=4)


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _clock(**more: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


class RepeatForm(forms.Form):
    """How often a meeting takes place, and until when."""

    rhythm = forms.ChoiceField(label=_("Rhythm"), choices=Rhythm.choices, initial=Rhythm.MONTH_WEEKDAY)
    every = forms.IntegerField(label=_("Every how many weeks or months"), min_value=1, max_value=12, initial=1)
    until = _day(label=_("Until"), help_text=_("Last day on which a date can be."))
    on_holiday = forms.ChoiceField(
        label=_("When a date is a holiday"),
        choices=OnHoliday.choices,
        initial=OnHoliday.LEAVE_OUT,
        help_text=_("Public holidays and the school holidays of the district."),
    )
    invite_same = forms.BooleanField(
        label=_("Invite the same people to all dates"), required=False, help_text=_("Each gets one mail for all dates.")
    )

    looked_at = forms.CharField(max_length=1, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting

    def rule(self) -> dict[str, Any]:
        """What `actions.repeat` needs."""
        return {name: value for name, value in self.cleaned_data.items() if name != "looked_at"}

    def preview(self) -> list[PlannedDay]:
        """The dates that the rule makes, holidays included, until somebody has looked at them."""
        if self.cleaned_data["looked_at"]:
            return []
        self.data = {**dict(self.data.items()), "looked_at": "1"}
        rule = {name: value for name, value in self.rule().items() if name != "invite_same"}
        return planned_days(self.meeting, **rule)

    def clean_until(self) -> date:
        """Later than this meeting, and not further ahead than anybody plans."""
        until: date = self.cleaned_data["until"]
        if until <= self.meeting.day:
            raise ValidationError(_("The last day must be after this meeting."))
        if until > self.meeting.day + LONGEST_SERIES:
            raise ValidationError(_("Please plan at most 18 months ahead."))
        return until


class NextForm(forms.Form):
    """When the next one is. Proposed: the same weekday, by the rhythm of the series or four weeks later."""

    day = _day(label=_("Day"))
    starts = _clock(label=_("From"))
    ends = _clock(label=_("Until"))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs["initial"] = {"day": proposed_day(meeting), "starts": meeting.starts, "ends": meeting.ends}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"day", "starts", "ends"} <= cleaned.keys():
            if cleaned["ends"] <= cleaned["starts"]:
                self.add_error("ends", _("The end must be after the beginning."))
            try:
                if instant(cleaned["day"], cleaned["starts"]) <= timezone.now():
                    self.add_error("day", _("The new date must be in the future."))
            except ValidationError as problem:
                self.add_error("starts", problem)
        return cleaned


def proposed_day(meeting: Meeting) -> date:
    """The next open day after the latest date of the series, or four weeks after this meeting; never in the past."""
    today = timezone.localdate()
    series = meeting.series
    last = meeting.day
    until = max(last, today) + timedelta(days=400)
    if series:
        found = days_of(series.rhythm, last, until, series.every)
    else:
        found = iter([last + number * USUAL_GAP for number in range(1, 15)])
    closed = closed_days(meeting.district, last, until)
    rows = around_holidays(found, closed, OnHoliday.WEEK_LATER)
    taken = set(series.meetings.values_list("day", flat=True)) if series else set()
    days = [row.day for row in rows if row.day and row.day > today and row.day not in taken]
    return days[0] if days else max(last, today) + USUAL_GAP


class FileForm(forms.Form):
    """A file for a meeting."""

    file = forms.FileField(label=_("File"), help_text=_("PDF, pictures, office files and text. It is checked first."))
    audience = forms.ChoiceField(label=_("Who may read it"), choices=FileAudience.choices)


class WalkInForm(forms.Form):
    """Somebody who came without an invitation."""

    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.CharField(label=_("Organisation"), max_length=160, required=False)
    presence = forms.ChoiceField(label=_("How"), choices=Presence.choices)
