"""Tags on cases. A tag is made when it is first used and goes with its last use, so nobody has to tidy up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import require
from services.inbox.beats import NotPossible, hold, save, unchanged
from services.inbox.codes import Verb
from services.inbox.history import record
from services.inbox.list_permissions import can_tag
from services.inbox.models import Case, CaseTag
from services.inbox.statuses import CaseStatus
from services.inbox.tag_models import TAG_LENGTH

if TYPE_CHECKING:
    from portal.models import User

TAGS_PER_CASE = 10


@transaction.atomic
def add_tag(*, case: Case, by: User, name: str, version: int) -> Case:
    """Put a tag of the case's office on it. A tag that is there already changes nothing."""
    row = hold(case)
    require(can_tag(by, row))
    unchanged(row, version)
    if row.status == CaseStatus.WITHDRAWN:
        raise NotPossible(_("This request was withdrawn. Nothing can be added."))
    tag = _tag(row, " ".join(name.split()))
    if row.tags.filter(pk=tag.pk).exists():
        return row
    if row.tags.count() >= TAGS_PER_CASE:
        raise NotPossible(_("A case can have {count} tags at most.").format(count=TAGS_PER_CASE))
    row.tags.add(tag)
    record(row, Verb.TAGGED, actor=by, tag=tag.pk)
    return save(row)


@transaction.atomic
def remove_tag(*, case: Case, by: User, name: str, version: int) -> Case:
    """Take a tag off. A tag that no case has any more is gone."""
    row = hold(case)
    require(can_tag(by, row))
    unchanged(row, version)
    tag = row.tags.filter(name__iexact=" ".join(name.split())).first()
    if tag is None:
        raise NotPossible(_("This case does not have the tag."))
    record(row, Verb.UNTAGGED, actor=by, tag=tag.pk)
    _take_off(row, tag)
    return save(row)


def drop_tags(row: Case) -> int:
    """Take all tags off a case that leaves its office or is erased; return how many. Inside the caller's transaction.

    The tags are the old office's words: the next one must neither read nor keep them.
    """
    tags = list(row.tags.all())
    for tag in tags:
        _take_off(row, tag)
    return len(tags)


def known_tags(case: Case) -> list[str]:
    """The tags that the case's office uses already, to choose from: the first hundred by name."""
    return list(CaseTag.objects.filter(office_id=case.office_id).values_list("name", flat=True)[:100])


def _take_off(row: Case, tag: CaseTag) -> None:
    row.tags.remove(tag)
    if not tag.cases.exists():
        tag.delete()


def _tag(row: Case, name: str) -> CaseTag:
    if not name or len(name) > TAG_LENGTH or not name.isprintable():
        raise NotPossible(_("A tag has one to {count} characters.").format(count=TAG_LENGTH))
    found = CaseTag.objects.filter(office_id=row.office_id, name__iexact=name).first()
    return found or CaseTag.objects.create(office_id=row.office_id, name=name)
