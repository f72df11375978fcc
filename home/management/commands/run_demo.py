from __future__ import annotations

import hashlib
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

STATE = "demo-state.json"


class Command(BaseCommand):
    help = "Starts the demo: database, content, web server and background worker, then says where to look."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="make the database ready and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOTSE_DEMO:
            raise CommandError("run_demo needs the demo settings.")
        _prepare(self.stdout.write)
        if options["prepare"]:
            return
        worker = _start_worker()
        try:
            _serve(settings.PORT, self.stdout.write)
        finally:
            with suppress(ProcessLookupError):  # Ctrl+C reaches the worker too, and it may be gone already
                os.kill(worker, signal.SIGTERM)


def is_prepared(folder: Path) -> bool:
    """Whether the demo's data in a folder belongs to exactly this product, so that nothing is to be done first."""
    return _state(folder) == _wanted()


def _prepare(say: Any) -> None:
    """Migrate and load, but only what changed since the last start."""
    from wagtail.models import Site

    from home.demo.prepared import unpack

    state, wanted = _state(settings.VAR_DIR), _wanted()
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    fresh = not database.exists()
    if fresh and unpack(database):
        say("Loading the demo content …")
        call_command("load_demo", "--pages-are-there", verbosity=0)
        fresh, state = False, wanted
    if fresh or state.get("migrations") != wanted["migrations"]:
        say("Preparing the database …")
        call_command("migrate", verbosity=0)
    if fresh or state.get("content") != wanted["content"]:
        say("Loading the demo content …")
        call_command("load_demo", verbosity=0)
    (settings.VAR_DIR / STATE).write_text(json.dumps(wanted))
    Site.objects.filter(is_default_site=True).update(port=settings.PORT)


def _state(folder: Path) -> dict[str, str]:
    """What the data in a folder was made from; empty where there is none."""
    file = folder / STATE
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _wanted() -> dict[str, str]:
    """What the data would be made from now."""
    from home.demo.loading import fingerprint

    return {"migrations": _migrations(), "content": fingerprint()}


def _migrations() -> str:
    digest = hashlib.sha256()
    for path in sorted(settings.BASE_DIR.glob("*/migrations/0*.py")):
        digest.update(path.read_bytes())
    digest.update((settings.BASE_DIR / "deploy" / "requirements.txt").read_bytes())
    return digest.hexdigest()


def _start_worker() -> int:
    """The background worker as a process of its own; returns its number."""
    from django.db import connections

    connections.close_all()
    number = os.fork()
    if number == 0:
        from home.worker import work

        work()
        os._exit(0)
    return number


def _serve(port: int, say: Any) -> None:
    """The web server, two processes of four threads, forked from this one so that nothing is loaded twice."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    from home.tour import as_text, tour
    from portal.rendered import RenderedPages

    application = RenderedPages(get_wsgi_application())
    table = as_text(tour())
    connections.close_all()

    class Web(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", [f"127.0.0.1:{port}"])
            self.cfg.set("workers", 2)
            self.cfg.set("threads", 4)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("when_ready", lambda server: say(table))

        def load(self) -> Any:
            return application

    Web().run()
