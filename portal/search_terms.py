"""Words made findable across spellings: umlauts, inflection, Arabic and Persian letter variants, Turkish i.

The same function normalises the indexed text and the query, so search works alike on SQLite and PostgreSQL, also in
languages neither database knows (handbook: stack §6).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

LONGEST_QUERY = 200
"""Characters of a query that are looked at."""
LONGEST_WORD = 40
"""Characters of a word that count."""
MOST_WORDS = 8
"""Words of a query that are looked at."""

_ALGORITHMS = {
    "de": "german",
    "de-simple": "german",
    "en": "english",
    "fr": "french",
    "ru": "russian",
    "tr": "turkish",
    "ar": "arabic",
    "fa": "persian",
    "fa-af": "persian",
    "es": "spanish",
    "ro": "romanian",
}
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ی", "ي": "ی", "ة": "ه", "ؤ": "و", "ئ": "ی", "ـ": None, "ك": "ک"}
)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c\u200d\u00ad]")
_KEEPS_MARKS = {"uk", "ru", "mk", "ti"}


@lru_cache(maxsize=32)
def _stemmer(code: str) -> snowballstemmer.stemmer | None:
    name = _ALGORITHMS.get(code)
    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None


def fold(word: str, code: str) -> str:
    """One spelling for a word's variants: Köln, Koeln and Koln are the same; so are كودكان and کودکان."""
    folded = unicodedata.normalize("NFKC", word)
    if code == "tr":
        folded = folded.replace("I", "ı").replace("İ", "i")
    folded = folded.casefold().replace("\u0307", "")
    if code.startswith("de"):
        for umlaut, plain in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("ae", "a"), ("oe", "o"), ("ue", "u")):
            folded = folded.replace(umlaut, plain)
    folded = folded.replace("ı", "i").replace("ё", "е").replace("ґ", "г")
    if code not in _KEEPS_MARKS:
        folded = "".join(char for char in unicodedata.normalize("NFD", folded) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", folded.translate(_ARABIC))


def forms(text: str, code: str) -> list[set[str]]:
    """For each word of a text the set of forms under which it is indexed or looked up."""
    words = _WORD.findall(_MARKS.sub("", unicodedata.normalize("NFC", text.replace("\x00", " "))))
    return [set(variants) for word in words if (variants := _variants(word[:LONGEST_WORD], code))]


@lru_cache(maxsize=50_000)  # a site's vocabulary is small, and stemming in Python is slow
def _variants(word: str, code: str) -> frozenset[str]:
    variants = {fold(word, code)}
    if stemmer := _stemmer(code):
        variants.add(fold(stemmer.stemWord(word.casefold()), code))
    if code == "ar":
        variants.add(re.sub(r"^(و|ف)?(ال|بال|کال|لل)(?=..)", "", fold(word, code)))
        variants.add(re.sub(r"^[وف](?=...)", "", fold(word, code)))
    if code == "ti" and len(word) > 3 and word[0] in "ብንክዝም":
        variants.add(word[1:])
    return frozenset(variant for variant in variants if variant)


def terms_of(texts: Iterable[str], code: str) -> str:
    """All forms of all words of some texts, sorted, for a search index."""
    words: set[str] = set()
    for text in texts:
        words.update(*forms(text or "", code))
    return " ".join(sorted(words))


def query_forms(query: str, code: str) -> list[set[str]]:
    """The words a person searched for, each with its forms; bounded, and harmless whatever was typed."""
    return forms(query[:LONGEST_QUERY], code)[:MOST_WORDS]
