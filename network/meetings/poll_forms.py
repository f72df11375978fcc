"""What people type about a date poll: those who are asked, and coordinators who ask."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.meetings.invite_forms import InviteForm
from network.meetings.models import DatePoll, PollInvitation
from network.meetings.poll_actions import MOST_SLOTS, Slot
from network.meetings.statuses import Audience, Mode, Vote
from network.members.models import Member
from network.members.statuses import Level
from portal.models import District
from portal.templatetags.portal_tags import long_date

_LINE = re.compile(
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}),?\s+"
    r"(?P<h1>\d{1,2})[:.](?P<m1>\d{2})\s*(?:-|–|[^\W\d_]{1,8})\s*(?P<h2>\d{1,2})[:.](?P<m2>\d{2})(?:\s*Uhr)?"
)


class VoteForm(forms.Form):
    """One choice for each proposed date, and a comment."""

    def __init__(self, *args: Any, invitation: PollInvitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {row.option_id: row.vote for row in invitation.votes.all()}
        self.options = list(invitation.poll.options.all())
        for option in self.options:
            self.fields[f"option-{option.pk}"] = forms.ChoiceField(
                label=_("{day}, {start} to {end}").format(
                    day=long_date(option.day), start=f"{option.starts:%H:%M}", end=f"{option.ends:%H:%M}"
                ),
                choices=Vote.choices,
                widget=forms.RadioSelect,
                initial=said.get(option.pk),
                error_messages={"required": _("Please answer for this date.")},
            )
        self.fields["comment"] = forms.CharField(
            label=_("Anything the organisers should know?"),
            max_length=500,
            required=False,
            initial=invitation.comment,
            help_text=_("Only the organisers read it. Please no names of people you advise."),
            widget=forms.Textarea(attrs={"class": "input", "rows": 3, "maxlength": 500, "dir": "auto"}),
        )

    def votes(self) -> dict[int, str]:
        """What was chosen, by the key of the date."""
        return {option.pk: self.cleaned_data[f"option-{option.pk}"] for option in self.options}


class AskForm(InviteForm):
    """A new poll: what it is about, the dates, whom to ask."""

    title = forms.CharField(label=_("title"), max_length=120)
    summary = forms.CharField(
        label=_("what it is about"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    level = forms.ChoiceField(label=_("level"), choices=Level.choices)
    audience = forms.ChoiceField(
        label=_("who may know of the meeting"),
        choices=Audience.choices,
        initial="network",
    )
    mode = forms.ChoiceField(label=_("How"), choices=Mode.choices)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    mailbox = forms.EmailField(label=_("mailbox of the organising office"), max_length=254)
    closes_on = forms.DateField(
        label=_("answer until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    slots = forms.CharField(
        label=_("Proposed dates"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, for example: 14.03.2027 09:30 to 11:00"),
    )

    field_order = ["title", "summary", "slots", "closes_on", "level", "audience", "mode", "place", "mailbox"]

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, district=district, **kwargs)
        self.district = district

    def clean_slots(self) -> list[Slot]:
        """Days with beginning and end. Says which line is wrong."""
        lines = [line.strip() for line in self.cleaned_data["slots"].splitlines() if line.strip()]
        if not 2 <= len(lines) <= MOST_SLOTS:
            raise ValidationError(_("Please propose at least two dates and at most 20."))
        return [_slot(line) for line in lines]

    def clean_closes_on(self) -> date:
        """A day that people still have."""
        day: date = self.cleaned_data["closes_on"]
        if day < timezone.localdate():
            raise ValidationError(_("The last day for answers must be in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("mode") in {Mode.ONSITE, Mode.HYBRID} and not cleaned.get("place"):
            self.add_error("place", _("Where do you meet?"))
        return cleaned

    def poll(self) -> DatePoll:
        """The poll as typed, not saved yet."""
        names = ("title", "summary", "level", "audience", "mode", "place", "mailbox", "closes_on")
        return DatePoll(district=self.district, **{name: self.cleaned_data[name] for name in names})


class AskMoreForm(InviteForm):
    """More people to ask."""


def organisers_mailbox(district: District, user: Any) -> str:
    """The address of the person who asks, as a first proposal."""
    member = Member.objects.of(district).active().for_user(user).first()
    return member.email if member else ""


def _slot(line: str) -> Slot:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValidationError(_("“%(line)s” is no date with two times."), params={"line": line})
    part = {name: int(value) for name, value in found.groupdict().items()}
    try:
        day = date(part["year"], part["month"], part["day"])
        starts, ends = time(part["h1"], part["m1"]), time(part["h2"], part["m2"])
    except ValueError as problem:
        raise ValidationError(_("“%(line)s” is no date with two times."), params={"line": line}) from problem
    if ends <= starts:
        raise ValidationError(_("“%(line)s”: the end must be after the beginning."), params={"line": line})
    return day, starts, ends
