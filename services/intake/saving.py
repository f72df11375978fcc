"""Verbs for whoever goes on later, on another device, or needs more time. `actions` is the door to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.models import District
from services.intake import devices
from services.intake.answers import LIFETIME, LONG_LIFETIME, TOKEN_BYTES, AlreadyDone, AnswerStore, Kept
from services.intake.beside import shortened
from services.intake.models import Draft

DRAWS = 8
"""How often a code is drawn anew when its first digits are taken; one draw is enough for a hundred thousand drafts."""


def save_for_later(*, store: AnswerStore, long: bool, language: str, at: datetime) -> str:
    """Give the draft a code to go on elsewhere, or the one it has, and return it. It is readable in the draft only.

    `long`: keep the answers for 7 days after the start instead of 24 hours. Raises `AlreadyDone` for a sent draft.
    """
    if store.is_sent:
        raise AlreadyDone(_("Your answers are already sent."))
    until = _until(store.draft, at, long)
    if store.kept.code:
        keep_until(store, until, language)
        return store.kept.code
    for _draw in range(DRAWS):
        code = devices.new_code()
        row = devices.lock_with(store.draft, store.key, code)  # slow, so before the transaction
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                _remember(store, code, until, language)
        except IntegrityError:
            store.reload()
            if store.kept.code:  # another tab was faster
                return store.kept.code
            continue
        return code
    raise DomainError(_("Please send the page again."))


def _remember(store: AnswerStore, code: str, until: datetime, language: str) -> None:
    def change(kept: Kept) -> None:
        kept.code = code

    store.write(change, language, expires_at=until)


def keep_longer(*, store: AnswerStore, language: str, at: datetime) -> None:
    """Somebody needs more time: keep the answers for another 24 hours, at most 7 days after the start."""
    keep_until(store, min(store.draft.started_at + LONG_LIFETIME, at + LIFETIME), language)


def keep_until(store: AnswerStore, until: datetime, language: str) -> None:
    """Move the end of a draft further away, never nearer."""
    if until > store.draft.expires_at:
        store.write(lambda kept: None, language, expires_at=until)


def _until(draft: Draft, at: datetime, long: bool) -> datetime:
    return max(draft.expires_at, draft.started_at + LONG_LIFETIME if long else at)


def resume(*, district: District, code: str, at: datetime) -> tuple[Draft, bytes]:
    """Let another browser go on with a draft. Returns the draft and a token of its own for the cookie.

    The browser before may go on too: a person may own two devices, or sit with a helper at a third. The code stays
    valid as long as the draft. Raises `WrongCode`, `TooMany`.
    """
    draft, key = devices.open_with(district=district, code=code, at=at)
    token = secrets.token_bytes(TOKEN_BYTES)
    with transaction.atomic():
        if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
            raise devices.WrongCode(devices.wrong_code())
        devices.let_in(draft, key, token)
    return draft, token


def keep_beside(*, store: AnswerStore, step: str, typed: Mapping[str, list[str]], language: str) -> None:
    """Keep what was typed on a step that another browser had changed, until the person decides between the two."""
    short = shortened(typed)

    def change(kept: Kept) -> None:
        kept.beside.setdefault(store.browser, {})[step] = short

    store.write(change, language)


def decide(*, store: AnswerStore, step: str, mine: bool, language: str) -> None:
    """Take what was typed in this browser, to be confirmed on its page, or leave the step as the other one made it."""

    def change(kept: Kept) -> None:
        typed = kept.beside.get(store.browser, {}).pop(step, None)
        if not kept.beside.get(store.browser):
            kept.beside.pop(store.browser, None)
        if mine and typed is not None:
            kept.unfinished[step] = typed
            kept.by[step] = store.browser

    store.write(change, language)
