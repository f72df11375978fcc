"""Rendered public pages, kept in memory in front of Django and always right.

Every change of what a page may show makes a new *generation*, and only pages of the present generation are given out.
A page is kept for the running minute at most, because some say what is open now. Pages of people (a cookie, a query, an
answer that is not `public`) are never kept. Source of the rule: handbook design §8, speed.
"""

from __future__ import annotations

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger("lotse.rendered")

PAGES = 1000
"""How many pages one process keeps; a page is about 6 kB."""

LARGEST = 256 * 1024
"""Bytes; what is larger is rendered each time."""

KINDS = ("text/html", "text/calendar", "text/xml", "application/xml", "application/json", "application/atom+xml")

QUIET = re.compile(
    r"django_session|account_|mfa_|portal_outbox|portal_user|services_(draft|case|message|note|submission|office_?key"
    r"|escrow|subscription)|wagtailcore_revision|wagtailadmin_|wagtailcore_(page|model)logentry|wagtailsearch_"
)
"""Tables that no public page shows: people's own rows, and what changes along with a page anyway."""

WRITE = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def generation() -> str:
    """The present generation, the same for all processes: in the shared cache, or beside the embedded database.

    While the shared cache is silent every question gets another answer, so that nothing kept is given out.
    """
    if _shared():
        try:
            return str(cache.get_or_set("generation", uuid4().hex, None))
        except Exception:  # noqa: BLE001 - each cache has errors of its own, and none may keep a reader from a page
            return uuid4().hex
    try:
        return str(_file().stat().st_mtime_ns)
    except FileNotFoundError:
        return ""


def begin_generation() -> None:
    """Let no page that is kept anywhere be given out again.

    The change is committed already; a silent cache must not turn it into an error. Kept pages end with the minute.
    """
    if _shared():
        try:
            cache.set("generation", uuid4().hex, None)
        except Exception as silent:  # noqa: BLE001 - as above
            log.warning("the shared cache did not take a new generation: %s", type(silent).__name__)
        return
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{uuid4().hex}")
    fresh.touch()
    fresh.replace(file)


def _shared() -> bool:
    return "locmem" not in settings.CACHES["default"]["BACKEND"]


def _file() -> Path:
    return Path(settings.VAR_DIR) / "generation"


def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Notice every write of a connection, bulk and raw ones included; a new generation begins when it is committed."""

    def notice(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        found = WRITE.match(sql)
        if found and not QUIET.match(found[1]) and not _begins(connection):
            connection.on_commit(begin_generation)
        return result

    if notice.__qualname__ not in {wrapper.__qualname__ for wrapper in connection.execute_wrappers}:
        connection.execute_wrappers.append(notice)


def _begins(connection: BaseDatabaseWrapper) -> bool:
    """Whether the running transaction begins a generation already."""
    return any(entry[1] is begin_generation for entry in connection.run_on_commit)


@dataclass(frozen=True)
class Page:
    """An answer as it left, and until when it is right."""

    generation: str
    minute: int
    headers: list[tuple[str, str]]
    body: bytes
    etag: str


class RenderedPages:
    """WSGI middleware in front of Django: gives out kept pages and keeps new ones."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()
        self.lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if not _may_be_kept(environ):
            return self.application(environ, start_response)
        key, now = _key(environ), (generation(), int(time.time() // 60))
        page = self.pages.get(key)
        if page is not None and (page.generation, page.minute) == now:
            return _give(page, environ, start_response)
        return self._render(key, now, environ, start_response)

    def _render(
        self, key: tuple[str, ...], now: tuple[str, int], environ: dict[str, Any], start_response: Start
    ) -> Iterable[bytes]:
        said: list[Any] = []
        condition = environ.pop("HTTP_IF_NONE_MATCH", None)

        def listen(status: str, headers: list[tuple[str, str]], *failure: Any) -> None:
            said[:] = [status, headers, *failure]

        parts = self.application(environ, listen)
        status, headers = said[0], said[1]
        if not _is_public(status, headers) or hasattr(parts, "file_to_stream"):
            start_response(*said)
            return parts
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        page = Page(*now, headers, body, dict(headers).get("ETag", ""))
        if len(body) <= LARGEST:
            self._keep(key, page)
        if condition is not None:
            environ["HTTP_IF_NONE_MATCH"] = condition
        return _give(page, environ, start_response)

    def _keep(self, key: tuple[str, ...], page: Page) -> None:
        with self.lock:
            self.pages[key] = page
            self.pages.move_to_end(key)
            while len(self.pages) > PAGES:
                self.pages.popitem(last=False)


def _give(page: Page, environ: dict[str, Any], start_response: Start) -> list[bytes]:
    seen = environ.get("HTTP_IF_NONE_MATCH", "")
    if page.etag and page.etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in seen.split(",")}:
        kept = [pair for pair in page.headers if pair[0] not in {"Content-Length", "Content-Type", "Content-Encoding"}]
        start_response("304 Not Modified", kept)
        return []
    start_response("200 OK", list(page.headers))
    return [page.body]


def _may_be_kept(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and "HTTP_COOKIE" not in environ
        and "HTTP_AUTHORIZATION" not in environ
    )


def _key(environ: dict[str, Any]) -> tuple[str, ...]:
    return (
        environ.get("HTTP_HOST", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", environ["wsgi.url_scheme"]),
        environ.get("PATH_INFO", ""),
        "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else "",
    )


def _is_public(status: str, headers: list[tuple[str, str]]) -> bool:
    said = {name.lower(): value for name, value in headers}
    varies = {name.strip().lower() for name in said.get("vary", "").split(",") if name.strip()}
    return (
        status.startswith("200")
        and "set-cookie" not in said
        and said.get("content-type", "").startswith(KINDS)
        and "public" in said.get("cache-control", "")
        and varies <= {"cookie", "accept-encoding"}
    )
