"""A story told once for all tests of a module: each finds it as it was, whatever the tests before did to it.

The story is told inside a transaction that stays open until the module is over, so the transaction of each test is
only a savepoint in it. Not for modules with tests that need real transactions (`transaction=True`): those would wait
for this one, or empty its tables. Every test of the module has the story in its database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.utils import translation

from tests.cast import Cast, build_portal, find_portal
from tests.snapshot import Snapshot

Told = TypeVar("Told")


def told_once(tell: Callable[[Cast], Any], language: str = "de") -> Any:
    """A fixture of a module: what `tell` makes of the small portal.

    Hand each test a copy of it (`copy.deepcopy`), because tests write on the rows they get.
    """

    @pytest.fixture(scope="module")
    def kept(kept_portal: Snapshot, django_db_blocker: Any) -> Iterator[Any]:
        with _standing(kept_portal, django_db_blocker, tell, language) as told:
            yield told

    return kept


@contextmanager
def _standing(kept_portal: Snapshot, blocker: Any, tell: Callable[[Cast], Told], language: str) -> Iterator[Told]:
    from portal.pages import forget_locales

    story = transaction.atomic()
    story._from_testcase = True  # so that what must be the outermost transaction in life may be inside this one
    with blocker.unblock():
        story.__enter__()
    try:
        with blocker.unblock(), translation.override(language):
            forget_locales()
            if kept_portal.fits():
                kept_portal.restore()
            else:
                build_portal()
            told = tell(find_portal())
        yield told
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            story.__exit__(None, None, None)
