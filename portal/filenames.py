"""Names of files that people send: kept for people to read, harmless for every program, never used on a disk. Pure."""

from __future__ import annotations

import unicodedata

LONGEST = 100
"""Characters of a name with its ending."""

NAMELESS = "file"
KEPT_JOINERS = "\u200c\u200d"
"""Persian and emoji need them; all other invisible characters go, above all those that turn the reading direction."""

FORBIDDEN = frozenset('/\\:*?"<>|')
"""What some system cannot have in a name."""

FORMULA = "=+-@\t "
"""With these a cell of a table begins to compute."""

RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}
)
"""Names that Windows gives to devices."""


def ending_of(name: str) -> str:
    """The ending in small letters without its dot; empty for none, and for a number, as in `12.30.15`."""
    ending = _plain(name).rpartition(".")[2] if "." in name else ""
    return "" if ending.isdecimal() else ending.strip().casefold()


def safe_name(name: str, ending: str) -> str:
    """The name with its true ending, for example `Bescheid 3.pdf`; `file.pdf` where nothing of it is left."""
    stem = _plain(name)
    if "." in stem and 0 < len(ending_of(name)) <= 5:
        stem = stem.rpartition(".")[0]
    stem = "".join("-" if char in FORBIDDEN else char for char in stem)
    stem = " ".join(stem.split()).lstrip(FORMULA + ".").rstrip(". ")
    if stem.casefold() in RESERVED:
        stem = f"{NAMELESS}-{stem}"
    stem = stem[: LONGEST - len(ending) - 1].rstrip(". " + KEPT_JOINERS)
    return f"{stem or NAMELESS}.{ending}"


def shown_name(name: str) -> str:
    """The name as its owner knows it, to say which file is meant; not for storing."""
    return " ".join(_plain(name).split())[:LONGEST]


def _plain(name: str) -> str:
    """Without folders, control characters and invisible ones. Letters stay as they were typed, composed (NFC)."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    return "".join(
        char
        for char in last
        if char in KEPT_JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
