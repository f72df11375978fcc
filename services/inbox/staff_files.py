"""Files for the staff: a download from a case, and files that go with an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET
from wagtail.admin import messages

from portal.cleaning import FileRefused, clean
from portal.downloads import as_download
from portal.errors import DomainError
from portal.models import User
from services.inbox import actions, files
from services.inbox.files import StoredFile
from services.inbox.models import Case


@require_GET
def case_file(request: HttpRequest, pk: Any, file: Any) -> HttpResponse:
    """One file of a case, as a download. A case of another office and one that does not exist look the same."""
    case = Case.objects.visible_to(request.user).select_related("office").filter(pk=pk).first()
    if case is None:
        raise PermissionDenied
    try:
        found = actions.open_file(case=case, reader=cast(User, request.user), file_id=file)
    except DomainError as problem:
        messages.error(request, str(problem))
        return redirect("case", pk=case.pk)
    return as_download(found.data, found.name)


@contextmanager
def reply_files(uploads: Sequence[Any]) -> Iterator[list[StoredFile]]:
    """The files of an answer, cleaned and in the vault, for as long as the answer is being sent; taken back if that
    fails. Raises `FileRefused` for the first that cannot be taken.
    """
    if len(uploads) > settings.LOTSE_UPLOAD_FILES:
        raise FileRefused("too_many")
    stored: list[StoredFile] = []
    try:
        for upload in uploads:
            stored.append(files.store(clean(upload)))
        yield stored
    except BaseException:
        files.drop(stored)
        raise
