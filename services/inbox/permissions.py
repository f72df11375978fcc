"""Who may do what with a case. Membership of the office answers all of it; rights in the CMS answer none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.directory.models import Office, OfficeMembership
from services.directory.statuses import OfficeKind

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case


def is_member(user: User | Any, office_id: int) -> bool:
    """Works for the office today.

    - The account is active.
    - The membership has begun and has not ended.
    - Being a superuser or an editor changes nothing.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return OfficeMembership.objects.valid().filter(user=user, office_id=office_id).exists()


def can_use_inbox(user: User | Any) -> bool:
    """See the inbox in the menu.

    - The account is active.
    - The person works today for at least one office.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return Office.objects.of_member(user).exists()


def can_read(user: User | Any, case: Case) -> bool:
    """Open a case and read everything in it.

    - Members of its office; each reading is recorded.
    """
    return is_member(user, case.office_id)


def can_assign(user: User | Any, case: Case) -> bool:
    """Take a case, give it to a colleague or give it back.

    - Members of its office; whom it is given to must be one too (checked in the action).
    """
    return is_member(user, case.office_id)


def can_reply(user: User | Any, case: Case) -> bool:
    """Write to the person.

    - Members of its office, whether or not the case is assigned to them: a colleague may be ill.
    """
    return is_member(user, case.office_id)


def can_add_note(user: User | Any, case: Case) -> bool:
    """Write an internal note.

    - Members of its office.
    """
    return is_member(user, case.office_id)


def can_renew_receipt(user: User | Any, case: Case) -> bool:
    """Give the person a new secret after checking in person who they are.

    - Members of its office, who could read the case anyway; the person's other cases are sealed anew unread.
    """
    return is_member(user, case.office_id)


def can_change_status(user: User | Any, case: Case) -> bool:
    """Say where a case stands, close it, open it again.

    - Members of its office.
    """
    return is_member(user, case.office_id)


def can_translate(user: User | Any, case: Case) -> bool:
    """Put a translation beside a message.

    - Members of its office; the original always stays.
    """
    return is_member(user, case.office_id)


def can_make_appointment(user: User | Any, case: Case) -> bool:
    """Make an appointment with the person or cancel one.

    - Members of its office.
    """
    return is_member(user, case.office_id)


def can_transfer(user: User | Any, case: Case) -> bool:
    """Give the case to another office and lose access to it.

    - Members of its office; to which office it may go is checked in the action.
    """
    return is_member(user, case.office_id)


def can_refer(user: User | Any, case: Case) -> bool:
    """Tell the person which other body helps.

    - Members of its office. The other body learns nothing from us.
    """
    return is_member(user, case.office_id)


def can_hold(user: User | Any, case: Case) -> bool:
    """Say that the case must be kept for longer, or no longer.

    - Members of its office, with a reason.
    """
    return is_member(user, case.office_id)


def can_ask_to_erase(user: User | Any, case: Case) -> bool:
    """Ask for a case to be erased now.

    - Members of its office.
    - No: while somebody's request is already there.
    """
    return is_member(user, case.office_id) and not _erase_request(case)


def can_refuse_erasing(user: User | Any, case: Case) -> bool:
    """Take a request to erase away.

    - Members of its office, also the one who asked.
    """
    return is_member(user, case.office_id) and bool(_erase_request(case))


def can_confirm_erasing(user: User | Any, case: Case) -> bool:
    """Say yes to erasing: the second of two people.

    - Members of its office who did not ask for it themselves.
    - The one who asked must still be a member.
    """
    request = _erase_request(case)
    return (
        request is not None
        and request.requested_by_id != user.pk
        and is_member(user, case.office_id)
        and is_member(request.requested_by, case.office_id)
    )


def can_see_workload(user: User | Any) -> bool:
    """See how many cases each colleague has.

    - People who lead an office today, for the offices they lead.
    """
    return getattr(user, "is_authenticated", False) and Office.objects.led_by(user).exists()


def can_see_coordination(user: User | Any) -> bool:
    """See numbers of all offices of a district and which cases nobody has taken: no content, no topic, no name.

    - People who work today for a coordination office of the district.
    """
    return can_use_inbox(user) and coordination_offices(user).exists()


def coordination_offices(user: User | Any) -> Any:
    """The coordination offices this person works for today."""
    return Office.objects.of_member(user).filter(kind=OfficeKind.COORDINATION)


def can_edit_templates(user: User | Any) -> bool:
    """Change reply templates.

    - People who lead an office: the templates of that office.
    - Editors with the right of the CMS: all of them. They hold no personal data.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return user.has_perm("services.change_replytemplate") or Office.objects.led_by(user).exists()


def can_set_absence(user: User | Any, of: User) -> bool:
    """Say when somebody does not work and who acts for them.

    - Everybody for themselves, if they work for an office.
    - People who lead an office, for its members.
    """
    if not can_use_inbox(user):
        return False
    led = Office.objects.led_by(user)
    return user.pk == of.pk or OfficeMembership.objects.valid().filter(user=of, office__in=led).exists()


def _erase_request(case: Case) -> Any:
    from services.inbox.models import EraseRequest

    return EraseRequest.objects.filter(case=case.pk).select_related("requested_by").first()
