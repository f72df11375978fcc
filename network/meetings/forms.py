"""What people type about meetings: the answer of somebody invited, and what coordinators decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from network.meetings.actions import Guest
from network.meetings.models import Meeting, Rsvp, instant
from network.meetings.permissions import can_be_answered
from network.meetings.statuses import Answer, Mode
from network.members.forms import DistrictForm
from network.members.models import Member
from network.members.statuses import Level
from portal.languages import LANGUAGES, SOURCE
from portal.seats import lock

MOST_GUESTS = 50


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
    comment = forms.CharField(
        label=_("Anything the organisers should know?"),
        max_length=500,
        required=False,
        help_text=_("Only the organisers read it. Please no names of people you advise."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "maxlength": 500, "dir": "auto"}),
    )

    def __init__(self, *args: Any, meeting: Meeting, rsvp: Rsvp, **kwargs: Any) -> None:
        names = ("answer", "delegate_name", "delegate_email", "comment")
        kwargs["initial"] = {name: getattr(rsvp, name) for name in names}
        super().__init__(*args, **kwargs)
        choices = [(answer.value, answer.label) for answer in can_be_answered(meeting.mode)]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]

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

ONLY_BY_ACTIONS = ("status", "status_note", "published_at", "previous_starts_at", "sequence")
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
        stem = slugify(self.data.get("title", ""))[:70].strip("-") or "austauschtreffen"
        taken = set(Meeting.objects.of(self.district).filter(slug__startswith=stem).values_list("slug", flat=True))
        return next(slug for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)

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


class InviteForm(forms.Form):
    """Whom to invite: whole levels, single members, guests by mail."""

    levels = forms.MultipleChoiceField(
        label=_("Everybody at these levels"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Single members"), queryset=Member.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    guests = forms.CharField(
        label=_("Guests"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line: name, comma, e-mail address."),
        max_length=8000,
    )
    guest_language = forms.ChoiceField(
        label=_("Language of the guests"), choices=[(entry.code, entry.endonym) for entry in LANGUAGES], initial=SOURCE
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.active = Member.objects.of(meeting.district).active().select_related("organisation")
        self.fields["members"].queryset = self.active  # type: ignore[attr-defined]

    def clean_guests(self) -> list[tuple[str, str]]:
        """Pairs of name and address. Says which line is wrong."""
        found = []
        lines = [line.strip() for line in self.cleaned_data["guests"].splitlines() if line.strip()]
        if len(lines) > MOST_GUESTS:
            raise ValidationError(_("Please invite at most %(most)s guests at once."), params={"most": MOST_GUESTS})
        for line in lines:
            name, _comma, email = (part.strip() for part in line.rpartition(","))
            try:
                validate_email(email)
            except ValidationError as problem:
                raise ValidationError(_("“%(line)s” has no e-mail address."), params={"line": line}) from problem
            if not name or len(name) > 120 or len(email) > 254:
                raise ValidationError(_("“%(line)s” has no name, or one that is too long."), params={"line": line})
            found.append((name, email))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in ("levels", "members", "guests")):
            raise ValidationError(_("Please choose whom to invite."))
        return cleaned

    def chosen_members(self) -> models.QuerySet[Member]:
        """All members meant, each once."""
        one_by_one = self.active.filter(pk__in=[member.pk for member in self.cleaned_data["members"]])
        return self.active.at_levels(self.cleaned_data["levels"]) | one_by_one

    def chosen_guests(self) -> list[Guest]:
        """All guests meant."""
        language = self.cleaned_data["guest_language"]
        return [Guest(name, email, language) for name, email in self.cleaned_data["guests"]]


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


class CapacityForm(forms.Form):
    """More seats."""

    capacity = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=100_000, required=False, help_text=_("Empty: no limit any more.")
    )
