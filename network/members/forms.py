"""What coordinators type about the network's people. The district is the one whose admin they use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from network.members.models import LevelMembership, Member, Organisation
from network.members.statuses import Level
from portal.models import District
from services.directory.models import Municipality


class DistrictForm(WagtailAdminModelForm):
    """A form for something that belongs to a district, which nobody chooses: it is the one of the site."""

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district = district
        self.instance.district = district

    def _get_validation_exclusions(self) -> set[str]:
        # Uniqueness within the district is asked although the form has no such field.
        return super()._get_validation_exclusions() - {"district"}


class OrganisationForm(DistrictForm):
    """An organisation of the network."""

    class Meta:
        model = Organisation
        fields = ["name", "kind", "municipalities"]
        widgets = {"municipalities": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipalities"].queryset = Municipality.objects.of(self.district)


class MemberForm(DistrictForm):
    """A person of the network with the levels at which they meet."""

    meets_at = forms.MultipleChoiceField(
        label=_("Meets at"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The person sees the meetings of these levels and can be invited with them."),
    )

    welcome = forms.BooleanField(
        label=_("Invite by mail now"),
        required=False,
        initial=True,
        help_text=_("The person gets a personal link to the own entry, and says there whether others may see it."),
    )

    class Meta:
        model = Member
        fields = [
            "name",
            "organisation",
            "role",
            "email",
            "phone",
            "language",
            "meets_at",
            "areas",
            "deputy",
            "absent_from",
            "absent_until",
            "is_listed",
            "shows_phone",
            "user",
            "is_active",
            "left_on",
        ]
        widgets = {
            "areas": forms.CheckboxSelectMultiple,
            "absent_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "absent_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "left_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.of(self.district)
        self.fields["areas"].queryset = Municipality.objects.of(self.district)
        self.fields["deputy"].queryset = Member.objects.of(self.district).active().exclude(pk=self.instance.pk)
        if self.instance.pk:
            del self.fields["welcome"]
            self.fields["meets_at"].initial = list(self.instance.levels.values_list("level", flat=True))

    def _save_m2m(self) -> None:
        super()._save_m2m()
        wanted = set(self.cleaned_data["meets_at"])
        self.instance.levels.exclude(level__in=wanted).delete()
        for level in sorted(wanted - set(self.instance.levels.values_list("level", flat=True))):
            LevelMembership.objects.create(member=self.instance, level=level)
