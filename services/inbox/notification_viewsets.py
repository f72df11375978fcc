"""The page on which members of an office say which mails they want."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from portal.errors import require
from portal.models import User
from services.inbox.models import NoticeWishes
from services.inbox.permissions import can_use_inbox

KINDS = ("new_case", "person_wrote", "assigned", "withdrawn")


class WishesForm(forms.ModelForm):
    """When to hear of what."""

    class Meta:
        model = NoticeWishes
        fields = [*KINDS, "digest_hour", "desk_weekly"]
        widgets = dict.fromkeys(KINDS, forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = [(hour, _("{hour} o'clock").format(hour=hour)) for hour in range(24)]
        self.fields["digest_hour"] = forms.TypedChoiceField(
            label=self.fields["digest_hour"].label,
            help_text=self.fields["digest_hour"].help_text,
            choices=hours,
            coerce=int,
            initial=self.instance.digest_hour,
        )


@transaction.atomic
def set_wishes(*, user: User, values: dict[str, Any]) -> NoticeWishes:
    """Remember which mails a person wants. Only their own."""
    require(can_use_inbox(user))
    wishes, _created = NoticeWishes.objects.update_or_create(user=user, defaults=values)
    return wishes


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """The form; on POST the wishes are kept."""
    if not can_use_inbox(request.user):
        raise PermissionDenied
    user = cast(User, request.user)
    wishes = NoticeWishes.objects.filter(user=user).first() or NoticeWishes(user=user)
    form = WishesForm(request.POST if request.method == "POST" else None, instance=wishes)
    if request.method == "POST" and form.is_valid():
        set_wishes(user=user, values=form.cleaned_data)
        messages.success(request, _("Your settings were saved."))
        return redirect("notification_settings")
    context = {
        "header_title": _("Mails from the inbox"),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("wagtailadmin_account"), "label": _("Account")},
            {"url": "", "label": _("Mails from the inbox")},
        ],
        "form": form,
        "address": user.email,
    }
    return render(request, "services/inbox/staff_notifications.html", context, status=422 if form.errors else 200)
