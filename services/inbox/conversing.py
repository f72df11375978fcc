"""Asking for what is missing, and translations beside messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.languages import SOURCE
from services.inbox import envelopes, letters, translators
from services.inbox.beats import NotPossible, answered, begin, follow, save, write_letter
from services.inbox.history import record
from services.inbox.models import Case, Message
from services.inbox.statuses import Direction, MissingItem, TranslatedBy
from services.inbox.transitions import TABLE, Action

if TYPE_CHECKING:
    from portal.models import User


@transaction.atomic
def ask_for(
    *, case: Case, author: User, questions: Sequence[str] = (), items: Sequence[str] = (), own: str = "", version: int
) -> Message:
    """Ask the person for what is missing, in their language, and wait for them.

    `questions` are keys of the form's questions that must be answered again or better, `items` codes of our list,
    `own` the colleague's words, which stand at the end as they are.
    """
    row = begin(case, Action.ASK, author, version)
    key = envelopes.key_for_office(row)
    known = question_labels(envelopes.open_content(row, key, with_notes=False).document, row.language)
    chosen = [known[name] for name in questions if name in known]
    wanted = [MissingItem(item).value for item in items]
    if not chosen and not wanted:
        raise NotPossible(_("Please choose what is missing."))
    follow(row, Action.ASK)
    message = write_letter(row, letters.missing(row.language, chosen, wanted, own), author)
    row.assigned_to = row.assigned_to or author
    answered(row, message.created_at)
    record(row, TABLE[Action.ASK].verb, actor=author, count=len(chosen) + len(wanted))
    save(row)
    return message


def question_labels(document: dict[str, Any] | None, language: str) -> dict[str, tuple[str, str]]:
    """The questions of a case by their key: as the person read them, and in German."""
    entries = document.get("entries") if isinstance(document, dict) else None
    found = {}
    for entry in entries if isinstance(entries, list) else []:
        label = entry.get("label") if isinstance(entry, dict) else None
        if isinstance(label, dict) and entry.get("key"):
            german = str(label.get(SOURCE) or entry["key"])
            found[str(entry["key"])] = (str(label.get(language) or german), german)
    return found


@transaction.atomic
def add_translation(*, case: Case, message: Message, by: User, text: str, language: str, version: int) -> Message:
    """Put what an interpreter or a colleague translated beside a message. The original stays and is shown first."""
    row = begin(case, Action.TRANSLATE, by, version)
    return _beside(row, message, by, text, language, TranslatedBy.PERSON)


def translate_by_machine(*, case: Case, message: Message, by: User, version: int) -> Message:
    """Let the machine of this house put a German translation beside what the person wrote.

    The machine is asked between two transactions, so that a slow one locks nobody out. Raises `NotPossible` where no
    local machine is set up (see `translators`).
    """
    with transaction.atomic():
        row = begin(case, Action.TRANSLATE, by, version)
        found = row.messages.filter(pk=message.pk).first()
        content = envelopes.open_content(row, envelopes.key_for_office(row), with_notes=False)
    text = next((item.text for item in content.messages if found and item.row.pk == found.pk), None)
    if found is None or text is None:
        raise NotPossible(_("This text cannot be opened."))
    translated = translators.translate(text, source=found.language, target=SOURCE)
    with transaction.atomic():
        row = begin(case, Action.TRANSLATE, by, version)
        return _beside(row, message, by, translated, SOURCE, TranslatedBy.MACHINE)


def _beside(row: Case, message: Message, by: User, text: str, language: str, how: TranslatedBy) -> Message:
    found = row.messages.filter(pk=message.pk).first()
    if found is None or found.language == language:
        raise NotPossible(_("This message needs no translation."))
    if how == TranslatedBy.MACHINE and found.direction != Direction.IN:
        raise NotPossible(_("This message needs no translation."))
    found.case = row
    envelopes.seal_translation(found, text, language, how, envelopes.key_for_office(row))
    found.save(update_fields=["translation_ct", "translation_language", "translated_by"])
    record(row, TABLE[Action.TRANSLATE].verb, actor=by, by=how.value, language=language)
    save(row)
    return found
