"""Where a case may go from where, exhaustively."""

import pytest

from services.inbox.statuses import DONE, OPEN, TRANSITIONS, WITH_OTHERS, WITH_US, CaseStatus, can_follow

ALLOWED = {
    "received": "assigned contacted waiting referred closed withdrawn",
    "assigned": "received contacted waiting referred closed withdrawn",
    "contacted": "received waiting referred closed withdrawn",
    "waiting": "received contacted referred closed withdrawn",
    "referred": "received contacted waiting closed withdrawn",
    "closed": "received assigned",
    "withdrawn": "",
}


@pytest.mark.parametrize("old", CaseStatus.values)
@pytest.mark.parametrize("new", CaseStatus.values)
def test_a_case_goes_where_the_table_says_and_nowhere_else(old, new):
    assert can_follow(old, new) is (new in ALLOWED[old].split())


def test_every_status_is_in_the_table_and_in_one_group():
    assert set(TRANSITIONS) == set(CaseStatus)
    assert set(CaseStatus) == OPEN | DONE
    assert not OPEN & DONE
    assert WITH_US | WITH_OTHERS == OPEN
    assert not WITH_US & WITH_OTHERS


def test_what_was_withdrawn_stays_withdrawn():
    assert not TRANSITIONS[CaseStatus.WITHDRAWN]
