"""Trying a form out: the real steps over any document, published or not, and nothing that stays.

Entry for whoever has a document: `open_preview(user=…, district=…, document=…)` returns the address to send an editor
to. Document and answers are in the cache, under a number nobody can guess, for this one person, for an hour after the
last step; the answers encrypted, because editors type real names, too. No draft, no case, no counter, no file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.errors import DomainError, require
from portal.languages import SOURCE
from portal.models import District, User
from portal.sealing import Unreadable, decrypt, encrypt, key_from_token
from services.intake.answers import LIFETIME, AnswerStore, Kept, place
from services.intake.models import Draft, FormVersion
from services.intake.permissions import can_preview_forms

LASTS = timedelta(hours=1)
"""How long a preview waits for the next step."""


class PreviewEnded(DomainError):
    """There is no such preview, or it is somebody else's, or its time is over.

    Not 404, which the language middleware would send on to the public pages.
    """

    status = 410


class NotInPreview(DomainError):
    """A preview sends nothing."""


@dataclass
class Preview:
    """A document somebody tries out. `back`: where they came from."""

    id: UUID
    user: int
    district: int
    document: dict[str, Any] = field(repr=False)
    back: str = ""

    @property
    def key(self) -> str:
        """The form's key."""
        return str(self.document["key"])


def open_preview(*, user: User, district: District, document: Mapping[str, Any], back: str = "") -> str:
    """Begin to try a document out; returns the address of its start page.

    `document` is what `compile_form` makes, of an unpublished form, too. `back` is an address in the admin to return
    to. Raises `NotAllowed` for whoever may not preview forms.
    """
    require(can_preview_forms(user, district))
    preview = Preview(uuid4(), user.pk, district.pk, dict(document), back)
    cache.set(_place(preview.id), preview.__dict__, LASTS.total_seconds())
    return address_of(preview.id, "", SOURCE)


def find_preview(number: UUID, user: User, district: District) -> Preview:
    """The preview with this number, for the person who began it. Raises `PreviewEnded`."""
    kept = cache.get(_place(number))
    if kept is None or kept["user"] != user.pk or kept["district"] != district.pk:
        raise PreviewEnded(_("This preview has ended. Please start it again."))
    cache.touch(_place(number), LASTS.total_seconds())
    return Preview(**kept)


def address_of(number: UUID, where: str, code: str) -> str:
    """Address of a page of a preview in a language; of its start where `where` is empty."""
    names = {"number": number, "code": code}
    if not where:
        return reverse("form_preview", kwargs=names)
    return reverse("form_preview_page", kwargs={**names, "where": where})


def forget(preview: Preview) -> None:
    """Erase what was typed; the document can be tried out again."""
    cache.delete(_place(preview.id, "answers"))


class PreviewStore(AnswerStore):
    """A draft that is no row: what the steps read and write while somebody tries them out."""

    is_preview = True

    def __init__(self, preview: Preview, district: District, at: datetime) -> None:
        """Opens what was typed before, or begins with nothing."""
        self.preview = preview
        version = FormVersion(pk=preview.id, district=district, key=preview.key, document=preview.document)
        draft = Draft(pk=preview.id, version=version, language=get_language() or SOURCE, expires_at=at + LIFETIME)
        self.bar: SafeString | str = ""
        """The mark that every page of a preview carries."""
        token = salted_hmac("intake.preview", f"{preview.id}:{preview.user}", algorithm="sha256").digest()
        self._secret = key_from_token(token, "intake.preview")
        super().__init__(draft, token)

    @property
    def document(self) -> dict[str, Any]:
        """The document that is tried out."""
        return self.preview.document

    def address(self, where: str) -> str:
        """Address of a page of this preview in the language being read."""
        return address_of(self.preview.id, where, get_language() or SOURCE)

    def write(self, change: Callable[[Kept], None], language: str, **columns: Any) -> None:
        """Keep an answer for the next step. There is no row, so nothing is kept of its `columns`."""
        change(self.kept)
        sealed = encrypt(self.kept.as_bytes(), self._secret, place(self.preview.id, "preview", 0))
        cache.set(_place(self.preview.id, "answers"), sealed, LASTS.total_seconds())
        self.__dict__.pop("journey", None)

    def finish(self, receipt: dict[str, str], at: datetime) -> bool:
        """Refused: there is nothing to send."""
        raise NotInPreview(_("This is a preview. Nothing is sent."))

    def reload(self) -> None:
        """Refused: sending begins with reading the draft again, and a preview has none."""
        raise NotInPreview(_("This is a preview. Nothing is sent."))

    def _read(self) -> None:
        sealed = cache.get(_place(self.preview.id, "answers"))
        self.kept = Kept()
        if sealed is not None:
            try:
                plain = decrypt(sealed, self._secret, place(self.preview.id, "preview", 0))
            except Unreadable as problem:  # the product's secret was changed meanwhile
                raise PreviewEnded(_("This preview has ended. Please start it again.")) from problem
            self.kept = Kept(**json.loads(plain))
        self.__dict__.pop("journey", None)


def store_of(preview: Preview, district: District) -> PreviewStore:
    """The opened answers of a preview."""
    return PreviewStore(preview, district, timezone.now())


def _place(number: UUID, part: str = "document") -> str:
    return f"intake.preview:{number}:{part}"
