"""Where a person goes: the page a draft is at, and the page after a step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from services.intake import routing
from services.intake.answers import LONG_LIFETIME, AnswerStore
from services.intake.forms import StepForm
from services.intake.previewing import PreviewStore

CHECK, DOORS, STOP, RECEIPT, LEAVE = "check", "doors", "stop", "receipt", "leave"
SAVE, STAY, BOTH, NOTICE = "save", "stay", "both", "notice"
PAGES = frozenset({CHECK, DOORS, STOP, RECEIPT, LEAVE, SAVE, STAY, BOTH, NOTICE})
"""Pages of a draft that are no steps; no step may have one of these keys (`compiler.RESERVED_STEPS`)."""

SOON = timedelta(hours=2)
"""How long before the end of a draft its pages begin to warn. A person who prints, asks or eats has time to act."""

CHANGE = "?change=1"
"""Marks a step that was opened from the check page and leads back there."""


def address(store: AnswerStore, where: str) -> str:
    """Address of a step or of one of `PAGES` in the reader's language."""
    if isinstance(store, PreviewStore):
        return store.address(where)
    names = {"key": store.draft.version.key, "draft": store.draft.pk}
    if where in PAGES:
        return reverse(f"intake_{where}", kwargs=names)
    return reverse("intake_step", kwargs={**names, "step": where})


def open_page(store: AnswerStore) -> str:
    """Where this draft is: its first open step, the advice that ends it, other doors, the check page, the receipt."""
    if store.is_sent:
        return address(store, RECEIPT)
    journey = store.journey
    barrier = journey.first_incomplete()
    if barrier is None:
        return address(store, DOORS if other_doors(store) else CHECK)
    return address(store, barrier if journey.open_questions(barrier) else STOP)


def after_step(store: AnswerStore, step: str, form: StepForm, is_change: bool) -> str:
    """The page after a saved step: first what its answers made necessary, then the next step.

    From the check page: questions that the change opened, then back to it.
    """
    journey, mark = store.journey, CHANGE if is_change else ""
    opened = journey.open_questions(step)
    if opened:
        return f"{address(store, step)}{mark}#{form.anchor(opened[0])}"
    if journey.stopped(step):
        return address(store, STOP)
    if routing.decides(journey.steps[step]) and other_doors(store):
        return address(store, DOORS)
    following = journey.first_incomplete() if is_change else journey.next_step(step)
    return f"{address(store, following)}{mark}" if following else open_page(store)


def wrong_step(store: AnswerStore, step: str, is_change: bool) -> str:
    """The step again, with what was typed and what is wrong with it."""
    return f"{address(store, step)}{CHANGE}&wrong=1" if is_change else f"{address(store, step)}?wrong=1"


def both_versions(store: AnswerStore, step: str) -> str:
    """The page on which a person decides between what two browsers typed on a step."""
    return f"{address(store, BOTH)}?{urlencode({'step': step})}"


def before_step(store: AnswerStore, step: str, is_change: bool) -> str:
    """The page before a step: where the change began, the step before, or the start."""
    if is_change:
        return open_page(store)
    before = store.journey.previous_step(step)
    return address(store, before) if before else start_page(store)


def start_page(store: AnswerStore) -> str:
    """Where this form begins."""
    if isinstance(store, PreviewStore):
        return store.address("")
    return start_page_of(store.draft.version.key)


def start_page_of(key: str) -> str:
    """Where a form begins, in the reader's language."""
    return f"{reverse('intake_start', kwargs={'key': key}).removesuffix('start/')}"


def kept_until(store: AnswerStore) -> dict[str, Any]:
    """Template variables that say until when a draft is kept, whether that is soon, and how to get more time."""
    now, until = timezone.now(), store.draft.expires_at
    return {
        "kept_until": until,
        "ends_soon": until - now < SOON,
        "can_stay": until < store.draft.started_at + LONG_LIFETIME,
        "stay_url": address(store, STAY),
        "save_url": address(store, SAVE),
    }


def other_doors(store: AnswerStore) -> bool:
    """Whether another body helps better and the person has not yet said that they still want contact."""
    if not routing.is_decided(store.journey):
        return False
    return routing.recipient(store.district, store.journey, timezone.localdate(), store.kept.door).show_doors
