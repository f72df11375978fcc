"""The part of an address that names a paper."""

from django.urls import register_converter
from django.urls.converters import get_converters

from network.minutes.papers import PAPERS


class PaperConverter:
    """One of the papers that can be printed."""

    regex = "|".join(PAPERS)

    def to_python(self, value: str) -> str:
        """The kind as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The kind as it stands in the address."""
        return value


def register() -> None:
    """Make `<paper:…>` known; the addresses of readers and of the admin both use it."""
    if "paper" not in get_converters():
        register_converter(PaperConverter, "paper")
