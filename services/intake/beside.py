"""Two browsers at the same page of one draft: nobody writes over the other unseen, and nothing typed is lost.

A page carries a mark of what it showed. When it comes back and another browser has changed that step since, nothing
is written over: what was typed waits beside it, and the person sees both and decides. Within one browser the last
word counts, because there the earlier one was the same person's a moment ago (two tabs, or the browser's own way back).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.errors import DomainError
from services.intake.answers import AnswerStore, Kept

LONGEST_TYPED = 5000
"""Characters kept of one unchecked value, and the most values of one step: enough for every question."""
MOST_TYPED = 120


class ChangedElsewhere(DomainError):
    """What is kept is no longer what this page showed. Nothing was written."""


def seen_of(store: AnswerStore, step: str) -> str:
    """The mark of one step as it stands now; stands in the page and comes back with it."""
    return _mark(store, _content(store, store.kept, step))


def seen_all(store: AnswerStore) -> str:
    """The mark of all that would be sent."""
    return _mark(store, [store.kept.answers, store.kept.door])


def not_elsewhere(store: AnswerStore, kept: Kept, step: str, seen: str | None, new: Mapping[str, Any]) -> None:
    """Raise `ChangedElsewhere` if another browser changed this step since it was read, to something else than `new`."""
    if kept.by.get(step) in {None, store.browser}:
        return
    answers, unfinished = _content(store, kept, step)
    if seen == _mark(store, [answers, unfinished]) or new == unfinished:
        return
    if unfinished is None and all(answers.get(name) == value for name, value in new.items()):
        return
    raise ChangedElsewhere(_("Another device has changed this page in the meantime."))


def shortened(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was typed, with an end."""
    some = list(typed.items())[:MOST_TYPED]
    return {name[:120]: [text[:LONGEST_TYPED] for text in texts[:50]] for name, texts in some}


def _content(store: AnswerStore, kept: Kept, step: str) -> list[Any]:
    questions = [entry["key"] for part in store.document["steps"] if part["key"] == step for entry in part["questions"]]
    return [{name: kept.answers[name] for name in questions if name in kept.answers}, kept.unfinished.get(step)]


def _mark(store: AnswerStore, content: Any) -> str:
    # With the draft's key, so that the page's source tells nothing that the page itself does not show.
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), key=store.key, digest_size=12).hexdigest()
