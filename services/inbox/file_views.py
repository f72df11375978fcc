"""Files on the status page: added to a message before it is sent, removed again, downloaded with the receipt."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.cleaning import clean
from portal.downloads import as_download
from portal.errors import DomainError
from portal.rates import count_key, count_post
from services.inbox import actions, files
from services.inbox.models import Case
from services.inbox.receipts import Visitor

FILES_PER_HOUR = 30
"""Files one person may add to one case in an hour (handbook: intake §4 B3)."""

REMOVE = "remove-"


def take_files(request: HttpRequest, visitor: Visitor, case: Case) -> None:
    """Do what the person pressed: keep the chosen files, or remove one. Also for those who choose a file and press
    "Send" at once. Raises `DomainError`; the files before the refused one are kept.
    """
    action = request.POST.get("action", "")
    if action.startswith(REMOVE):
        if (pk := _uuid(action.removeprefix(REMOVE))) is not None:
            actions.remove_file(visitor=visitor, case=case, file_id=pk)
        return
    for upload in request.FILES.getlist("file"):
        count_post(request, "case_file")
        count_key(f"case-file:{case.pk}", FILES_PER_HOUR)
        stored = files.store(clean(upload))
        try:
            actions.add_file(visitor=visitor, case=case, file=stored)
        except DomainError:
            files.drop([stored])
            raise


def download(visitor: Visitor, file_id: uuid.UUID) -> HttpResponse | None:
    """One file of what this person sent or got; None if there is none."""
    for case in visitor.submission.cases.filter(attachments__pk=file_id):
        file = actions.open_file_as_visitor(visitor=visitor, case=case, file_id=file_id)
        return as_download(file.data, file.name)
    return None


def waiting(visitor: Visitor, case: Case) -> list[Any]:
    """The files that wait for the message this person is writing."""
    return actions.waiting_files(visitor=visitor, case=case)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
