"""The page "Mail": what has not left, since when and why; for administrators. No text of a mail is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.log_actions import log

from portal.models import MailTrouble, OutboxMessage
from portal.outbox import CLAIM, send_again, trouble_since
from portal.permissions import can_see_mail

MOST = 100
"""Rows shown of each kind; the counts are exact."""


@require_safe
def mail_page(request: HttpRequest) -> HttpResponse:
    """What waits, what may not have arrived, what was given up."""
    _require(request)
    now = timezone.now()
    rows = OutboxMessage.objects.order_by("created_at", "pk")
    waiting, uncertain, given_up = rows.waiting(), rows.uncertain(now - CLAIM), rows.given_up()
    perhaps = _(
        "A worker stopped before it heard whether these mails were taken. They are not sent twice by themselves."
    )
    context = {
        "header_title": _("Mail"),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Mail")},
        ],
        "trouble": MailTrouble.objects.first(),
        "since": trouble_since(now),
        "sent_today": OutboxMessage.objects.filter(sent_at__gte=now - timedelta(days=1)).count(),
        "groups": [
            _group(_("Perhaps sent"), uncertain, perhaps, True),
            _group(_("Given up"), given_up, "", True),
            _group(_("Waiting"), waiting, "", False),
        ],
    }
    return render(request, "portal/staff_mail.html", context)


def _group(title: str, rows: Any, text: str, can_send: bool) -> dict[str, Any]:
    shown = [
        {"pk": row.pk, "kind": row.dedupe_key.split(":")[0], "to": _domain(row.recipient), "row": row}
        for row in rows[:MOST]
    ]
    return {"title": title, "text": text, "number": rows.count(), "rows": shown, "can_send": can_send}


def _domain(address: str) -> str:
    """Where a mail goes, without whom it is for."""
    return f"…@{address.rpartition('@')[2]}" if "@" in address else "–"


@require_POST
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a mail once more that was given up or perhaps did not arrive."""
    _require(request)
    message = get_object_or_404(OutboxMessage.objects.filter(sent_at=None), pk=pk)
    send_again(message=message)
    log(message, "portal.mail.again", user=request.user)
    messages.success(request, _("The worker tries again within a minute."))
    return redirect("mail")


@require_POST
def mail_try_now(request: HttpRequest) -> HttpResponse:
    """Do not wait for the next try: somebody has repaired the mail server."""
    _require(request)
    MailTrouble.objects.update(next_try_at=timezone.now())
    messages.success(request, _("The worker tries again within a minute."))
    return redirect("mail")


def _require(request: HttpRequest) -> None:
    if not can_see_mail(request.user):
        raise PermissionDenied


class MailPanel(Component):
    """That mail does not leave, on the dashboard of administrators; nothing while all is well."""

    name = "mail_trouble"
    template_name = "portal/staff_mail_panel.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        now = timezone.now()
        since = trouble_since(now)
        lost = OutboxMessage.objects.given_up().count() + OutboxMessage.objects.uncertain(now - CLAIM).count()
        waiting = OutboxMessage.objects.waiting().count() if since else 0
        return {"since": since, "waiting": waiting, "lost": lost, "address": reverse("mail")}
