"""PDF files made of templates: letters, reports, posters. Right to left where it must be, readable by screen readers.

The template extends `print/base.html` and gets what it is given, nothing of a request. No file leaves or enters the
machine: style sheets and pictures come from `portal/static` or are written into the page (`data:`). The same template,
context and language always give the same bytes, so that a file can be compared with a copy.

WeasyPrint needs Pango, a library of the system. Where it is missing, everything else of the portal runs and a PDF file
is refused with a sentence (`PrintingMissing`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import ImageFile

from portal.errors import DomainError
from portal.languages import language as language_of

ROOT = Path(__file__).parent / "static"
SCHEME = "lotse:///"
"""Addresses in print templates: `lotse:///css/paper.css` is `portal/static/css/paper.css`."""

STYLE = "css/paper.css"
TYPES = {".css": "text/css", ".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg"}
ACCESSIBLE = "pdf/ua-1"
"""Tagged PDF with language and title (ISO 14289-1), which EN 301 549 wants of documents."""


class PrintingMissing(DomainError):
    """This server cannot make PDF files. The way out is an operator; the page itself can be printed."""

    status = 503


class NotInPackage(ValueError):
    """A print template asked for something outside the package."""


def pdf(template: str, context: dict[str, Any], *, language: str) -> bytes:
    """The PDF file of a template in a language. Raises `PrintingMissing` where Pango is not installed.

    The context gets `paper_language` (portal.languages.Language), from which the base template sets `lang` and `dir`.
    """
    spoken = language_of(language)
    with translation.override(spoken.code):
        html = render_to_string(template, {**context, "paper_language": spoken})
    return _printed(html)


def can_print() -> bool:
    """Whether this server can make PDF files, so that a page need not offer what it cannot give."""
    try:
        _printer()
    except PrintingMissing:
        return False
    return True


def _printer() -> Any:
    # Only here: the import takes half a second and fails without Pango, and most processes never print.
    try:
        import weasyprint
    except (ImportError, OSError) as problem:
        raise PrintingMissing(
            _(
                "This server cannot make PDF files: the system library Pango is missing. "
                "Please tell the administrator. You can print the page itself."
            )
        ) from problem
    # WeasyPrint allows this for the whole process when it is loaded; uploads must be whole (portal.uploads).
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _printed(html: str) -> bytes:
    printer = _printer()
    fetcher = _fetcher(printer)
    style = printer.CSS(string=(ROOT / STYLE).read_text(encoding="utf-8"), url_fetcher=fetcher, base_url=SCHEME)
    document = printer.HTML(string=html, base_url=SCHEME, url_fetcher=fetcher, media_type="print")
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    made: bytes = document.write_pdf(
        stylesheets=[style], pdf_variant=ACCESSIBLE, pdf_tags=True, pdf_identifier=identifier, optimize_images=False
    )
    return made


def _fetcher(printer: Any) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # the package has no types
        """Neither the network nor the disk: what was written into a form must not fetch anything."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = _own_file(url)
            return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": TYPES[path.suffix]})

    return OwnFilesOnly(allowed_protocols=["data"], allow_redirects=False)


def _own_file(url: str) -> Path:
    name = unquote(url.removeprefix(SCHEME).split("?")[0].split("#")[0])
    path = (ROOT / name).resolve()
    if not url.startswith(SCHEME) or not path.is_relative_to(ROOT.resolve()) or path.suffix not in TYPES:
        raise NotInPackage(name[:40])
    if not path.is_file():
        raise NotInPackage(name[:40])
    return path
