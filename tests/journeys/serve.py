"""What `make run` starts, and the rows of its tour beside its data: `python -m tests.journeys.serve`.

The rows could be asked for with `manage.py tour --json`, but a process of its own loads everything once more.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

TOUR = "tour.json"


def main() -> None:
    """Write down the tour as the command tells it, then be the demo until the end of the process."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command, execute_from_command_line

    said = io.StringIO()
    call_command("tour", "--json", stdout=said)
    (Path(settings.VAR_DIR) / TOUR).write_text(said.getvalue(), encoding="utf-8")
    execute_from_command_line([sys.argv[0], "run_demo"])


if __name__ == "__main__":
    main()
