"""Whom coordinators invite or ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.meetings.inviting import Guest
from network.members.models import Member, Organisation
from network.members.statuses import Level, Role
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from services.directory.models import Municipality

MOST_GUESTS = 50
GROUPS = ("levels", "roles", "areas", "organisations")


class InviteForm(forms.Form):
    """Whom to invite: whole levels, roles, areas and organisations, single members, guests by mail."""

    levels = forms.MultipleChoiceField(
        label=_("Everybody at these levels"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    roles = forms.MultipleChoiceField(
        label=_("Everybody with these roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.ModelMultipleChoiceField(
        label=_("Everybody who looks after these towns"),
        queryset=Municipality.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organisations = forms.ModelMultipleChoiceField(
        label=_("Everybody of these organisations"),
        queryset=Organisation.objects.none(),
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

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.active = Member.objects.of(district).active().select_related("organisation")
        self.fields["areas"].queryset = Municipality.objects.of(district)  # type: ignore[attr-defined]  # declared above
        self.fields["organisations"].queryset = Organisation.objects.of(district)  # type: ignore[attr-defined]  # declared above
        self.fields["members"].queryset = self.active  # type: ignore[attr-defined]  # declared above

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
        if not self.errors and not any(cleaned.get(name) for name in (*GROUPS, "members", "guests")):
            raise ValidationError(_("Please choose whom to invite."))
        return cleaned

    def chosen_members(self) -> models.QuerySet[Member]:
        """All members meant, each once."""
        data = self.cleaned_data
        wanted = Q(pk__in=[member.pk for member in data["members"]])
        wanted |= Q(pk__in=self.active.at_levels(data["levels"]).values("pk"))
        wanted |= Q(role__in=data["roles"]) | Q(organisation__in=data["organisations"])
        looking_after = Member.areas.through.objects.filter(municipality__in=data["areas"]).values("member_id")
        return self.active.filter(wanted | Q(pk__in=looking_after))

    def chosen_guests(self) -> list[Guest]:
        """All guests meant."""
        language = self.cleaned_data["guest_language"]
        return [Guest(name, email, language) for name, email in self.cleaned_data["guests"]]
