"""What the log may hold: what happened and where in the code. Never what a person typed, never a secret address."""

from __future__ import annotations

import logging
import traceback
from typing import Any


class Sparse(logging.Formatter):
    """Formatter without the words of people (handbook: intake §4 C1, C5; §5.7).

    A request appears as the pattern of its address, because personal feeds and cases carry secrets in theirs; an
    exception as its type and the lines of code, because its text may quote a form.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        request = getattr(record, "request", None)
        if request is not None:
            record.message = (
                f"{getattr(record, 'status_code', '-')} {getattr(request, 'method', '-')} {_pattern(request)}"
            )
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        kind, _problem, trace = ei
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*lines, f"{kind.__module__}.{kind.__qualname__}" if kind else "no exception"])


def _pattern(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else "(no such address)"
