"""How requests end, in short stories, and the day on which the tests of retention begin."""

from __future__ import annotations

from datetime import UTC, datetime

from services.inbox import actions
from tests.services.inbox.factories import answer, case_of, part, send, visitor_of

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def close(portal, receipt, reason="helped", office="LRA_IM", by=None):
    case = case_of(receipt, office)
    return actions.close(case=case, by=by or portal.lena, reason=reason, version=case.version)


def untaken(portal):
    return send(portal)


def closed(portal):
    receipt = send(portal)
    answer(portal, receipt)
    close(portal, receipt)
    return receipt


def exported(portal):
    receipt = send(portal)
    close(portal, receipt, "case_system")
    return receipt


def withdrawn(portal):
    receipt = send(portal)
    actions.withdraw(visitor=visitor_of(portal, receipt))
    return receipt


def promised_less(portal):
    receipt = send(portal, part(portal, retention_days=31))
    close(portal, receipt)
    return receipt
