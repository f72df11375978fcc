"""What will be erased in the next days, and the rules that say when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from portal.models import District, User
from services.directory.models import Office
from services.inbox.audit_permissions import can_change_retention, can_see_audit, can_see_retention
from services.inbox.codes import DistrictVerb, EraseReason, RetentionClass
from services.inbox.due import DAYS, Due, Rules, candidates, erased_after
from services.inbox.file_keeping import files_by_office
from services.inbox.history import note
from services.inbox.models import Case, RetentionRule, Tombstone
from services.inbox.permissions import can_use_inbox

HORIZONS = (1, 7, 14, 30, 90)
"""Days one can look ahead."""
PER_PAGE = 50
MOST = 5000
"""Cases that are looked at for one page; more than that in one office within 90 days are shown as "and more"."""


@require_safe
def retention_preview(request: HttpRequest) -> HttpResponse:
    """What goes when: for members their cases with number, for the data-protection officer counts per office."""
    if not can_see_retention(request.user):
        raise PermissionDenied
    user, now = cast(User, request.user), timezone.now()
    days = _days(request.GET.get("days"))
    rows = preview(user, now, days)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    district = District.objects.for_request(request)
    context = {
        "header_title": _("What will be erased"),
        "header_icon": "bin",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("What will be erased")},
        ],
        "horizons": HORIZONS,
        "days": days,
        "is_member": can_use_inbox(user),
        "page": page,
        "files": sum(files_by_office(Case.objects.visible_to(user), until=now + timedelta(days=days)).values()),
        "held": _held(user),
        "offices": counts_by_office(district, now, days) if can_see_audit(user) else [],
        "classes": _classes(district),
        "may_change": can_change_retention(user),
        "gone": Tombstone.objects.visible_to(user).select_related("office").order_by("-erased", "-pk")[:10],
    }
    return render(request, "services/inbox/staff_retention.html", context)


def preview(user: User, at: Any, days: int) -> list[dict[str, Any]]:
    """The cases of a member's offices that go within some days, the next first; those on hold with their day."""
    found = []
    for case, due in _coming(Case.objects.visible_to(user), at, days):
        on_hold = case.hold_until is not None and case.hold_until >= timezone.localtime(due.at).date()
        found.append({"case": case, "at": due.at, "reason": EraseReason(due.reason).label, "on_hold": on_hold})
    return sorted(found, key=lambda row: row["at"])


def counts_by_office(district: District, at: Any, days: int) -> list[dict[str, Any]]:
    """How many cases of each office go within some days. No numbers of cases."""
    numbers: dict[int, int] = {}
    for case, due in _coming(Case.objects.of(district), at, days):
        if case.hold_until is None or case.hold_until < timezone.localtime(due.at).date():
            numbers[case.office_id] = numbers.get(case.office_id, 0) + 1
    files = files_by_office(Case.objects.of(district), until=at + timedelta(days=days))
    erased = Tombstone.objects.of(district).filter(erased__gte=timezone.localdate() - timedelta(days=30))
    gone = dict(erased.order_by().values_list("office_id").annotate(number=Count("pk")))
    offices = Office.objects.of(district).filter(takes_cases=True).order_by("name")
    return [
        {
            "office": office,
            "coming": numbers.get(office.pk, 0),
            "files": files.get(office.pk, 0),
            "gone": gone.get(office.pk, 0),
        }
        for office in offices
    ]


def _coming(visible: Any, at: Any, days: int) -> list[tuple[Case, Due]]:
    until = at + timedelta(days=days)
    rules: dict[int, Rules] = {}
    rows = visible.filter(pk__in=candidates(until).values("pk"))
    rows = rows.select_related("submission", "office").defer("answers_ct").order_by("closed_at", "created_at", "pk")
    found = []
    for case in rows[:MOST]:
        known = rules.setdefault(case.district_id, Rules(case.district_id))
        due = erased_after(case, known)
        if due is not None and due.at <= until:
            found.append((case, due))
    return found


def _held(user: User) -> Any:
    rows = Case.objects.visible_to(user).filter(hold_until__gte=timezone.localdate())
    return rows.select_related("submission").defer("answers_ct").order_by("hold_until", "pk")[:PER_PAGE]


def _days(typed: str | None) -> int:
    return int(typed) if typed in {str(number) for number in HORIZONS} else 30


def _classes(district: District) -> list[dict[str, Any]]:
    rules = RetentionRule.objects.of(district).select_related("office")
    return [
        {"label": kind.label, "days": DAYS[kind], "rules": [row for row in rules if row.kind == kind]}
        for kind in RetentionClass
    ]


# Rules ------------------------------------------------------------------------------------------------------------


class _Index(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().of(District.objects.for_request(self.request)).select_related("office")


class _Noted:
    """Mixin: each change is a line in the district's chain."""

    request: HttpRequest

    def save_instance(self) -> Any:
        """Write the rule and the line together."""
        with transaction.atomic():
            rule = super().save_instance()  # type: ignore[misc]  # a mixin of Wagtail's views
            _note(rule, self.request.user, days=rule.days)
        return rule


def _note(rule: RetentionRule, user: Any, days: int) -> None:
    note(
        rule.district,
        DistrictVerb.RULES,
        actor=user,
        kind=rule.kind,
        office=rule.office_id,
        form=rule.form_key[:80],
        days=days,
    )


class _Create(_Noted, generic.CreateView):
    def get_initial_form_instance(self) -> Any:
        return self.model(district=District.objects.for_request(self.request))

    def get_form(self, form_class: Any = None) -> Any:
        return _narrowed(super().get_form(form_class), self.request)


class _Edit(_Noted, generic.EditView):
    def get_queryset(self) -> Any:
        return self.model.objects.of(District.objects.for_request(self.request))

    def get_form(self, form_class: Any = None) -> Any:
        return _narrowed(super().get_form(form_class), self.request)


class _Delete(generic.DeleteView):
    def get_queryset(self) -> Any:
        return self.model.objects.of(District.objects.for_request(self.request))

    def delete_action(self) -> None:
        """The default counts again; 0 days in the line means: no rule."""
        with transaction.atomic():
            _note(self.object, self.request.user, days=0)
            super().delete_action()


def _narrowed(form: Any, request: HttpRequest) -> Any:
    offices = Office.objects.of(District.objects.for_request(request)).filter(takes_cases=True)
    form.fields["office"].queryset = offices
    return form


class RetentionRuleViewSet(ModelViewSet):
    """The district's own times."""

    model = RetentionRule
    icon = "bin"
    name = "retention_rules"
    menu_label = gettext_lazy("Retention rules")
    add_to_settings_menu = True
    copy_view_enabled = False
    search_backend_name = None
    inspect_view_enabled = False
    index_view_class = _Index
    add_view_class = _Create
    edit_view_class = _Edit
    delete_view_class = _Delete
    list_display = ["kind", "office", "form_key", "days"]
    form_fields = ["kind", "office", "form_key", "days"]
