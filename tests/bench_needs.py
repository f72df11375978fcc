"""How long the register takes with many needs: list, similar needs, report. Prints a table.

    python tests/bench_needs.py

Uses a database of its own in memory; nothing is kept.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
NEEDS = 1000
WORDS = [
    "Kurs",
    "Wohnung",
    "Bus",
    "Arzt",
    "Termin",
    "Schule",
    "Kita",
    "Betreuung",
    "Dolmetscher",
    "Formular",
    "Amt",
    "Abend",
    "Morgen",
    "Platz",
    "Weg",
    "Hilfe",
]


def main() -> None:
    """Fill the register and measure."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_databases, setup_test_environment

    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    from network.needs.models import Need
    from network.needs.similar import similar_needs
    from tests.cast import found_portal
    from tests.network.needs.factories import member, need

    cast = found_portal()
    katrin = member(cast, "Katrin")
    chance = random.Random(3)  # noqa: S311 - the same texts every time, no secret
    for number in range(NEEDS):
        words = [chance.choice(WORDS) for _n in range(12)]
        need(cast, f"{words[0]} {words[1]} {number}", description=" ".join(words), impact=chance.randrange(1, 5))
    client = Client()
    client.force_login(katrin.user)
    for path in ("/de/needs/", "/de/needs/?q=kurs", "/de/needs/matrix/", f"/de/needs/{Need.objects.first().code}/"):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            began = time.perf_counter()
            client.get(path)
            took = time.perf_counter() - began
        print(f"{path:<28} {took * 1000:6.1f} ms  {len(queries)} queries")
    began = time.perf_counter()
    rows = Need.objects.visible_to(katrin).living()
    similar_needs(rows, title="Kurs am Abend", description="Kein Platz im Kurs am Abend", category="language")
    print(f"{'similar of ' + str(NEEDS):<28} {(time.perf_counter() - began) * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
