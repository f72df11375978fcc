"""The inbox needs keys before anybody can send."""

import pytest

from services.inbox import actions
from tests.services.inbox import factories


@pytest.fixture
def ready(portal):
    """The small portal with keys for its offices."""
    actions.ensure_keys(portal.district)
    return portal


@pytest.fixture
def receipt(ready):
    """Amira has sent one request to Lena's office."""
    return factories.send(ready)


@pytest.fixture
def case(receipt):
    """Her case."""
    return factories.case_of(receipt)
