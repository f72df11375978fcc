"""What people type about meetings: the answer of somebody invited, and what coordinators decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from network.meetings.copying import free_slug
from network.meetings.models import Meeting, Rsvp, instant
from network.meetings.permissions import can_be_answered
from network.meetings.planning import mark_of
from network.meetings.statuses import Answer, Mode
from network.members.forms import DistrictForm
from network.members.models import Member
from portal.seats import lock


class AnswerForm(forms.Form):
    """Whether somebody comes, or who comes for them."""

    answer = forms.ChoiceField(label=_("Will you come?"), widget=forms.RadioSelect)
    delegate_name = forms.CharField(
        label=_("Who comes instead of you?"),
        max_length=120,
        required=False,
        help_text=_("Only if somebody else comes for you: first and last name."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "dir": "auto"}),
    )
    delegate_email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        required=False,
        help_text=_("We send them the date."),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "off", "dir": "ltr"}),
    )
    access_needs = forms.CharField(
        label=_("Do you need something to take part?"),
        max_length=500,
        required=False,
        help_text=_("For example a step-free room or an interpreter. We erase this after the meeting."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 2, "maxlength": 500, "dir": "auto"}),
    )
    comment = forms.CharField(
        label=_("Anything the organisers should know?"),
        max_length=500,
        required=False,
        help_text=_("Only the organisers read it. Please no names of people you advise."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "maxlength": 500, "dir": "auto"}),
    )
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, rsvp: Rsvp, **kwargs: Any) -> None:
        names = ("answer", "delegate_name", "delegate_email", "access_needs", "comment")
        self.mark = mark_of(meeting)
        kwargs["initial"] = {**{name: getattr(rsvp, name) for name in names}, "seen": self.mark}
        super().__init__(*args, **kwargs)
        self.meeting, self.rsvp = meeting, rsvp
        choices = [(answer.value, answer.label) for answer in can_be_answered(meeting.mode)]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]  # declared above

    @property
    def is_stale(self) -> bool:
        """Whether the date or place changed after this page was opened."""
        seen = self.cleaned_data["seen"]
        return bool(seen) and seen != self.mark

    def again(self) -> AnswerForm:
        """The same answer once more, for the date that holds now, with a sentence why."""
        data = {**self.cleaned_data, "seen": self.mark}
        form = AnswerForm(data, meeting=self.meeting, rsvp=self.rsvp)
        form.add_error(None, _("The date or the place has changed. Please look at it again."))
        return form

    def for_answer(self) -> dict[str, Any]:
        """What `actions.answer` needs."""
        return dict(self.cleaned_data)

    def clean_delegate_name(self) -> str:
        """A name on one line. It goes into a mail to somebody else, so it must not carry an advertisement."""
        name = " ".join(self.cleaned_data["delegate_name"].split())
        if any(sign in name.lower() for sign in ("://", "www.", "@")):
            raise ValidationError(_("Please write only the name here."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == Answer.DELEGATE:
            if not cleaned.get("delegate_name") and "delegate_name" not in self.errors:
                self.add_error("delegate_name", _("Please write who comes instead of you."))
            if not cleaned.get("delegate_email") and "delegate_email" not in self.errors:
                self.add_error("delegate_email", _("Please write an e-mail address, so that they get the date."))
        return cleaned


FIXED_ONCE_PUBLISHED = ("slug", "day", "starts", "last_day", "ends", "mode", "place", "capacity")
"""Facts that people have in their calendars or addresses; they change by moving or adding seats, which tells them."""

ONLY_BY_ACTIONS = (
    "status",
    "status_note",
    "published_at",
    "previous_starts_at",
    "sequence",
    "series_id",
    "is_detached",
)
"""What no form writes."""


class MeetingForm(DistrictForm):
    """A meeting with its agenda, as coordinators plan it."""

    class Meta:
        model = Meeting
        fields = "__all__"
        widgets = {
            "day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = Member.objects.of(self.district).active()
        self.fields["slug"].required = False
        if self.instance.published_at:
            for name in FIXED_ONCE_PUBLISHED:
                self.fields[name].disabled = True

    def clean_slug(self) -> str:
        """The address, made from the title where none was typed, with a number where it is taken."""
        typed: str = self.cleaned_data["slug"]
        if typed:
            return typed
        self.instance.district = self.district
        return free_slug(self.instance, slugify(self.data.get("title", ""))[:70].strip("-") or "austauschtreffen")

    def save(self, commit: bool = True) -> Meeting:
        """New words are a new version of the calendar entry, though not a new date: SEQUENCE stays.

        Whatever an action changed while the form was being sent is kept.
        """
        if self.instance.pk:
            now = lock(Meeting.objects.filter(pk=self.instance.pk))
            for name in (*ONLY_BY_ACTIONS, *(FIXED_ONCE_PUBLISHED if now.published_at else ())):
                setattr(self.instance, name, getattr(now, name))
        self.instance.changed_at = timezone.now()
        return super().save(commit)


class MoveForm(forms.Form):
    """Another date, time or place."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Only if it lasts several days."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    mode = forms.ChoiceField(label=_("How"), choices=Mode.choices)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    note = forms.CharField(label=_("Reason"), max_length=240, required=False, help_text=_("Is part of the mail."))
    sequence = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("mode") in {Mode.ONSITE, Mode.HYBRID} and not cleaned.get("place"):
            self.add_error("place", _("Where do you meet?"))
        if {"day", "starts", "ends"} <= cleaned.keys():
            try:
                begins = instant(cleaned["day"], cleaned["starts"])
                ends = instant(cleaned.get("last_day") or cleaned["day"], cleaned["ends"])
            except ValidationError as problem:
                self.add_error("starts", problem)
            else:
                if ends <= begins:
                    self.add_error("ends", _("The end must be after the beginning."))
        return cleaned


class ReasonForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(label=_("Reason"), max_length=240, required=False, help_text=_("Is part of the mail."))
    sequence = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CapacityForm(forms.Form):
    """More seats."""

    capacity = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=100_000, required=False, help_text=_("Empty: no limit any more.")
    )
