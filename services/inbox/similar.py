"""Cases of the same person find each other through keyed fingerprints of their contacts, which nobody can read back.

Only what a form marks as a contact is taken: `entries` of a document with `"contact"` of `email`, `phone` or `name`.
A name alone is no sign, because many people share one; with a telephone number or an address it is a strong one. Cases
are linked, never merged. After a new pepper (portal.sealing) older cases are found among themselves only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.sealing import blind_index
from services.inbox.models import BlindIndex, Case
from services.inbox.statuses import ContactKind

if TYPE_CHECKING:
    from portal.models import User

MOST = 20
"""Similar cases that are shown."""
MOST_CONTACTS = 8
"""Contacts of one case that are kept: nobody has more, and a list of hundreds is an attack."""


@dataclass(frozen=True)
class Similar:
    """Another case and what it has in common, strongest first."""

    case: Case
    signs: list[str]


def fingerprints(document: dict[str, Any] | None) -> set[tuple[str, str]]:
    """Kind and fingerprint of each contact in a document."""
    values: dict[str, list[str]] = {"email": [], "phone": [], "name": []}
    for entry in _entries(document):
        kind, value = entry.get("contact"), entry.get("value")
        if kind in values and isinstance(value, str) and value.strip():
            values[kind].append(value[:200])
    mails = [text for value in values["email"] if (text := _mail(value))]
    phones = [text for value in values["phone"] if (text := _phone(value))]
    names = [text for value in values["name"] if (text := _name(value))]
    found = {(ContactKind.EMAIL.value, blind_index("email", mail)) for mail in mails[:MOST_CONTACTS]}
    found |= {(ContactKind.PHONE.value, blind_index("phone", phone)) for phone in phones[:MOST_CONTACTS]}
    for name in names[:2]:
        for contact in (mails + phones)[:MOST_CONTACTS]:
            found.add((ContactKind.PERSON.value, blind_index("person", f"{name}|{contact}")))
    return found


def index(case: Case, document: dict[str, Any] | None) -> None:
    """Keep the fingerprints of a case that was just written to the database."""
    BlindIndex.objects.bulk_create(
        [BlindIndex(case=case, kind=kind, digest=digest) for kind, digest in sorted(fingerprints(document))]
    )


def similar_cases(case: Case, user: User, on: date | None = None) -> list[Similar]:
    """Other cases of the same person among those this colleague may open anyway; of others not even the number."""
    own = list(case.blind_indexes.values_list("digest", flat=True))
    visible = Case.objects.visible_to(user, on).filter(district=case.district_id).exclude(pk=case.pk)
    signs: dict[Any, set[str]] = {}
    shared = BlindIndex.objects.filter(digest__in=own, case__in=visible).order_by("-case__created_at")
    for pk, kind in shared.values_list("case", "kind")[: MOST * 4]:
        signs.setdefault(pk, set()).add(kind)
    together = set(visible.filter(submission=case.submission_id).values_list("pk", flat=True))
    rows = visible.filter(pk__in={*list(signs)[:MOST], *together}).select_related("submission", "office")
    found = [Similar(row, _in_words(signs.get(row.pk, set()))) for row in rows.defer("answers_ct")]
    return sorted(found, key=lambda one: one.case.created_at, reverse=True)


def _in_words(kinds: set[str]) -> list[str]:
    order = (ContactKind.PERSON, ContactKind.EMAIL, ContactKind.PHONE)
    return [str(kind.label) for kind in order if kind.value in kinds]


def _entries(document: dict[str, Any] | None) -> Iterable[dict[str, Any]]:
    found = document.get("entries") if isinstance(document, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _mail(value: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    return text if "@" in text else ""


def _phone(value: str) -> str:
    """One spelling for +49 176 …, 0049 176 …, 0176 … and +49 (0)176 …, in whichever digits."""
    digits = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in unicodedata.normalize("NFKC", value)
    )
    text = re.sub(r"[^0-9+]", "", digits.replace("(0)", ""))
    text = re.sub(r"^00", "+", text)
    text = re.sub(r"^0", "+49", text)
    text = "+" + text.replace("+", "") if text.startswith("+") else text
    text = re.sub(r"^\+490", "+49", text)
    return text if len(text) > 6 else ""


def _name(value: str) -> str:
    """The words of a name in any order, without accents, hyphens and case."""
    folded = unicodedata.normalize("NFKD", value.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(sorted(re.findall(r"[^\W_]+", plain)))
