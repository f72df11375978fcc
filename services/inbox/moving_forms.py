"""Forms on a case's page that lead somewhere: to an appointment, another office, another body."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.directory.models import ContactPoint, Office
from services.inbox.appointments import LONGEST, SHORTEST
from services.inbox.case_forms import CHOOSE, CaseForm
from services.inbox.forms import NOTE_LENGTH, text_field
from services.inbox.moving import transfer_targets
from services.inbox.statuses import AppointmentMode, TransferReason

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case

PLACE_LENGTH = 200


class AppointForm(CaseForm):
    """When, where and how to meet."""

    name = "appoint"
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=gettext_lazy("Begins at"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"), initial=30, min_value=SHORTEST, max_value=LONGEST
    )
    mode = forms.ChoiceField(label=gettext_lazy("How you meet"), choices=AppointmentMode.choices)
    place = forms.CharField(
        label=gettext_lazy("Place"),
        required=False,
        max_length=PLACE_LENGTH,
        help_text=gettext_lazy("Address and room, or the number you call. Only the person and your office read it."),
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, initial: Any = None) -> None:
        super().__init__(data, case=case, user=user, initial=initial)
        point = case.office.contact_points.exclude(street="").filter(is_address_secret=False).first()
        if point is not None:
            self.fields["place"].initial = f"{point.street}, {point.postcode} {point.town}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("mode") in {AppointmentMode.OFFICE, AppointmentMode.HOME} and not data.get("place"):
            self.add_error("place", _("Please say where you meet."))
        if data.get("day") and data.get("clock"):
            try:
                data["starts_at"] = timezone.make_aware(datetime.combine(data["day"], data["clock"]))
            except (OverflowError, ValueError) as problem:
                raise ValidationError(_("Please choose a time in the next twelve months.")) from problem
            if data["starts_at"] <= timezone.now():
                self.add_error("day", _("This time is over already."))
        return data


class CancelForm(CaseForm):
    """Which appointment does not take place."""

    name = "cancel"
    appointment = forms.UUIDField(widget=forms.HiddenInput)


class TransferForm(CaseForm):
    """To which office, and why."""

    name = "transfer"
    to = forms.ModelChoiceField(
        label=gettext_lazy("Office"), queryset=Office.objects.none(), empty_label=gettext_lazy("Please choose")
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[CHOOSE, *TransferReason.choices])
    note = text_field(gettext_lazy("Note for the other office"), NOTE_LENGTH, 3, required=False)
    with_notes = forms.BooleanField(
        label=gettext_lazy("Hand over our internal notes as well"),
        required=False,
        help_text=gettext_lazy("Otherwise they are erased: they were written for colleagues here."),
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, initial: Any = None) -> None:
        super().__init__(data, case=case, user=user, initial=initial)
        targets = [office.pk for office in transfer_targets(case)]
        self.fields["to"].queryset = Office.objects.filter(pk__in=targets)  # type: ignore[attr-defined] # ModelChoiceField


class ReferForm(CaseForm):
    """Which other body helps better."""

    name = "refer"
    to = forms.ModelChoiceField(
        label=gettext_lazy("Contact point"),
        queryset=ContactPoint.objects.none(),
        empty_label=gettext_lazy("Please choose"),
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, initial: Any = None) -> None:
        super().__init__(data, case=case, user=user, initial=initial)
        points = ContactPoint.objects.of(case.district).exclude(office=case.office_id)
        self.fields["to"].queryset = points  # type: ignore[attr-defined] # ModelChoiceField
