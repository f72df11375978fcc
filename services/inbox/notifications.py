"""Mail to members of an office, in their language: that something is there, never what.

No number, no topic, no name: a mail may lie open on a telephone (handbook: domain §5.3, intake §5.5). Each person says
which of them they want at once and which in the daily summary (`escalation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.outbox import queue_mail
from services.directory.models import OfficeMembership
from services.inbox.models import Absence, Case, Message, NoticeWishes
from services.inbox.statuses import When

if TYPE_CHECKING:
    from portal.models import User


def case_address(case: Case) -> str:
    """Address of a case for staff. Written out, because the public role, which also sends, has no admin addresses."""
    return f"{settings.WAGTAILADMIN_BASE_URL}/admin/inbox/{case.pk}/"


def notify_new_case(case: Case) -> None:
    """Tell all members that a request arrived."""
    for user in _wanting("new_case", _members(case)):
        with translation.override(user.language):
            subject = _("Urgent: new request in your inbox") if case.is_urgent else _("New request in your inbox")
            _tell(user, f"case-new:{case.pk}", subject, _("A new request is waiting for your office."), case)


def notify_person_wrote(message: Message) -> None:
    """Tell whoever has the case, or all members, that the person wrote."""
    for user in _wanting("person_wrote", _concerned(message.case)):
        with translation.override(user.language):
            sentence = _("A person has written a message to your office.")
            _tell(user, f"case-message:{message.pk}", _("New message in your inbox"), sentence, message.case)


def notify_withdrawn(case: Case) -> None:
    """Tell whoever has the case, or all members, that the person took it back."""
    for user in _wanting("withdrawn", _concerned(case)):
        with translation.override(user.language):
            sentence = _("A person has withdrawn a request. Its content has been erased.")
            _tell(user, f"case-withdrawn:{case.pk}", _("A request was withdrawn"), sentence, case)


def notify_assigned(case: Case, to: User) -> None:
    """Tell a colleague that a case was given to them."""
    for user in _wanting("assigned", [to] if to.email else []):
        with translation.override(user.language):
            sentence = _("A colleague has given you a request.")
            _tell(user, f"case-assigned:{case.pk}:{case.version}", _("A request was given to you"), sentence, case)


def notify_overdue(case: Case) -> None:
    """Tell those who lead the office, or all members, that an urgent request got no answer in time. Always at once.

    While a lead, or the colleague who has the case, is absent, their deputy is told as well.
    """
    members, leads = _members(case), _leads(case)
    acting = leads | _deputies({*leads, case.assigned_to_id})
    told = [user for user in members if user.pk in acting] if any(user.pk in leads for user in members) else members
    for user in told:
        with translation.override(user.language):
            sentence = _("An urgent request has not been answered in time.")
            due = case.due_at.date() if case.due_at else ""
            _tell(user, f"case-overdue:{case.pk}:{due}", _("Urgent: an answer is overdue"), sentence, case)


def notify_transferred(case: Case) -> None:
    """Tell all members of the office that now has the case."""
    for user in _members(case):
        with translation.override(user.language):
            sentence = _("Another office has given a request to yours.")
            _tell(user, f"case-moved:{case.pk}:{case.version}", _("New request in your inbox"), sentence, case)


def notify_erase_asked(case: Case, by: User) -> None:
    """Tell the colleagues of whoever asked that a second person is needed."""
    for user in _members(case):
        if user.pk != by.pk:
            with translation.override(user.language):
                sentence = _("A colleague asks for a request to be erased. A second person must confirm it.")
                _tell(user, f"case-erase:{case.pk}:{case.version}", _("Please confirm an erasure"), sentence, case)


def _members(case: Case) -> list[User]:
    """The active members of a case's office that have a mail address."""
    rows = OfficeMembership.objects.valid().filter(office_id=case.office_id, user__is_active=True)
    return [row.user for row in rows.exclude(user__email="").select_related("user").order_by("pk")]


def _leads(case: Case) -> set[int]:
    rows = OfficeMembership.objects.valid().filter(office_id=case.office_id, is_lead=True)
    return set(rows.values_list("user_id", flat=True))


def _wanting(kind: str, users: Iterable[User]) -> list[User]:
    """Those who want this kind of notice at once. Who said nothing wants all of them."""
    people = list(users)
    others = NoticeWishes.objects.filter(user__in=people).exclude(**{kind: When.NOW})
    quiet = set(others.values_list("user_id", flat=True))
    return [user for user in people if user.pk not in quiet]


def _concerned(case: Case) -> Iterable[User]:
    """Whoever has the case, and their deputy while they are absent; all members where nobody has it."""
    members = _members(case)
    acting = {case.assigned_to_id} | _deputies({case.assigned_to_id})
    return [user for user in members if user.pk in acting] or members


def _deputies(people: Iterable[int | None]) -> set[int | None]:
    """Who acts today for those of these people who are absent."""
    absences = Absence.objects.on(timezone.localdate()).filter(user__in=[pk for pk in people if pk])
    return set(absences.exclude(deputy=None).values_list("deputy", flat=True))


def _tell(user: User, key: str, subject: str, sentence: str, case: Case) -> None:
    closing = _("This mail says nothing more on purpose. Please log in to read:")
    body = f"{sentence}\n\n{closing}\n{case_address(case)}\n"
    queue_mail(key=f"{key}:{user.pk}", recipient=user.email, language=user.language, subject=str(subject), body=body)
