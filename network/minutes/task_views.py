"""“My actions”: what somebody promised to do, by account or by the personal link of a reminder."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from network.members.models import Member
from network.minutes import actions
from network.minutes.doors import district_of, no_such_link, reading_member, secret
from network.minutes.forms import StatusForm
from network.minutes.models import ActionItem
from network.minutes.personal import member_with
from portal.rates import count_key, count_post

MOST_POSTS = 60
"""Changes one person may make in an hour."""
MOST_ENDED = 20


@require_safe
@secret
def my_actions(request: HttpRequest, token: str = "") -> HttpResponse:
    """What one answers for, overdue first, and what has ended lately."""
    member = _member(request, token)
    rows = ActionItem.objects.answered_for_by(member).select_related("owner", "organisation", "meeting")
    today = timezone.localdate()
    context = {
        "member": member,
        "token": token,
        "overdue": list(rows.overdue(today)),
        "open": [action for action in rows.undone() if not action.is_overdue(today)],
        "ended": rows.exclude(closed_at=None).order_by("-closed_at")[:MOST_ENDED],
        "today": today,
        "noindex": True,
        "report_path": reverse("meetings"),
    }
    return render(request, "network/minutes/my_actions.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def my_action(request: HttpRequest, pk: int, token: str = "") -> HttpResponse:
    """One action, and the form that says how far it is."""
    member = _member(request, token)
    rows = ActionItem.objects.answered_for_by(member).select_related("owner", "organisation", "meeting", "district")
    action = get_object_or_404(rows, pk=pk)
    back = reverse("my_actions_link", args=[token]) if token else reverse("my_actions")
    form, status = StatusForm(action=action), 200
    if request.method == "POST":
        count_post(request, "actions")
        count_key(f"actions:{member.pk}", MOST_POSTS)
        form, status = StatusForm(request.POST, action=action), 422
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("status", "note")}
            actions.set_status(action=action, member=member, **wanted)
            response = redirect(back)
            response.status_code = 303
            return response
    context = {
        "action": action,
        "member": member,
        "form": form,
        "back": back,
        "is_overdue": action.is_overdue(timezone.localdate()),
        "noindex": True,
        "report_path": reverse("meetings"),
    }
    return render(request, "network/minutes/my_action.html", context, status=status)


def _member(request: HttpRequest, token: str) -> Member:
    district = district_of(request)
    if token:
        member = member_with(token, district)
        if member is None:
            raise no_such_link(request)
        return member
    member = reading_member(request, district)
    if member is None:
        raise Http404
    return member
