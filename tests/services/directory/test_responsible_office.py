"""The command line answers one question, or refuses it in one sentence."""

from __future__ import annotations

import json
import sys
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from home.demo.directory import load
from services.directory.models import Responsibility
from services.management.commands.responsible_office import Command


@pytest.fixture
def seeded(portal):
    load(portal.district)
    return portal


@pytest.fixture
def run(capsys):
    """Run it as from a shell: what is printed, what is complained about, the exit code."""

    def _run(*arguments: str) -> tuple[str, str, int]:
        code = 0
        command: BaseCommand = Command(stdout=sys.stdout, stderr=sys.stderr, no_color=True)
        command._called_from_command_line = True  # as run_from_argv does, which would close the test's connection
        try:
            options = vars(command.create_parser("manage.py", "responsible_office").parse_args(arguments))
            command.execute(*options.pop("args", ()), **options)
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return printed.out, printed.err, code

    return _run


def asked(run, line: str) -> dict:
    out, err, code = run(*line.split(), "--json")
    assert (err, code) == ("", 0)
    return json.loads(out)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--municipality 08326074 --phase VU", ("DRK", "regular", "R4", "definite", None, [])),
        ("--municipality unknown --phase VU", ("DRK", "regular", "R4", "definite", None, [])),
        (
            "--municipality 08326020 --phase AU --since 2023-11-23",
            ("LRA_IM", "regular", "R6", "definite", "2026-11-23", []),
        ),
        (
            "--municipality 08326074 --phase AU --since 2019-05-01",
            ("VS_IM", "aftercare_check", "R8", "assumed", None, ["REGEL"]),
        ),
        (
            "--municipality 08326074 --phase AU --since 2019-05-01 --aftercare-until 2027-01-31",
            ("VS_IM", "aftercare", "R7", "definite", "2027-01-31", []),
        ),
        (
            "--municipality 08326031 --phase AU --since 2026-12-01",
            ("DRK", "handover", "R5", "definite", "2026-12-01", ["KOE_IM"]),
        ),
        (
            "--municipality 08326003 --phase AU --since 2023-11",
            ("LRA_IM", "regular", "R6", "assumed", "2026-11-30", []),
        ),
        ("--municipality 08326003 --phase AU", ("LRA_IM", "clarify_start", "R9", "assumed", None, [])),
        ("--municipality unknown --phase AU", ("KOORD", "triage", "R15", "assumed", None, [])),
        ("--municipality 08326052 --phase PRIVATE --group UKRAINE", ("STG_IM", "regular", "R10", "assumed", None, [])),
        ("--municipality 08326060 --phase PRIVATE --group OTHER", ("REGEL", "refer", "R13", "definite", None, [])),
        ("--municipality 08326060 --phase PRIVATE", ("KOORD", "triage", "R12b", "assumed", None, [])),
        ("--municipality 08326006 --phase HOMELESS", ("GEM", "urgent", "R14", "assumed", None, ["LRA_IM"])),
        (
            "--municipality unknown --phase HOMELESS --emergency",
            ("GEM", "urgent", "R14", "assumed", None, ["NOTFALL", "KOORD"]),
        ),
        ("--municipality 08326074 --phase UNKNOWN --minor", ("JA", "protect", "R1", "definite", None, [])),
        ("--municipality 08327050 --phase AU", (None, "refer_out", "R2", "definite", None, ["REGEL"])),
        ("--municipality unknown --phase LEA", (None, "refer_out", "R3", "definite", None, ["LEA"])),
        ("--municipality 08326017 --phase VU --group UKRAINE", ("DRK", "regular", "R4", "definite", None, [])),
    ],
)
def test_a_caseworker_asks_and_gets_one_object(seeded, run, line, expected):
    keys = ("office", "mode", "rule", "confidence", "until", "also")
    assert asked(run, f"{line} --on 2026-11-22") == dict(zip(keys, expected, strict=True))


REFUSED = [
    "--phase VU",
    "--municipality 08326074",
    "--municipality 8326074 --phase AU",
    "--municipality 08326999 --phase VU",
    "--municipality 99999999 --phase VU",
    "--municipality Villingen --phase VU",
    "--municipality UNKNOWN --phase VU",
    "--municipality 08326074 --phase vu",
    "--municipality 08326074 --phase TENT",
    "--municipality 08326074 --phase AU --since 2026-02-30",
    "--municipality 08326074 --phase AU --since 22.11.2026",
    "--municipality 08326074 --phase AU --since 2026-13",
    "--municipality 08326074 --phase AU --since=",
    "--municipality 08326074 --phase AU --since 9999-12-31",
    "--municipality 08326074 --phase AU --on yesterday",
    "--municipality 08326074 --phase AU --on 2026-11",
    "--municipality 08326074 --phase AU --on 1000-01-01",
    "--municipality 08326074 --phase AU --since 2024-05-01 --aftercare-until 2024-04-30",
    "--municipality 08326074 --phase AU --since 2019-05-01 --aftercare-until 2027-01",
    "--municipality 08326074 --phase PRIVATE --since 2026-11-23 --on 2026-11-22",
    "--municipality 08326074 --phase PRIVATE --group SYRIA",
    "--municipality 08326074 --phase PRIVATE --group=",
    "--municipality 08326074 --phase VU --status refugee",
    "--municipality 08326074 --phase VU extra",
    "--municip 08326074 --phase VU",
    "--municipality 08326074 --phase VU --since",
    "--municipality 08326074 --phase UNKNOWN --on 2010-01-01",
]


@pytest.mark.parametrize("line", REFUSED)
def test_a_slip_is_one_sentence_on_stderr_and_code_2(seeded, run, line):
    out, err, code = run(*line.split(), "--json")
    assert (out, code) == ("", 2)
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    assert "usage" not in err


def test_without_json_a_line_a_person_can_read(seeded, run):
    line = "--municipality 08326074 --phase AU --since 2025-01-10 --emergency --on 2026-11-22"
    out, err, code = run(*line.split())
    assert (err, code) == ("", 0)
    assert out.strip() == (
        "VS_IM (Stadt Villingen-Schwenningen, Integrationsmanagement): regular, rule R6, definite, until 2028-01-10, "
        "also NOTFALL"
    )


def test_without_a_day_today_is_meant(seeded, run):
    start = timezone.localdate().isoformat()
    assert asked(run, f"--municipality 08326020 --phase AU --since {start}")["rule"] == "R6"


def test_a_changed_row_changes_the_answer(seeded, run):
    line = "--municipality 08326031 --phase AU --since 2025-01-01 --on"
    Responsibility.objects.filter(office__code="KOE_IM").update(valid_to=date(2026, 12, 31))
    assert asked(run, f"{line} 2026-12-31")["office"] == "KOE_IM"
    assert asked(run, f"{line} 2027-01-01")["office"] == "LRA_IM"


def test_the_citys_youth_office_had_the_task_until_its_row_ended(seeded, run):
    line = "--municipality 08326074 --phase VU --minor --on"
    assert asked(run, f"{line} 2023-12-31")["office"] == "JA_VS"
    assert asked(run, f"{line} 2024-01-01")["office"] == "JA"


def test_called_from_code_it_raises(seeded):
    with pytest.raises(CommandError) as refusal:
        call_command("responsible_office", municipality="1", phase="VU")
    assert refusal.value.returncode == 2


@pytest.mark.django_db
def test_without_a_district_it_says_so(run):
    out, err, code = run("--municipality", "08326074", "--phase", "VU")
    assert (out, code) == ("", 2)
    assert "district" in err
