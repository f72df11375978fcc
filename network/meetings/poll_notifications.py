"""Mails of a date poll, in the language of whoever is asked."""

from __future__ import annotations

import re
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from network.meetings.models import DatePoll, PollInvitation
from network.meetings.notifications import LONGEST_SUBJECT, reverse_in
from network.meetings.statuses import Mode
from portal.outbox import queue_mail


def notify_asked(invitation: PollInvitation, token: str) -> None:
    """When could you come? With a personal link; no calendar entry, because there is no date yet."""
    base = invitation.poll.district.site.root_url
    link = f"{base}{reverse_in(invitation.language, 'date_poll', token)}"
    _send(invitation, "poll", invitation.token_hash[:16], link=link)


def notify_withdrawn(poll: DatePoll) -> None:
    """None of the dates is taken."""
    for invitation in poll.invitations.select_related("member", "poll__district__site"):
        _send(invitation, "poll_withdrawn", "1")


def _send(invitation: PollInvitation, kind: str, once: str, **more: Any) -> None:
    poll = invitation.poll
    with translation.override(invitation.language):
        context = {
            "poll": poll,
            "options": list(poll.options.all()),
            "name": invitation.name,
            "place": _("Online") if poll.mode == Mode.ONLINE else poll.place,
            **more,
        }
        body = render_to_string(f"network/meetings/mail/{kind}.txt", context).strip() + "\n"
        subject = _SUBJECTS[kind]().format(title=poll.title)
    queue_mail(
        key=f"poll:{poll.pk}:{kind}:{invitation.pk}:{once}",
        recipient=invitation.email,
        language=invitation.language,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=re.sub(r"\n{3,}", "\n\n", body),
    )


_SUBJECTS = {
    "poll": lambda: _("When can you come? {title}"),
    "poll_withdrawn": lambda: _("No date was chosen: {title}"),
}
