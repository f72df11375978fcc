"""What can be done with forms and drafts.

Whoever holds a draft's token may do everything with it, nobody else anything: that question is asked when an
`AnswerStore` is opened, so every verb that takes one has its answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.models import District
from portal.sealing import encrypt
from services.inbox.actions import CasePart, PreparedReceipt, Receipt, prepare_receipt, submit
from services.inbox.files import StoredFile
from services.intake import counters, routing
from services.intake.answers import LIFETIME, TOKEN_BYTES, AnswerStore, Kept, draft_of, key_of, place
from services.intake.beside import ChangedElsewhere, not_elsewhere, seen_all, shortened
from services.intake.compiler import SCHEMA_VERSION, USUAL_DAYS, canonical, fingerprint
from services.intake.entries import entries
from services.intake.files import files_to_send, forget_files, hand_over
from services.intake.models import Draft, DraftKey, FormVersion
from services.intake.routing import NoRecipient, Recipient
from services.intake.saving import decide, keep_beside, keep_longer, resume, save_for_later

Typed = dict[str, dict[str, list[str]]]
"""Unchecked values as they were typed, by step and name of the input."""

__all__ = [
    "NotFinished",
    "Typed",
    "decide",
    "discard",
    "erase_expired_drafts",
    "keep_beside",
    "keep_longer",
    "keep_unfinished",
    "publish",
    "resume",
    "save_for_later",
    "save_step",
    "send_at_once",
    "start_draft",
    "submit_draft",
    "want_contact",
]


class NotFinished(DomainError):
    """Something must be answered or seen before sending; `step` says where, empty for the page with other doors."""

    def __init__(self, step: str) -> None:
        super().__init__(_("Please answer all questions before you send."))
        self.step = step


@transaction.atomic
def publish(*, district: District, key: str, document: Mapping[str, Any]) -> FormVersion:
    """Make a document the current version of a form. The same content again is no new version.

    Going back to an older text is a new version, because the highest number is the current one.
    """
    current = FormVersion.objects.of(district).filter(key=key).select_for_update().order_by("-number").first()
    print_of = fingerprint(dict(document))
    if current is not None and current.sha256 == print_of:
        return current
    version = FormVersion(
        district=district,
        key=key,
        number=current.number + 1 if current else 1,
        document=_sorted(document),
        sha256=print_of,
        schema_version=SCHEMA_VERSION,
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:  # two editors published at once; the other one may have published the same
        return publish(district=district, key=key, document=document)
    return version


def _sorted(document: Mapping[str, Any]) -> Any:
    return json.loads(canonical(dict(document)))


def start_draft(
    *,
    version: FormVersion,
    language: str,
    at: datetime,
    unfinished: Typed | None = None,
    token: bytes | None = None,
    assisted: bool = False,
) -> tuple[Draft, bytes]:
    """Begin a form. Returns the draft and the token for the cookie, which is stored nowhere else.

    `unfinished` is what the address of the start page already told, to be confirmed by the person. `assisted` says that
    somebody fills it in together with the person. With a `token` the
    id of the draft follows from it, so that the same token makes one draft only (`IntegrityError`).
    """
    pk = draft_of(token) if token else uuid4()
    draft = Draft(pk=pk, version=version, language=language, started_at=at, expires_at=at + LIFETIME)
    token = token or secrets.token_bytes(TOKEN_BYTES)
    kept = Kept(unfinished=unfinished or {}, assisted=assisted)
    draft.answers_ct = encrypt(kept.as_bytes(), key_of(token), place(draft.pk, "answers", 0))
    draft.save(force_insert=True)
    counters.count_start(version=version, language=language)
    return draft, token


def save_step(
    *, store: AnswerStore, step: str, answers: Mapping[str, Any], language: str, seen: str | None = None
) -> None:
    """Keep the checked answers of one step; those of other steps, perhaps from another tab, stay as they are.

    `seen` is the mark of the step when the person read it (`beside`). Raises `ChangedElsewhere` if another browser
    changed the step since; then nothing is written.
    """

    def change(kept: Kept) -> None:
        not_elsewhere(store, kept, step, seen, answers)
        kept.answers.update(answers)
        kept.unfinished.pop(step, None)
        kept.by[step] = store.browser

    with counters.counting_save(store=store, step=step, answers=answers, language=language):
        store.write(change, language)


def keep_unfinished(
    *, store: AnswerStore, step: str, typed: Mapping[str, list[str]], language: str, seen: str | None = None
) -> None:
    """Keep what was typed on a step as it is, unchecked, for somebody who goes back, aside or makes a mistake.

    `seen` and what it raises: as in `save_step`.
    """
    short = shortened(typed)

    def change(kept: Kept) -> None:
        not_elsewhere(store, kept, step, seen, short)
        kept.unfinished[step] = short
        kept.by[step] = store.browser

    store.write(change, language)


def want_contact(*, store: AnswerStore, rule: str, language: str) -> None:
    """The person saw the other doors and still wants somebody to call them back."""

    def change(kept: Kept) -> None:
        kept.door = rule

    store.write(change, language)


@transaction.atomic
def discard(*, store: AnswerStore) -> None:
    """Delete a draft with everything in it. A sent case stays; only its receipt can no longer be read again."""
    own = Draft.objects.filter(pk=store.draft.pk)
    forget_files(own)
    own.delete()


def submit_draft(*, store: AnswerStore, language: str, at: datetime, seen: str | None = None) -> None:
    """Send the answers to the office that is responsible, exactly once, and keep the receipt in their place.

    Only visible answers, and of those only the ones the form says to store, leave the draft. Does nothing for a draft
    that was sent before. `seen` is the mark of the answers the person checked; raises `ChangedElsewhere` if they are
    others by now, `NotFinished`, `NoRecipient`, and what `services.inbox` raises.
    """
    if store.is_sent:
        return
    # Slow on purpose, hence before the transaction: nobody else waits for it.
    _submit_locked(store, language, at, seen, prepare_receipt())


@transaction.atomic
def _submit_locked(
    store: AnswerStore, language: str, at: datetime, seen: str | None, prepared: PreparedReceipt
) -> None:
    Draft.objects.select_for_update().filter(pk=store.draft.pk).first()
    store.reload()
    if store.is_sent:
        return
    if seen is not None and seen != seen_all(store):
        raise ChangedElsewhere(_("Your answers have changed since you read this page. Please check them once more."))
    journey = store.journey
    if step := journey.first_incomplete():
        raise NotFinished(step)
    today = timezone.localtime(at).date()
    to = routing.recipient(store.district, journey, today, store.kept.door, language)
    if to.show_doors:
        raise NotFinished("")
    sent = files_to_send(store, language)
    receipt = _submit(store, to, language, today, prepared, sent)
    kept = {"number": receipt.number, "secret": receipt.secret, "language": language}
    kept["office"] = to.office.name  # type: ignore[union-attr]
    kept["due"] = receipt.due.isoformat() if receipt.due else ""
    kept["assisted"] = "yes" if store.kept.assisted else ""
    if not store.finish(kept, at):
        raise DomainError(_("Please send the page again."))
    hand_over(store, sent)
    DraftKey.objects.filter(draft=store.draft, kind=DraftKey.Kind.CODE).delete()  # there is nothing to go on with
    counters.count_send(store=store, language=language)


@transaction.atomic
def send_at_once(
    *,
    district: District,
    document: Mapping[str, Any],
    step: str,
    answers: Mapping[str, Any],
    language: str,
    token: bytes,
    at: datetime,
) -> AnswerStore:
    """Start, fill in and send a form of one page. The same token sends once, however often this is called."""
    version = publish(district=district, key=document["key"], document=document)
    try:
        with transaction.atomic():
            start_draft(version=version, language=language, at=at, token=token)
    except IntegrityError:  # the second of two clicks
        pass
    store = AnswerStore.open(district=district, key=version.key, draft_id=draft_of(token), token=token, at=at)
    if not store.is_sent:
        save_step(store=store, step=step, answers=answers, language=language)
        submit_draft(store=store, language=language, at=at)
    return store


def _submit(
    store: AnswerStore, to: Recipient, language: str, today: Any, prepared: PreparedReceipt, files: list[StoredFile]
) -> Receipt:
    if to.office is None:
        raise NoRecipient(_("No office can receive this form at the moment. Please call or visit an office."))
    journey, version = store.journey, store.draft.version
    answers = journey.purged()
    stored = {row.question["key"] for row in journey.review() if row.question["store"]}
    part = CasePart(
        office=to.office,
        document={
            "entries": entries(journey, language, dict(routing.towns(store.district))),
            "form": {"key": version.key, "version": version.number, "title": dict(journey.document["title"])},
        },
        municipality=routing.municipality(store.district, answers) if "ags" in stored else None,
        phase=(answers.get("phase") or "") if "phase" in stored else "",
        topics=routing.topics(journey.document, answers, stored),
        urgency=to.urgency,
        due_days=to.due_days,
        rule=to.rule,
        interpreter=answers.get("interpreter") == "yes",
        retention_days=journey.document.get("retention_days", USUAL_DAYS),
        files=files,
    )
    return submit(
        district=store.district,
        form_key=version.key,
        form_version=version.pk,
        language=language,
        idempotency_key=store.draft.pk,
        assisted=store.kept.assisted or answers.get("actor") in {"helper", "professional"},
        parts=[part],
        prepared=prepared,
    )


@transaction.atomic
def erase_expired_drafts(*, at: datetime | None = None) -> int:
    """Delete every draft whose time is over; return how many. Safe to repeat and to run twice at once."""
    at = at or timezone.now()
    gone = list(Draft.objects.expired(at).values_list("pk", flat=True))
    forget_files(Draft.objects.filter(pk__in=gone))
    _all, by_model = Draft.objects.filter(pk__in=gone).delete()
    return by_model.get(Draft._meta.label, 0)


def count_expired_drafts(*, at: datetime) -> int:
    """How many drafts' time is over."""
    return int(Draft.objects.expired(at).count())
