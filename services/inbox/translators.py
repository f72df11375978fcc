"""The one place where a translating machine can be plugged in. Off by default.

What people write to us leaves the house under no circumstances: a provider is used only where the operator says that
it runs on own machines (`LOTSE_TRANSLATOR_IS_LOCAL`). The original is always kept and always shown.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from portal.errors import DomainError


class Translator(Protocol):
    """What a provider must offer. It is made anew for each text and keeps nothing."""

    def translate(self, text: str, *, source: str, target: str) -> str:
        """The text in another language; tags as in portal.languages. May raise `TranslatorFailed`."""


class TranslatorFailed(DomainError):
    """No translation at the moment; the original is there, and a person can be asked."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The translation machine does not answer. The original is unchanged."))


class NoTranslator(DomainError):
    """None is set up, or it is not on our own machines."""

    def __init__(self) -> None:
        super().__init__(_("There is no translation machine here."))


def is_available() -> bool:
    """Whether a provider may be asked about what people write."""
    return bool(settings.LOTSE_TRANSLATOR) and settings.LOTSE_TRANSLATOR_IS_LOCAL


def translate(text: str, *, source: str, target: str) -> str:
    """A text of a person in another language. Raises `NoTranslator`, `TranslatorFailed`."""
    if not is_available():
        raise NoTranslator
    provider: Translator = import_string(settings.LOTSE_TRANSLATOR)()
    try:
        return provider.translate(text, source=source, target=target)
    except (OSError, ValueError) as problem:  # what networks and models raise; its words may hold the text
        raise TranslatorFailed from problem
