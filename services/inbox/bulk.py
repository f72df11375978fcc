"""One action on many cases. Each case is asked for alone, by its own verb; what was not possible is said per case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import DomainError
from services.inbox import actions
from services.inbox.list_forms import (
    BulkAssignForm,
    BulkCloseForm,
    BulkForm,
    BulkStatusForm,
    BulkTagForm,
    BulkTakeForm,
)
from services.inbox.models import Case

if TYPE_CHECKING:
    from portal.models import User

AT_ONCE = 100
"""Cases that one press may change."""


@dataclass(frozen=True)
class BulkAction:
    """What can be done with many cases: its words, what is asked before, and the verb that does it with one."""

    label: Any
    question: Any
    form: type[BulkForm]
    verb: Callable[[Case, User, int, Any], Any]


def _to(case: Case, by: User, version: int, chosen: Any) -> Any:
    return actions.assign(case=case, by=by, to=chosen, version=version)


BULK: dict[str, BulkAction] = {
    "take": BulkAction(
        gettext_lazy("Take"),
        gettext_lazy("Take these cases?"),
        BulkTakeForm,
        lambda case, by, version, value: actions.take(case=case, user=by, version=version),
    ),
    "assign": BulkAction(gettext_lazy("Assign"), gettext_lazy("Who shall act?"), BulkAssignForm, _to),
    "status": BulkAction(
        gettext_lazy("Set status"),
        gettext_lazy("Where do these cases stand?"),
        BulkStatusForm,
        lambda case, by, version, value: actions.set_status(case=case, by=by, status=value, version=version),
    ),
    "tag": BulkAction(
        gettext_lazy("Add tag"),
        gettext_lazy("Which tag shall these cases get?"),
        BulkTagForm,
        lambda case, by, version, value: actions.add_tag(case=case, by=by, name=value, version=version),
    ),
    "untag": BulkAction(
        gettext_lazy("Remove tag"),
        gettext_lazy("Which tag shall these cases lose?"),
        BulkTagForm,
        lambda case, by, version, value: actions.remove_tag(case=case, by=by, name=value, version=version),
    ),
    "close": BulkAction(
        gettext_lazy("Close"),
        gettext_lazy("Why are these cases closed?"),
        BulkCloseForm,
        lambda case, by, version, value: actions.close(case=case, by=by, reason=value, version=version),
    ),
}


@dataclass(frozen=True)
class Outcome:
    """What became of one case: no problem means that it was done. `number` is empty where the case is not ours."""

    number: str
    problem: str


def run_on(name: str, wanted: Iterable[tuple[Any, int]], *, by: User, value: Any) -> list[Outcome]:
    """Do it with each case: pairs of key and the version that was looked at. One failing keeps no other back.

    A case of another office and one that does not exist are refused in the same words and without a number.
    """
    pairs = list(wanted)
    rows = Case.objects.visible_to(by).select_related("submission").defer("answers_ct")
    found = {str(case.pk): case for case in rows.filter(pk__in=[key for key, _version in pairs])}
    return [_run(BULK[name], found.get(str(key)), by, version, value) for key, version in pairs]


def _run(action: BulkAction, case: Case | None, by: User, version: int, value: Any) -> Outcome:
    if case is None:
        return Outcome("", _("This case is not in your inbox any more."))
    try:
        action.verb(case, by, version, value)
    except actions.Changed:  # its own words speak of a text that was typed
        return Outcome(case.submission.number, _("A colleague changed this case in the meantime."))
    except DomainError as problem:
        return Outcome(case.submission.number, str(problem))
    return Outcome(case.submission.number, "")
