"""Files of a meeting: added and removed by coordinators, opened by the meeting's audience."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings.models import Meeting, MeetingFile
from network.meetings.permissions import can_edit_meeting
from network.meetings.planning import insist
from network.meetings.statuses import FileAudience
from portal import vault
from portal.cleaning import CleanFile
from portal.erasures import queue_erasure
from portal.errors import require
from portal.seats import lock

MOST_FILES = 20
"""Files of one meeting."""


@transaction.atomic
def add_file(*, meeting: Meeting, user: Any, file: CleanFile, audience: str = FileAudience.MEETING) -> MeetingFile:
    """Keep a file that was checked and rebuilt (`portal.cleaning.clean`, never inside a transaction)."""
    require(can_edit_meeting(user, meeting))
    lock(Meeting.objects.filter(pk=meeting.pk))
    insist(meeting.files.count() < MOST_FILES, _("This meeting has enough files. Remove one first."))
    path, key = vault.put(file.data)
    row = MeetingFile.objects.create(
        meeting=meeting, name=file.name, audience=audience, size=file.size, path=path, key=key
    )
    log(meeting, "network.meeting.file_added", user=user)
    return row


@transaction.atomic
def remove_file(*, file: MeetingFile, user: Any) -> None:
    """The file goes at once; one that is gone already is fine."""
    require(can_edit_meeting(user, file.meeting))
    if MeetingFile.objects.filter(pk=file.pk).delete()[0]:
        queue_erasure([file.path])
        log(file.meeting, "network.meeting.file_removed", user=user)


def content_of(file: MeetingFile) -> bytes:
    """What is in the file. Raises `portal.sealing.Unreadable` if it is gone or was changed."""
    return vault.get(file.path, bytes(file.key))


def in_use(names: Sequence[str]) -> set[str]:
    """Which of some files in the private storage belong to a meeting."""
    return set(MeetingFile.objects.filter(path__in=names).values_list("path", flat=True))
