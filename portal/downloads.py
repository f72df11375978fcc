"""How a file of a person is handed out: to be saved, never to be shown by the browser, kept by nobody on the way."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.headers import FILE_POLICY

KNOWN = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
"""Everything else is just bytes: no program is named that a browser could start by itself."""


def as_download(data: bytes, name: str) -> HttpResponse:
    """The answer with this file; `name` with its true ending (`portal.filenames.safe_name`)."""
    kind = KNOWN.get(name.rpartition(".")[2], "application/octet-stream")
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    response["Content-Encoding"] = "identity"  # pictures and PDF are packed already; nothing packs them again
    return response
