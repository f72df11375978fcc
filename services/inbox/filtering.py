"""Verbs of saved filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import require
from services.directory.models import Office
from services.inbox.beats import NotPossible
from services.inbox.list_permissions import can_change_filter, can_share_filter
from services.inbox.models import SavedFilter
from services.inbox.permissions import can_use_inbox

if TYPE_CHECKING:
    from portal.models import User

FILTERS_EACH = 30
"""Filters that one person may keep: more would not be found again."""


@transaction.atomic
def save_filter(*, owner: User, name: str, query: str, office: Office | None = None) -> SavedFilter:
    """Keep a filter for oneself or, with `office`, for everybody there. `query` comes from `list_forms.query_of`."""
    require(can_use_inbox(owner))
    require(office is None or can_share_filter(owner, office.pk))
    if SavedFilter.objects.filter(owner=owner).count() >= FILTERS_EACH:
        raise NotPossible(_("You have {count} filters already. Delete one first.").format(count=FILTERS_EACH))
    _refuse_second(SavedFilter(owner=owner), name, office)
    return SavedFilter.objects.create(owner=owner, name=name, query=query[:500], office=office)


@transaction.atomic
def change_filter(
    *, saved: SavedFilter, by: User, name: str, office: Office | None, query: str | None = None
) -> SavedFilter:
    """Another name, other readers, or, with `query`, another filter under the same name."""
    row = SavedFilter.objects.select_for_update().get(pk=saved.pk)
    require(can_change_filter(by, row))
    require(office is None or can_share_filter(by, office.pk))
    if office is None and row.owner_id != by.pk:
        raise NotPossible(_("This filter belongs to a colleague. You can delete it, but not keep it for yourself."))
    _refuse_second(row, name, office)
    row.name, row.office = name, office
    row.query = query[:500] if query is not None else row.query
    row.save()
    return row


@transaction.atomic
def delete_filter(*, saved: SavedFilter, by: User) -> None:
    """A filter nobody needs any more. No case changes."""
    row = SavedFilter.objects.select_for_update().get(pk=saved.pk)
    require(can_change_filter(by, row))
    row.delete()


def _refuse_second(row: SavedFilter, name: str, office: Office | None) -> None:
    others = SavedFilter.objects.exclude(pk=row.pk).filter(name=name)
    if (others.filter(office=office) if office else others.filter(owner=row.owner_id, office=None)).exists():
        raise NotPossible(_("There is a filter with this name already."))
