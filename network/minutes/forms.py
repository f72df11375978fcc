"""What people of the network type: proposals, objections, how far an action is. Each text passes the guard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.meetings.models import Meeting
from network.meetings.statuses import AgendaKind
from network.minutes.guard import Suspicion, undecided
from network.minutes.models import ActionItem, Minutes, MinutesEntry
from network.minutes.statuses import ACTION_STEPS, NEEDS_A_NOTE, ActionStatus
from portal.models import District

MOST_MINUTES = 480


class GuardedForm(forms.Form):
    """A form whose texts must not name clients. What the guard finds is refused until it is changed or explained."""

    guarded: tuple[str, ...] = ()
    guard_reason = forms.CharField(
        label=gettext_lazy("Why must this stay?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only if nobody you advise can be recognised. Otherwise please change the text."),
        widget=forms.TextInput(attrs={"class": "input", "dir": "auto"}),
    )

    def __init__(self, *args: Any, district: District, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district, self.meeting = district, meeting
        self.about: MinutesEntry | None = None
        self.suspicions: list[Suspicion] = []

    def texts(self) -> dict[str, str]:
        """Field → text, of what the guard reads."""
        return {name: self.cleaned_data.get(name) or "" for name in self.guarded}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.suspicions = undecided(self.texts(), district=self.district, meeting=self.meeting, entry=self.about)
        if self.suspicions and not self.is_decided(cleaned):
            raise ValidationError(
                _("This looks like data about a person: %(what)s. Please change it, or say why it must stay."),
                params={"what": ", ".join(f"{found.label} (“{found.words}”)" for found in self.suspicions)},
                code="personal",
            )
        return cleaned

    def is_decided(self, cleaned: dict[str, Any]) -> bool:
        """Whether the writer has explained what was found."""
        return bool((cleaned.get("guard_reason") or "").strip())


class ProposalForm(GuardedForm):
    """A point for the agenda."""

    guarded = ("title", "note")
    title = forms.CharField(
        label=gettext_lazy("What would you like to talk about?"),
        max_length=160,
        widget=forms.TextInput(attrs={"class": "input", "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it for?"),
        choices=AgendaKind.choices,
        initial=AgendaKind.DISCUSSION,
        widget=forms.Select(attrs={"class": "input input--medium"}),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes does it need?"),
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input input--short", "inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Please no names of people you advise and no file numbers."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "dir": "auto"}),
    )
    field_order = ("title", "kind", "minutes", "note", "guard_reason")


class ObjectionForm(GuardedForm):
    """What is wrong in minutes."""

    guarded = ("text",)
    entry = forms.ModelChoiceField(
        label=gettext_lazy("Which point?"),
        queryset=MinutesEntry.objects.none(),
        required=False,
        empty_label=gettext_lazy("The minutes as a whole"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    text = forms.CharField(
        label=gettext_lazy("What is wrong, and how should it read?"),
        max_length=3000,
        help_text=gettext_lazy("Please no names of people you advise and no file numbers."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 5, "dir": "auto"}),
    )
    field_order = ("entry", "text", "guard_reason")

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, district=minutes.meeting.district, meeting=minutes.meeting, **kwargs)
        self.fields["entry"].queryset = minutes.entries.all()  # type: ignore[attr-defined]  # declared as a ModelChoiceField


class StatusForm(GuardedForm):
    """How far an action is."""

    guarded = ("note",)
    status = forms.ChoiceField(label=gettext_lazy("How far is it?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("What was done?"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("One sentence, if it is done or dropped. Please no names of people you advise."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "dir": "auto"}),
    )
    field_order = ("status", "note", "guard_reason")

    def __init__(self, *args: Any, action: ActionItem, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"status": action.status, "note": action.status_note})
        super().__init__(*args, district=action.district, **kwargs)
        possible = {action.status, *ACTION_STEPS[action.status]}
        choices = [(value, label) for value, label in ActionStatus.choices if value in possible]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]  # declared as a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("status") in NEEDS_A_NOTE and not (cleaned.get("note") or "").strip():
            self.add_error("note", _("Please write in one sentence what was done, or why not."))
        return cleaned
