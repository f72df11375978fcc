"""The subject's tests match its refusals in English; pages speak the language of their address all the same."""

from __future__ import annotations

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _refusals_in_english(_nothing_remembered):
    """After the language of all tests is set, English is spoken around every call that is no request."""
    with translation.override("en"):
        yield
