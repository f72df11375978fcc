"""The desk by mail: every Monday at seven the numbers of the desk go to each coordinator, in their language.

Numbers only: no title, name or place, because mail is read on phones and forwarded. Who does not want it switches it
off on the desk or where the other mails are chosen. Once a week per person is kept in the database, in the
transaction of the mail.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from home.desk import Block, desk_of
from home.desk_sentences import week_of
from network.members.permissions import can_coordinate
from portal.models import District, User
from portal.outbox import queue_mail
from services.inbox.models import NoticeWishes

HOUR = 7
"""Local hour on Monday from which the mail leaves."""
LATEST = 1
"""Last weekday on which it still leaves, after a worker that stood still: Tuesday."""


def send_desk_digests(*, at: datetime | None = None) -> int:
    """Queue the mails of this week that are not queued yet; return how many. May be killed and run again."""
    now = timezone.localtime(at or timezone.now())
    monday, _sunday = week_of(now)
    if now.weekday() > LATEST or (now.weekday() == 0 and now.hour < HOUR):
        return 0
    where: dict[User, list[District]] = {}
    for district in District.objects.select_related("site__root_page").order_by("pk"):
        for user in coordinators_of(district):
            where.setdefault(user, []).append(district)
    return sum(_digest_for(user, districts, monday, now) for user, districts in where.items())


@transaction.atomic
def set_weekly(*, user: User, wanted: bool) -> None:
    """Switch the own mail on or off."""
    NoticeWishes.objects.update_or_create(user=user, defaults={"desk_weekly": wanted})


def coordinators_of(district: District) -> list[User]:
    """Who runs the network of a district and has an address. Administrators only if they belong to it."""
    permission = Permission.objects.filter(content_type__app_label="network", codename="change_meeting")
    may = Q(user_permissions__in=permission) | Q(groups__permissions__in=permission)
    rows = User.objects.filter(may, is_active=True, is_superuser=False).exclude(email="").distinct().order_by("pk")
    return [user for user in rows if can_coordinate(user, district)]


@transaction.atomic
def _digest_for(user: User, districts: list[District], monday: date, now: datetime) -> int:
    wishes, _new = NoticeWishes.objects.get_or_create(user=user)
    wishes = NoticeWishes.objects.select_for_update().get(pk=wishes.pk)
    if not wishes.desk_weekly or (wishes.last_desk_on and wishes.last_desk_on >= monday):
        return 0
    wishes.last_desk_on = monday
    wishes.save(update_fields=["last_desk_on"])
    with translation.override(user.language):
        queue_mail(
            key=f"desk:{monday.isoformat()}:{user.pk}",
            recipient=user.email,
            language=user.language,
            subject=_("Your desk this week"),
            body=_body({district.name: desk_of(district, user, now).blocks for district in districts}),
        )
    return 1


def _body(desks: dict[str, list[Block]]) -> str:
    lines = [_("Hello,"), "", _("this waits on your desk this week:"), ""]
    for name, blocks in desks.items():
        lines += [name, ""] if len(desks) > 1 else []
        found = [(block.title, [line for line in block.lines if line.number]) for block in blocks]
        for title, numbers in found:
            if numbers:
                lines += [f"{title}:", *(f"- {line.label}: {line.number}" for line in numbers), ""]
        if not any(numbers for _title, numbers in found):
            lines += [_("Nothing is open."), ""]
    address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('desk')}"
    lines += [_("This mail says nothing more on purpose. Please log in to read:"), address, ""]
    lines += [_("You do not want this mail? At the end of that page you switch it off."), ""]
    return "\n".join(lines)
