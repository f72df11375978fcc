"""Calendar programs of other people, to compare what they show with what the database says.

    from tests.clients import icaljs_occurrences, khal_occurrences, libical_complaints, recurring_occurrences

Each takes the bytes of a calendar file and gives sorted `Occurrence`s (`occurrences.py`), one row per date as a person
would see it; `libical_complaints` gives sentences, none for a file that keeps to RFC 5545 and RFC 5546.
"""

from tests.clients.icaljs import icaljs_occurrences
from tests.clients.khal import khal_occurrences
from tests.clients.libical import libical_complaints
from tests.clients.occurrences import BERLIN, Occurrence, byte_faults, occurrence
from tests.clients.recurring import recurring_occurrences

__all__ = [
    "BERLIN",
    "Occurrence",
    "byte_faults",
    "icaljs_occurrences",
    "khal_occurrences",
    "libical_complaints",
    "occurrence",
    "recurring_occurrences",
]
