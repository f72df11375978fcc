"""Collects the strings people see into `locale/`, or checks that nothing is missing (`--check`).

English message ids; German is a translation like the others. Catalogues carry no line numbers, so that a change of
code does not change twenty files.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("portal", "home", "services", "network")
STAFF = re.compile(
    r"(models|viewsets|panels|permissions|wagtail_hooks|blocks|translation_report|second_factor|escalation|audit)\.py$"
    r"|services/intake/(phrases|branches|differences|drop_off|previewing|truth_cases|truth_dates|counter_models)\.py$"
    r"|services/intake/(exchange|exchange_actions|builder_refusals|builder_forms)\.py$"
    r"|^services/inbox/(\w+_views|list_forms|export_forms|listing|bulk|exporting|filtering|tagging|statistics)\.py$"
    r"|inbox/(case_forms|moving_forms|case_work|case_page|case_views|team_views|template_views)\.py$"
    r"|^services/courses/(conflicts|publishing\w*|proposal\w*|run_change\w*)\.py$"
    r"|inbox/(keeping|moving|conversing|absences|reply_templates|translators|workload|renewals|keys)\.py$"
    r"|^services/courses/(importing|import_\w+)\.py$"
    r"|courses/(seat_staff_actions|attendance|enrolment_forms|enrolment_views|attendance_views|enrolment_export)\.py$"
    r"|courses/(log_words|planning|planning_views|planning_actions|overview|matching)\.py$"
    r"|network/minutes/(staff_forms|agenda_board|minutes_desk)\.py$"
    r"|^network/(needs/staff_forms|reports/\w+)\.py$|^home/(needs|reports)\.py$|templates/network/needs/admin/"
    r"|/meetings/admin/|/staff_|^network/members/(?!entry_|notifications|statuses|views\.)"
    r"|^home/(desk|next_meeting)\w*\.py$"
    r"|templates/(account|mfa|allauth|portal)/|templates/wagtailadmin/"
)
"""Places whose strings only people with an account see; staff read German or English."""
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
"""What the code fills in, as `%` and as `format` write it."""

sys.path.insert(0, str(ROOT))


def collect() -> polib.POFile:
    """All strings in the code and templates as a template catalogue.

    From a copy, because Django writes beside each template what it reads in it and others may be reading there.
    Without settings: what is collected does not depend on them, and loading the product takes longer than collecting.
    """
    with tempfile.TemporaryDirectory() as folder:
        for room in ROOMS:
            shutil.copytree(ROOT / room, Path(folder) / room, ignore=_speechless)
        (Path(folder) / "locale").mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "django", "makemessages", "--keep-pot", "-l", "xx", "-v", "0"]
        subprocess.run(command, cwd=folder, check=True, env=environment)
        return polib.pofile(str(Path(folder) / "locale" / "django.pot"), wrapwidth=0)


def _speechless(folder: str, names: list[str]) -> set[str]:
    """Names of what holds no strings of ours: other kinds of files, and the demo, which has its own translations."""
    kept = {name for name in names if name.endswith((".py", ".html", ".txt")) or Path(folder, name).is_dir()}
    return set(names) - kept | {name for name in names if name in {"demo", "__pycache__"}}


def is_for_staff(entry: polib.POEntry) -> bool:
    """Whether a string is seen by staff alone; the second set of languages may leave it to German."""
    return bool(entry.occurrences) and all(STAFF.search(place) for place, _line in entry.occurrences)


def catalogues() -> dict[str, Path]:
    """The catalogue file of each language."""
    from django.utils.translation import to_locale

    from portal.languages import LANGUAGES

    return {entry.code: ROOT / "locale" / to_locale(entry.code) / "LC_MESSAGES" / "django.po" for entry in LANGUAGES}


def update() -> None:
    """Bring every catalogue to the collected strings; translations stay, strings no longer used go."""
    template = collect()
    for code, path in catalogues().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        old = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
        known = {(entry.msgid, entry.msgctxt): entry for entry in old if not entry.obsolete}
        new = polib.POFile(wrapwidth=0)
        new.metadata = {**metadata(code), "X-Checked-By": old.metadata.get("X-Checked-By", "nobody yet")}
        for entry in sorted(template, key=lambda item: (item.msgid, item.msgctxt or "")):
            before = known.get((entry.msgid, entry.msgctxt))
            kept = polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgid_plural=entry.msgid_plural,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
            if entry.msgid_plural:
                empty = dict.fromkeys(range(plural_count(code)), "")
                kept.msgstr_plural = before.msgstr_plural if before and before.msgid_plural else empty
            else:
                kept.msgstr = before.msgstr if before and not before.msgid_plural else ""
            new.append(kept)
        new.save(str(path))


PLURALS = {
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
    "fr": "nplurals=2; plural=(n > 1);",
    "tr": "nplurals=2; plural=(n > 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "fa-af": "nplurals=2; plural=(n > 1);",
    "ti": "nplurals=2; plural=(n > 1);",
    "mk": "nplurals=2; plural=(n % 10 == 1 && n % 100 != 11) ? 0 : 1;",
    "ro": "nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2);",
    **dict.fromkeys(
        ("uk", "ru"),
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    ),
}
"""CLDR's plural rules as gettext writes them; where a language is absent: one and many."""


def plural_count(code: str) -> int:
    """How many plural forms a language has in our catalogues."""
    rule = PLURALS.get(code, "nplurals=2; plural=(n != 1);")
    return int(rule.split("=")[1].split(";")[0])


def metadata(code: str) -> dict[str, str]:
    """Head of a catalogue."""
    from django.utils.translation import to_locale

    return {
        "Project-Id-Version": "Lotse",
        "Language": to_locale(code),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS.get(code, "nplurals=2; plural=(n != 1);"),
    }


def problems() -> list[str]:
    """What is wrong with the catalogues: missing, fuzzy, unknown strings, changed placeholders."""
    from portal.languages import language

    template = collect()
    wanted = {(entry.msgid, entry.msgctxt) for entry in template}
    staff = {(entry.msgid, entry.msgctxt) for entry in template if is_for_staff(entry)}
    found = []
    for code, path in catalogues().items():
        entries = _entries(path)
        here = {(entry.msgid, entry.msgctxt) for entry in entries}
        found += [f"{code}: not collected: {msgid!r}" for msgid, _context in sorted(wanted - here, key=str)]
        found += [f"{code}: no longer used: {msgid!r}" for msgid, _context in sorted(here - wanted, key=str)]
        for entry in entries:
            texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            if entry.fuzzy:
                found.append(f"{code}: fuzzy: {entry.msgid!r}")
            if not all(texts):
                left_out = not language(code).complete and (entry.msgid, entry.msgctxt) in staff
                if code != "en" and not left_out:
                    found.append(f"{code}: no translation: {entry.msgid!r}")
                continue
            holes = set(HOLE.findall(entry.msgid))
            for text in texts[-1:]:
                if set(HOLE.findall(text)) != holes:
                    found.append(f"{code}: other placeholders: {entry.msgid!r} → {text!r}")
    return found


def _entries(path: Path) -> list[polib.POEntry]:
    """What stands in a catalogue; thousands of objects, among which the collector of garbage would look in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    finally:
        if was_on:
            gc.enable()


def main() -> int:
    if "--check" not in sys.argv:
        update()
        return 0
    found = problems()
    print("\n".join(found[:80]) or "All catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    sys.exit(main())
