"""What coordinators type about needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.members.forms import DistrictForm
from network.members.models import Member, Organisation
from network.needs.forms import LookedAt, MonthField
from network.needs.linking import missing
from network.needs.models import Need, VotingRound
from network.needs.statuses import TAKES_IN, TRANSITIONS, LinkKind, NeedStatus, Reach, Source
from services.directory.models import Municipality


class NeedForm(LookedAt, DistrictForm):
    """A need with all its facts. The view hands what was typed to an action."""

    since = MonthField(
        label=_("Since when?"), required=False, max_length=7, help_text=_("Month and year, for example 03/2025.")
    )

    class Meta:
        model = Need
        fields = [
            "title",
            "description",
            "category",
            "kind",
            "municipalities",
            "stage",
            "reach",
            "is_structural",
            "since",
            "urgency",
            "impact",
            "effort",
            "risk_if_nothing",
            "evidence",
            "proposed_solution",
            "source",
            "visibility",
            "owner",
            "partners",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "risk_if_nothing": forms.Textarea(attrs={"rows": 3}),
            "evidence": forms.Textarea(attrs={"rows": 3}),
            "proposed_solution": forms.Textarea(attrs={"rows": 3}),
            "municipalities": forms.CheckboxSelectMultiple,
            "partners": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipalities"].queryset = Municipality.objects.of(self.district)  # type: ignore[attr-defined]  # declared above
        if "owner" in self.fields:
            self.fields["owner"].queryset = Member.objects.of(self.district).active()  # type: ignore[attr-defined]  # declared above
            self.fields["partners"].queryset = Organisation.objects.of(self.district)  # type: ignore[attr-defined]  # declared above
            self.fields["source"].initial = Source.STATISTICS
        if not self.suspicions():  # the box is there once something was found
            self.fields["is_checked"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reach") == Reach.FEW and not cleaned.get("is_structural"):
            self.add_error("is_structural", _("A need of fewer than five people has to be about the structure."))
        found = ", ".join(f"“{one.excerpt}” ({one.what})" for one in self.suspicions())
        if found:
            self.fields["is_checked"].help_text = found
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the actions keep, without what they are told apart."""
        kept = set(self._meta.fields) - {"municipalities", "partners", "owner"}
        return {name: value for name, value in self.cleaned_data.items() if name in kept}


class DecisionForm(LookedAt):
    """The frame of what is decided about one need."""

    texts = ("note",)

    def __init__(self, data: Any = None, *, need: Need, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.need, self.district = need, need.district
        if not self.suspicions():
            self.fields["is_checked"].widget = forms.HiddenInput()
        else:
            found = ", ".join(f"“{one.excerpt}” ({one.what})" for one in self.suspicions())
            self.fields["is_checked"].help_text = found


class StatusForm(DecisionForm):
    """A new status with its note."""

    field_order = ["to", "note", "until", "is_checked"]
    to = forms.ChoiceField(label=_("New status"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why, and what comes next. Everybody who may see the need reads it; reporters get it by mail."),
    )
    until = forms.DateField(
        label=_("Paused until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only for “Paused”: the day on which it is looked at again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = TRANSITIONS[self.need.status]
        self.fields["to"].choices = [  # type: ignore[attr-defined]  # declared above
            (status.value, status.label) for status in NeedStatus if status in allowed
        ]


class MergeForm(DecisionForm):
    """Into which need this one goes."""

    field_order = ["into", "note", "is_checked"]
    into = forms.ModelChoiceField(label=_("Merge into"), queryset=Need.objects.none())
    note = forms.CharField(label=_("Note"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Need.objects.of(self.need.district).filter(status__in=TAKES_IN).exclude(pk=self.need.pk)
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]  # declared above


class RankForm(DecisionForm):
    """The place in the order, and why."""

    texts = ("reason",)
    field_order = ["position", "reason", "is_checked"]
    position = forms.IntegerField(
        label=_("Place in the order"), min_value=1, max_value=9999, required=False, help_text=_("Empty: by score.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class LinkForm(DecisionForm):
    """A meeting, a course or a web page."""

    texts = ("title",)
    field_order = ["kind", "target", "title", "is_checked"]
    kind = forms.ChoiceField(label=_("Kind"), choices=LinkKind.choices)
    target = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("Last part of the address of the meeting or course, or the whole address of a web page."),
    )
    title = forms.CharField(label=_("Title"), max_length=120, required=False)

    def clean_target(self) -> str:
        """The last part of an address that was pasted whole, where it is one of ours."""
        typed: str = self.cleaned_data["target"].strip()
        if self.data.get("kind") != LinkKind.PAGE:
            typed = typed.split("?")[0].rstrip("/").rpartition("/")[2]
        if missing(self.data.get("kind", ""), self.district, [typed]):
            raise ValidationError(_("There is nothing at this address."))
        return typed


class RoundForm(DistrictForm):
    """A voting round."""

    class Meta:
        model = VotingRound
        fields = ["title", "first_day", "last_day", "dots"]
        widgets = {
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        others = VotingRound.objects.of(self.district).exclude(pk=self.instance.pk)
        if first and last and others.filter(first_day__lte=last, last_day__gte=first).exists():
            raise ValidationError(_("Another round is open on some of these days."))
        fewer = self.instance.pk and cleaned.get("dots") and cleaned["dots"] < self.instance.dots
        if fewer and self.instance.ballots.exists():
            self.add_error("dots", _("Somebody has voted already: dots can only be added."))
        return cleaned
