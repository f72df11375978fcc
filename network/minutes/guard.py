"""Warns before data about clients gets into minutes and actions: says what, where, and takes a decision about it.

Finding is `portal.personal_data` with addresses and numbers of requests added, which minutes must not hold either
(handbook: domain §4.3 "no client names, no case numbers"). It warns; whoever writes decides and is responsible.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.meetings.models import Invitation, Meeting
from network.members.models import Member
from network.minutes.models import GuardMark, MinutesEntry
from portal.models import District
from portal.personal_data import find_personal_data

ADDRESS, REQUEST = "address", "request"
_LABELS = {ADDRESS: _("an address"), REQUEST: _("the number of a request")}

_UPPER = "A-ZÄÖÜ"
_ADDRESS = re.compile(
    rf"\b(?:[{_UPPER}][\w-]*?(?:straße|strasse|str\.|gasse|weg|platz|allee|ring|damm|steige|halde)"
    rf"|(?:[{_UPPER}][\w-]+[ -]){{1,2}}(?:Straße|Strasse|Str\.|Gasse|Weg|Platz|Allee|Ring|Damm|Steige))"
    r" ?\d{1,4}(?: ?[a-z](?![\w]))?(?:, \d{5} [\w-]+)?"
)
_REQUEST = re.compile(r"(?<![\w-])[A-Z]{2,4}-(?=[0-9A-Z]*\d)[0-9A-Z]{4}-[0-9A-Z]{2}(?![\w-])")
_PLAIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)


@dataclass(frozen=True)
class Suspicion:
    """One thing found: which field, what kind in words, the words themselves, and the words around them."""

    field: str
    kind: str
    label: str | Promise
    words: str
    before: str
    after: str
    line: int

    @property
    def fingerprint(self) -> str:
        """What is kept of a decision about these words. The kind belongs to it, so that a number is not a name."""
        plain = " ".join(self.words.casefold().split())
        return hashlib.sha256(f"{self.kind}|{plain}".encode()).hexdigest()


def warnings_in(texts: dict[str, str], *, known: Iterable[str] = ()) -> list[Suspicion]:
    """What stands in these texts that looks like data about a person; the same words of a field once."""
    known, found = list(known), []
    for field, text in texts.items():
        places = [(hit.kind.value, hit.kind.label, hit.start, hit.end) for hit in find_personal_data(text, known=known)]
        plain = text.translate(_PLAIN_DIGITS)
        for kind, pattern in ((ADDRESS, _ADDRESS), (REQUEST, _REQUEST)):
            for match in pattern.finditer(plain):
                if not any(match.start() < end and start < match.end() for _k, _l, start, end in places):
                    places.append((kind, _LABELS[kind], *match.span()))
        for kind, label, start, end in sorted(places, key=lambda place: place[2]):
            found.append(
                Suspicion(
                    field=field,
                    kind=kind,
                    label=label,
                    words=text[start:end],
                    before=text[max(0, start - 40) : start],
                    after=text[end : end + 40],
                    line=text.count("\n", 0, start) + 1,
                )
            )
    return list({(warning.field, warning.fingerprint): warning for warning in found}.values())


def undecided(
    texts: dict[str, str], *, district: District, meeting: Meeting | None = None, entry: MinutesEntry | None = None
) -> list[Suspicion]:
    """The warnings nobody has decided about: neither a false alarm here, nor kept in this entry for a reason."""
    found = warnings_in(texts, known=known_names(district, meeting))
    if not found:
        return []
    decided = set(
        GuardMark.objects.filter(Q(entry=None) | Q(entry=entry) if entry else Q(entry=None), district=district)
        .filter(fingerprint__in=[warning.fingerprint for warning in found])
        .values_list("fingerprint", flat=True)
    )
    return [warning for warning in found if warning.fingerprint not in decided]


def known_names(district: District, meeting: Meeting | None = None) -> list[str]:
    """Who may be named: the people of the network, and guests and delegates of the meeting."""
    names = list(Member.objects.of(district).values_list("name", flat=True))
    if meeting is not None:
        rows = Invitation.objects.filter(meeting=meeting).values_list("guest_name", "rsvp__delegate_name")
        names += [name for row in rows for name in row if name]
    return names


def mark(
    warnings: Iterable[Suspicion],
    *,
    district: District,
    user: Any,
    reason: str = "",
    entry: MinutesEntry | None = None,
    false_alarms: frozenset[str] = frozenset(),
) -> None:
    """Remember the decision: those among the false alarms for the whole district, the others for this entry."""
    GuardMark.objects.bulk_create(
        GuardMark(
            district=district,
            entry=None if warning.fingerprint in false_alarms else entry,
            kind=warning.kind,
            fingerprint=warning.fingerprint,
            reason="" if warning.fingerprint in false_alarms else reason,
            made_by=user,
        )
        for warning in warnings
        if entry is not None or warning.fingerprint in false_alarms
    )
