"""What coordinators and minute-takers type in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.meetings.models import AgendaItem, Meeting
from network.meetings.statuses import AgendaKind
from network.members.models import Member, Organisation
from network.minutes.forms import MOST_MINUTES, GuardedForm
from network.minutes.minutes_models import CONTENT
from network.minutes.models import ActionItem, Minutes, MinutesEntry
from network.minutes.publishing_actions import APPROVAL_DAYS
from network.minutes.statuses import MinutesStatus
from network.needs.models import Need
from portal.models import District

_AREA = forms.Textarea(attrs={"rows": 3})


class StaffGuardedForm(GuardedForm):
    """Staff may also say that a warning is a false alarm; then nobody in the district is warned of it again."""

    guard_reason = forms.CharField(
        label=gettext_lazy("Why must this stay?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Kept with your name. Needed for everything not marked as a false alarm."),
    )

    @property
    def false_alarms(self) -> frozenset[str]:
        """The fingerprints somebody marked, of those that are really there."""
        typed = set(self.data.getlist("harmless")) if hasattr(self.data, "getlist") else set()
        return frozenset(found.fingerprint for found in self.suspicions if found.fingerprint in typed)

    def is_decided(self, cleaned: dict[str, Any]) -> bool:
        """Everything found is a false alarm, or there is a reason."""
        left = {found.fingerprint for found in self.suspicions} - self.false_alarms
        return not left or super().is_decided(cleaned)


def needs_for(district: District, chosen: int | None) -> models.QuerySet[Need]:
    """Needs to choose from: those that every member reads, and the one that stands there already."""
    rows = Need.objects.of(district).linkable()
    return rows | Need.objects.of(district).filter(pk=chosen) if chosen else rows


class ItemForm(StaffGuardedForm):
    """A point of an agenda."""

    FACTS = ("title", "kind", "minutes_planned", "owner", "note", "need")
    guarded = ("title", "note")
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AgendaKind.choices, initial=AgendaKind.INFORMATION)
    minutes_planned = forms.IntegerField(
        label=gettext_lazy("Planned minutes"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Who presents"), queryset=Member.objects.none(), required=False)
    note = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=2000,
        required=False,
        widget=_AREA,
        help_text=gettext_lazy("Everybody who may know of the meeting reads this. No names of people you advise."),
    )
    need = forms.ModelChoiceField(
        label=gettext_lazy("Need from the register"),
        queryset=Need.objects.none(),
        required=False,
        help_text=gettext_lazy("Members of the network see its number beside it."),
    )
    field_order = ("title", "kind", "minutes_planned", "owner", "note", "need", "guard_reason")

    def __init__(self, *args: Any, meeting: Meeting, item: AgendaItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs["initial"] = {name: getattr(item, name) for name in self.FACTS}
        super().__init__(*args, district=meeting.district, meeting=meeting, **kwargs)
        self.fields["owner"].queryset = Member.objects.of(meeting.district).active()  # type: ignore[attr-defined]  # declared above
        self.fields["need"].queryset = needs_for(meeting.district, item.need_id if item else None)  # type: ignore[attr-defined]  # declared above

    def facts(self) -> dict[str, Any]:
        """What the verbs get."""
        return {name: self.cleaned_data[name] for name in self.FACTS}


class FrameForm(StaffGuardedForm):
    """Who writes the minutes and who else was there. Names of those who took part are meant to stand here."""

    taker = forms.ModelChoiceField(
        label=gettext_lazy("Who writes"),
        queryset=Member.objects.none(),
        required=False,
        help_text=gettext_lazy("May write these minutes besides the coordinators; needs an account for the admin."),
    )
    attendance_note = forms.CharField(
        label=gettext_lazy("Also there"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Who was there without having answered. Only people who took part, no clients."),
    )

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        kwargs["initial"] = {"taker": minutes.taker_id, "attendance_note": minutes.attendance_note}
        super().__init__(*args, district=minutes.meeting.district, **kwargs)
        self.fields["taker"].queryset = Member.objects.of(self.district).active()  # type: ignore[attr-defined]  # declared above


class ActionPart(forms.Form):
    """Who does what until when."""

    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=500, widget=_AREA)
    owner = forms.ModelChoiceField(label=gettext_lazy("Who does it"), queryset=Member.objects.none(), required=False)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), required=False
    )
    due = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def offer(self, district: District, prefix: str = "") -> None:
        """Offer the people and organisations of a district."""
        self.fields[f"{prefix}owner"].queryset = Member.objects.of(district).active()  # type: ignore[attr-defined]  # declared above
        self.fields[f"{prefix}organisation"].queryset = Organisation.objects.of(district)  # type: ignore[attr-defined]  # declared above


class ActionForm(StaffGuardedForm, ActionPart):
    """An action, new or changed."""

    FACTS = ("text", "owner", "organisation", "due", "need")
    guarded = ("text",)
    need = forms.ModelChoiceField(
        label=gettext_lazy("Need from the register"),
        queryset=Need.objects.none(),
        required=False,
        help_text=gettext_lazy("Members of the network see its number beside it."),
    )
    field_order = ("text", "owner", "organisation", "due", "need", "guard_reason")

    def __init__(self, *args: Any, district: District, action: ActionItem | None = None, **kwargs: Any) -> None:
        if action is not None:
            kwargs["initial"] = {name: getattr(action, name) for name in self.FACTS}
        super().__init__(*args, district=district, **kwargs)
        self.offer(district)
        self.fields["need"].queryset = needs_for(district, action.need_id if action else None)  # type: ignore[attr-defined]  # declared above

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("owner") and not cleaned.get("organisation"):
            self.add_error("owner", _("Somebody must answer for it: choose a person or an organisation."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the verbs get."""
        return {name: self.cleaned_data[name] for name in self.FACTS}


class EntryForm(StaffGuardedForm):
    """What was said and decided about one point, and one action that follows from it."""

    guarded = ("heading", "note", "decision", "action_text")
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    heading = forms.CharField(label=gettext_lazy("Heading"), max_length=160)
    note = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("No names of clients, no file numbers."),
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=2000,
        required=False,
        widget=_AREA,
        help_text=gettext_lazy("One decision. For another one, add an entry."),
    )
    votes_for = forms.IntegerField(label=gettext_lazy("Votes for"), min_value=0, max_value=9999, required=False)
    votes_against = forms.IntegerField(label=gettext_lazy("Votes against"), min_value=0, max_value=9999, required=False)
    votes_abstained = forms.IntegerField(label=gettext_lazy("Abstentions"), min_value=0, max_value=9999, required=False)
    action_text = forms.CharField(
        label=gettext_lazy("New action: what is to be done"), max_length=500, required=False, widget=_AREA
    )
    action_owner = forms.ModelChoiceField(
        label=gettext_lazy("Who does it"), queryset=Member.objects.none(), required=False
    )
    action_organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), required=False
    )
    action_due = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do you correct it?"), max_length=500, help_text=gettext_lazy("Readers see the reason.")
    )
    erase_earlier = forms.BooleanField(
        label=gettext_lazy("Also erase the earlier wordings"),
        required=False,
        help_text=gettext_lazy("Only because of personal data that should never have stood there."),
    )

    def __init__(self, *args: Any, entry: MinutesEntry, **kwargs: Any) -> None:
        kwargs["initial"] = {**entry.content, "revision": entry.revision, **kwargs.pop("initial", {})}
        meeting = entry.minutes.meeting
        super().__init__(*args, district=meeting.district, meeting=meeting, **kwargs)
        self.about = entry
        ActionPart.offer(self, self.district, "action_")  # type: ignore[arg-type]  # the fields carry the same names
        if entry.minutes.status == MinutesStatus.DRAFT:
            del self.fields["reason"], self.fields["erase_earlier"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        counted = [cleaned.get(name) is not None for name in ("votes_for", "votes_against")]
        if any(counted) != all(counted) or (cleaned.get("votes_abstained") is not None and not all(counted)):
            self.add_error("votes_for", _("Please give the votes for and against, or none at all."))
        if any(counted) and not cleaned.get("decision"):
            self.add_error("decision", _("What was voted on?"))
        if cleaned.get("action_text") and not (cleaned.get("action_owner") or cleaned.get("action_organisation")):
            self.add_error("action_owner", _("Somebody must answer for it: choose a person or an organisation."))
        if not cleaned.get("action_text") and any(
            cleaned.get(f"action_{name}") for name in ("owner", "organisation", "due")
        ):
            self.add_error("action_text", _("What is to be done?"))
        return cleaned

    def content(self) -> dict[str, Any]:
        """The wording."""
        return {name: self.cleaned_data[name] for name in CONTENT}


class SubmitForm(forms.Form):
    """How long people may object."""

    days = forms.IntegerField(
        label=gettext_lazy("Days for objections"), min_value=1, max_value=60, initial=APPROVAL_DAYS
    )


class SummaryForm(StaffGuardedForm):
    """The public summary, a text of its own."""

    guarded = ("title", "text")
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, required=False)
    text = forms.CharField(
        label=gettext_lazy("Public summary"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Everybody can read this. Nothing else of the minutes is ever public."),
    )
    field_order = ("title", "text", "guard_reason")

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        kwargs["initial"] = {"title": minutes.summary_title, "text": minutes.summary_text}
        super().__init__(*args, district=minutes.meeting.district, **kwargs)
