"""What a case's page shows, put together for its template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from portal.languages import SOURCE, language
from services.directory.models import OfficeMembership
from services.inbox import presence, presentation, translators
from services.inbox.case_forms import AskForm, AssignForm, CaseForm
from services.inbox.case_work import FORMS
from services.inbox.codes import Verb
from services.inbox.form_names import form_titles
from services.inbox.list_permissions import can_tag
from services.inbox.list_views import row_of
from services.inbox.models import EraseRequest
from services.inbox.similar import similar_cases
from services.inbox.statuses import CaseStatus
from services.inbox.tagging import known_tags
from services.inbox.transitions import possible

if TYPE_CHECKING:
    from django.http import HttpRequest

    from portal.models import User
    from services.inbox.envelopes import Content
    from services.inbox.models import Case


def case_context(
    case: Case, user: User, content: Content | None, failed: CaseForm | None, request: HttpRequest
) -> dict[str, Any]:
    """Everything the template needs. `failed` is a form that was refused, with what was typed."""
    now = timezone.now()
    document = content.document if content else None
    allowed = possible(user, case) | _tagging(case, user)
    forms = _forms(case, user, allowed, failed, document)
    events = presentation.history_lines(case)
    return {
        "header_title": _page_title(case, failed),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("inbox"), "label": _("Inbox")},
            {"url": "", "label": case.submission.number},
        ],
        **row_of(case, now),
        "person_language": language(case.language),
        "answers": presentation.answers_for_staff(document, case.language),
        "has_answers": document is not None,
        "is_withdrawn": case.status == CaseStatus.WITHDRAWN,
        "is_closed": case.status == CaseStatus.CLOSED,
        "messages_both_ways": _texts(content.messages, forms.get("translate")) if content else [],
        "notes": _texts(content.notes) if content else [],
        "appointments": _appointments(content, now) if content else [],
        "history": events,
        "seen": max((line.seq for line in events), default=0),
        "forms": forms,
        "open_form": failed.name if failed is not None else request.GET.get("open", ""),
        "allowed": allowed,
        "others": presence.others(case, user),
        "similar": similar_cases(case, user),
        "erase_request": EraseRequest.objects.filter(case=case).select_related("requested_by").first(),
        "form_title": form_titles([case.form_key])[case.form_key],
        "known_tags": known_tags(case),
        "machine": translators.is_available(),
        "can_renew": case.status != CaseStatus.WITHDRAWN,
        "form_files": [file for file in content.files if file.row.message_id is None] if content else [],
    }


def links_elsewhere(case: Case, user: User) -> list[tuple[str, str]]:
    """What rooms above the inbox offer to do with a case: label and address (hook `lotse_case_links`)."""
    return [link for offer in hooks.get_hooks("lotse_case_links") for link in offer(case, user)]


def _tagging(case: Case, user: User) -> set[str]:
    """Tags are no step in a case's life, so the table of transitions does not name them."""
    return {"tag", "untag"} if case.status != CaseStatus.WITHDRAWN and can_tag(user, case) else set()


def _forms(case: Case, user: User, allowed: set[str], failed: CaseForm | None, document: Any) -> dict[str, CaseForm]:
    forms = {name: make_form(name, case, user) for name in FORMS if name in allowed}
    if failed is not None:  # also one that is no longer allowed: its words must not be lost
        forms[failed.name] = failed
    if isinstance(ask := forms.get(AskForm.name), AskForm):
        ask.offer(document)
    return forms


def changes_since(case: Case, seen: int) -> list[presentation.Line]:
    """What others did with the case since a colleague opened its page, oldest first; looking at it is no change."""
    lines = [line for line in presentation.history_lines(case) if line.seq > seen and line.verb != Verb.READ]
    return lines[::-1]


def make_form(name: str, case: Case, user: User, data: Any = None, initial: Any = None) -> CaseForm:
    """One of the forms on the page, filled with what was sent or with what to begin with."""
    if name == AssignForm.name:
        return AssignForm(data, case=case, user=user, members=members(case), initial=initial)
    return FORMS[name](data, case=case, user=user, initial=initial)


def members(case: Case) -> list[User]:
    """Who works for the case's office today, by name."""
    rows = OfficeMembership.objects.valid().filter(office_id=case.office_id, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user__last_name", "user__first_name", "pk")]


def _page_title(case: Case, failed: CaseForm | None) -> str:
    number = case.submission.number
    return f"{_('Error')}: {number}" if failed is not None and failed.is_bound and failed.errors else number


def _texts(opened: list[Any], failed: CaseForm | None = None) -> list[dict[str, Any]]:
    shown = []
    for item in opened:
        code = getattr(item.row, "language", SOURCE)
        beside = getattr(item.row, "translation_language", "")
        mine = failed if failed is not None and failed.data.get("message") == str(item.row.pk) else None
        shown.append(
            {
                "row": item.row,
                "text": item.text,
                "author": presentation.name_of(item.row.author),
                "language": language(code),
                "language_name": presentation.language_name(code),
                "translation": item.translation,
                "translation_language": language(beside) if beside else None,
                "can_translate": item.text is not None and code != SOURCE and not beside,
                "form": mine,
            }
        )
    return shown


def _appointments(content: Content, now: Any) -> list[dict[str, Any]]:
    return [
        {"row": item.row, "place": item.text, "is_coming": item.row.starts_at > now and not item.row.cancelled_at}
        for item in content.appointments
    ]
