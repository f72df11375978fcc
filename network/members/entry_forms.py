"""What members type: their own entry, the filters of the directory, the address for a new link."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.members.models import Member
from network.members.statuses import Level, Role
from portal.languages import LANGUAGES
from portal.models import District
from services.directory.models import Municipality

_INPUT = {"class": "input"}
LONGEST_ABSENCE = timedelta(days=730)
FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2100, 1, 1)


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "input input--medium"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


class EntryForm(forms.Form):
    """One's own entry. Name, e-mail, organisation and role are changed by the coordination office."""

    is_listed = forms.BooleanField(
        label=_("Others in the network may see my entry in the directory"),
        required=False,
        help_text=_("They see your name, organisation, role, e-mail address and towns. You can take this back here."),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "input input--medium", "type": "tel", "dir": "ltr"}),
        validators=[RegexValidator(r"^[+0-9][0-9 /()\-–]{3,38}$", _("Please write a telephone number."))],
    )
    shows_phone = forms.BooleanField(label=_("The directory also shows my telephone number"), required=False)
    areas = forms.ModelMultipleChoiceField(
        label=_("Towns I look after"),
        queryset=Municipality.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    absent_from = _day(label=_("I am away from"), required=False)
    absent_until = _day(label=_("I am away until"), required=False, help_text=_("Last day of absence."))
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        widget=forms.Select(attrs=_INPUT),
        help_text=_("Is named for your towns while you are away. Please ask this person first."),
    )
    language = forms.ChoiceField(
        label=_("Language of our mails"),
        choices=[(entry.code, entry.endonym) for entry in LANGUAGES],
        widget=forms.Select(attrs=_INPUT),
    )

    def __init__(self, data: Any = None, *, member: Member) -> None:
        names = ("is_listed", "phone", "shows_phone", "absent_from", "absent_until", "deputy", "language")
        initial = {name: getattr(member, name) for name in names}
        if not member.is_absent_on(timezone.localdate()) and (member.absent_from or date.max) < timezone.localdate():
            initial["absent_from"] = initial["absent_until"] = None  # an absence that is over
        super().__init__(data, initial={**initial, "areas": list(member.areas.all())})
        self.fields["areas"].queryset = Municipality.objects.of(member.district)  # type: ignore[attr-defined]  # declared above
        colleagues = Member.objects.of(member.district).listed().exclude(pk=member.pk)
        # The deputy one has stays possible, even without an entry in the directory.
        known = colleagues | Member.objects.of(member.district).active().filter(pk=member.deputy_id or 0)
        self.fields["deputy"].queryset = known.select_related("organisation")  # type: ignore[attr-defined]  # declared above

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("absent_from"), cleaned.get("absent_until")
        if last and not first and "absent_from" not in self.errors:
            self.add_error("absent_from", _("Please write from which day you are away."))
        if first and last and last < first:
            self.add_error("absent_until", _("The end must not be before the beginning."))
        for name, day in (("absent_from", first), ("absent_until", last)):
            if day and abs(day - timezone.localdate()) > LONGEST_ABSENCE:
                self.add_error(name, _("Please check this date: it is far away from today."))
        if cleaned.get("shows_phone") and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Please write a number, or do not show it."))
        return cleaned


class DirectoryForm(forms.Form):
    """Filters of the directory. What makes no sense is left out and said, never an error page."""

    q = forms.CharField(
        label=_("Name or organisation"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={**_INPUT, "type": "search", "dir": "auto"}),
    )
    town = forms.ChoiceField(label=_("Town"), required=False, widget=forms.Select(attrs=_INPUT))
    day = _day(label=_("Day"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All")), *Role.choices], widget=forms.Select(attrs=_INPUT)
    )
    level = forms.ChoiceField(
        label=_("Meets at"), required=False, choices=[("", _("All")), *Level.choices], widget=forms.Select(attrs=_INPUT)
    )

    def __init__(self, data: Any, *, district: District) -> None:
        super().__init__(data)
        self.towns = {town.ags: town for town in Municipality.objects.of(district).order_by("name")}
        choices = [("", _("All")), *((ags, town.name) for ags, town in self.towns.items())]
        self.fields["town"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Please check this date: it is far away from today."))
        return day

    def chosen(self) -> dict[str, Any]:
        """What was chosen and makes sense, by name."""
        self.full_clean()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}


class LinkForm(forms.Form):
    """Where a new personal link goes."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"class": "input", "dir": "ltr", "autocomplete": "email"}),
        help_text=_("The one to which your invitations go."),
    )
