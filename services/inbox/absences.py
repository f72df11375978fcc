"""Who is away and who acts for them. A deputy needs own access: an absence gives none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import require
from services.directory.models import Office, OfficeMembership
from services.inbox.beats import NotPossible
from services.inbox.models import Absence
from services.inbox.permissions import can_set_absence

if TYPE_CHECKING:
    from portal.models import User


def colleagues(user: User) -> list[User]:
    """Everybody who works today for an office of this person, without the person, sorted by name."""
    rows = OfficeMembership.objects.valid().filter(office__in=Office.objects.of_member(user), user__is_active=True)
    found = {row.user_id: row.user for row in rows.exclude(user=user).select_related("user")}
    return sorted(found.values(), key=lambda person: (person.last_name, person.first_name, person.pk))


def team_of(lead: User) -> list[User]:
    """The members of the offices this person leads, sorted by name, without the person."""
    rows = OfficeMembership.objects.valid().filter(office__in=Office.objects.led_by(lead), user__is_active=True)
    found = {row.user_id: row.user for row in rows.exclude(user=lead).select_related("user")}
    return sorted(found.values(), key=lambda person: (person.last_name, person.first_name, person.pk))


@transaction.atomic
def set_absence(*, user: User, by: User, first_day: date, last_day: date, deputy: User | None) -> Absence:
    """Say when somebody is away (first and last day included) and who acts for them."""
    require(can_set_absence(by, user))
    if last_day < first_day:
        raise NotPossible(_("The end must not be before the beginning."))
    if last_day < timezone.localdate():
        raise NotPossible(_("This time is over already."))
    if deputy is not None and deputy not in colleagues(user):
        raise NotPossible(_("A deputy must work for the same office."))
    if Absence.objects.filter(user=user, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise NotPossible(_("There is an absence in this time already."))
    return Absence.objects.create(user=user, first_day=first_day, last_day=last_day, deputy=deputy)


@transaction.atomic
def end_absence(*, absence: Absence, by: User) -> None:
    """Take an absence away, because the person is back or it was a mistake."""
    require(can_set_absence(by, absence.user))
    absence.delete()
