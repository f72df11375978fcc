"""Which mail about a need goes to whom, in whose language. Written to the outbox in the transaction that caused it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from network.members.models import Member
from network.members.statuses import Role
from network.needs.models import Need, NeedEvent, NeedReport
from network.needs.statuses import Visibility
from portal.outbox import queue_mail

LONGEST_SUBJECT = 190


@dataclass(frozen=True)
class _Recipient:
    """Somebody a mail goes to. Only members get an address of a page: others have none."""

    name: str
    email: str
    language: str
    member: Member | None = None


def notify_received(report: NeedReport) -> None:
    """Thank whoever reported a need, and say under which number it is kept."""
    for recipient in _reporters([report]):
        _send(recipient, report.need, "received", f"{report.pk}")


def notify_coordinators(need: Need) -> None:
    """A new need waits to be checked: to the coordinators of the district. The mail holds no word of it."""
    rows = Member.objects.of(need.district).active().filter(role=Role.COORDINATOR)
    for member in rows:
        _send(_Recipient(member.name, member.email, member.language, member), need, "new", f"{member.pk}")


def notify_status(need: Need, event: NeedEvent) -> None:
    """A new status, with its note, to all who reported it or a need merged into it."""
    for recipient in _reporters(_reports_of(need)):
        _send(recipient, need, "status", f"{event.pk}", event=event, note=event.note)


def notify_merged(need: Need, into: Need, event: NeedEvent) -> None:
    """Those who reported the need that went, that it lives on in another one."""
    reports = [*need.reports.heard(), *_older_reports(need, into)]
    for recipient in _reporters(reports):
        _send(recipient, need, "merged", f"{event.pk}", event=event, note=event.note, into=_nameable(into))


def notify_took_in(into: Need, event: NeedEvent) -> None:
    """Those who reported the need that stays, that others reported the same."""
    for recipient in _reporters(into.reports.heard()):
        _send(recipient, into, "took_in", f"{event.pk}", event=event)


def _reports_of(need: Need) -> Iterable[NeedReport]:
    rows = NeedReport.objects.filter(need=need) | NeedReport.objects.filter(need__merged_into=need)
    return rows.heard().order_by("pk")


def _older_reports(need: Need, into: Need) -> Iterable[NeedReport]:
    """Reports of needs that had been merged into this one before it was merged itself."""
    others = NeedEvent.objects.filter(need=need, other__merged_into=into).exclude(other=None).values("other")
    return NeedReport.objects.filter(need__in=others).exclude(need=need).heard()


def _reporters(reports: Iterable[NeedReport]) -> Iterator[_Recipient]:
    """Everybody once; nobody who left the network."""
    seen: set[str] = set()
    for report in reports:
        member = report.member
        if member is not None and not member.is_active_on(timezone.localdate()):
            continue
        email = member.email if member else report.email
        if not email or email.lower() in seen:
            continue
        seen.add(email.lower())
        yield _Recipient(member.name if member else "", email, member.language if member else report.language, member)


def _nameable(need: Need) -> dict[str, str]:
    """What may be said of another need to people who perhaps may not read it."""
    return {"code": need.code, "title": need.title if need.visibility == Visibility.NETWORK else ""}


def _send(recipient: _Recipient, need: Need, kind: str, once: str, **more: Any) -> None:
    with translation.override(recipient.language):
        context = {"need": need, "recipient": recipient, "page": _page(recipient, need, kind), **more}
        body = render_to_string(f"network/needs/mail/{kind}.txt", context).strip() + "\n"
        subject = _SUBJECTS[kind]().format(code=need.code)
    queue_mail(
        key=f"need:{need.pk}:{kind}:{once}:{hashlib.sha256(recipient.email.lower().encode()).hexdigest()[:16]}",
        recipient=recipient.email,
        language=recipient.language,
        subject=subject[:LONGEST_SUBJECT],
        body=re.sub(r"\n{3,}", "\n\n", body),
    )


# Functions, because the words are looked up in the language of the recipient.
_SUBJECTS = {
    "received": lambda: _("We have your report of a need: {code}"),
    "new": lambda: _("A new need waits to be checked: {code}"),
    "status": lambda: _("News about the need {code}"),
    "merged": lambda: _("The need {code} was merged with another one"),
    "took_in": lambda: _("Others reported the need {code} too"),
}


def _page(recipient: _Recipient, need: Need, kind: str) -> str:
    if recipient.member is None:
        return ""
    root = need.district.site.root_url
    if kind == "new":
        return f"{root}{reverse('network_needs:inspect', args=[need.pk])}"
    if not Need.objects.visible_to(recipient.member).filter(pk=need.pk).exists():
        return ""
    with translation.override(recipient.language):
        return f"{root}{reverse('need', args=[need.code])}"
