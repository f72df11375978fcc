"""The one table of what staff can do with a case: when, who, what it leads to, and which line the history gets.

Every verb begins with `beats.begin`, which reads this table; the case page shows exactly what it allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices

from services.inbox import permissions as may
from services.inbox.codes import Verb
from services.inbox.statuses import OPEN, CaseStatus

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case


class Action(TextChoices):
    """What a colleague does; the value is the name of its form on the case page."""

    READ = "read"
    TAKE = "take"
    ASSIGN = "assign"
    STATUS = "status"
    REPLY = "reply"
    NOTE = "note"
    TRANSLATE = "translate"
    ASK = "ask"
    APPOINT = "appoint"
    CANCEL = "cancel"
    TRANSFER = "transfer"
    REFER = "refer"
    CLOSE = "close"
    REOPEN = "reopen"
    HOLD = "hold"
    UNHOLD = "unhold"
    ERASE_ASK = "erase_ask"
    ERASE_NO = "erase_no"
    ERASE_YES = "erase_yes"


@dataclass(frozen=True)
class Transition:
    """`when`: the statuses in which it is possible. `to`: where the case then stands; None where it stays or where the
    colleague chooses. `may`: the question of permission. `verb`: the line in the history."""

    when: frozenset[CaseStatus]
    to: CaseStatus | None
    may: Callable[[Any, Case], bool]
    verb: Verb


CLOSED = frozenset({CaseStatus.CLOSED})
WITH_CONTENT = OPEN | CLOSED
"""Statuses in which there is still something to read: what was withdrawn is erased."""

TABLE: dict[Action, Transition] = {
    Action.READ: Transition(frozenset(CaseStatus), None, may.can_read, Verb.READ),
    Action.TAKE: Transition(OPEN, None, may.can_assign, Verb.TAKEN),
    Action.ASSIGN: Transition(OPEN, None, may.can_assign, Verb.ASSIGNED),
    Action.STATUS: Transition(OPEN, None, may.can_change_status, Verb.STATUS),
    Action.REPLY: Transition(OPEN, None, may.can_reply, Verb.REPLIED),
    Action.NOTE: Transition(WITH_CONTENT, None, may.can_add_note, Verb.NOTED),
    Action.TRANSLATE: Transition(WITH_CONTENT, None, may.can_translate, Verb.TRANSLATED),
    Action.ASK: Transition(OPEN, CaseStatus.WAITING, may.can_reply, Verb.ASKED),
    Action.APPOINT: Transition(OPEN, CaseStatus.CONTACTED, may.can_make_appointment, Verb.APPOINTED),
    Action.CANCEL: Transition(WITH_CONTENT, None, may.can_make_appointment, Verb.CANCELLED),
    Action.TRANSFER: Transition(OPEN, CaseStatus.RECEIVED, may.can_transfer, Verb.TRANSFERRED),
    Action.REFER: Transition(OPEN, CaseStatus.REFERRED, may.can_refer, Verb.REFERRED),
    Action.CLOSE: Transition(OPEN, CaseStatus.CLOSED, may.can_change_status, Verb.CLOSED),
    Action.REOPEN: Transition(CLOSED, None, may.can_change_status, Verb.REOPENED),
    Action.HOLD: Transition(WITH_CONTENT, None, may.can_hold, Verb.HELD),
    Action.UNHOLD: Transition(WITH_CONTENT, None, may.can_hold, Verb.UNHELD),
    Action.ERASE_ASK: Transition(WITH_CONTENT, None, may.can_ask_to_erase, Verb.ERASE_ASKED),
    Action.ERASE_NO: Transition(WITH_CONTENT, None, may.can_refuse_erasing, Verb.ERASE_NO),
    Action.ERASE_YES: Transition(WITH_CONTENT, None, may.can_confirm_erasing, Verb.ERASE_YES),
}


def possible(user: User, case: Case) -> set[str]:
    """The actions this person may take with this case as it stands. Each question is asked once."""
    if not may.can_read(user, case):
        return set()
    now = {action: entry for action, entry in TABLE.items() if case.status in entry.when}
    answers = {question: question(user, case) for question in {entry.may for entry in now.values()}}
    return {str(action) for action, entry in now.items() if answers[entry.may]}
