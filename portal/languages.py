"""The languages Lotse speaks: one table, and the questions asked of it.

Facts (handbook: design §4, stack §2): Django knows neither Tigrinya, Kurmancî, Pashto, Somali nor plain German, so the
table also feeds Django's own language table before anything asks it. This module imports nothing of Django at load time
and may therefore be used by the settings.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "de"


@dataclass(frozen=True)
class Language:
    """One language of the portal.

    `code` is the tag used in addresses, `lang` attributes and catalogues; `cldr` the locale that Babel knows;
    `fallback` the languages tried, in order, before German when a page is not translated; `complete` says that
    interface and content are fully translated (first set) and not the interface alone (second set).
    """

    code: str
    endonym: str
    name: str
    cldr: str
    rtl: bool = False
    complete: bool = False
    fallback: tuple[str, ...] = ()

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, ready for a `dir` attribute."""
        return "rtl" if self.rtl else "ltr"


LANGUAGES: tuple[Language, ...] = (
    Language("de", "Deutsch", "German", "de", complete=True),
    Language("de-simple", "Einfache Sprache", "Plain German", "de", complete=True),
    Language("en", "English", "English", "en_GB", complete=True),
    Language("ar", "العربية", "Arabic", "ar", rtl=True, complete=True),
    Language("uk", "Українська", "Ukrainian", "uk", complete=True),
    Language("ru", "Русский", "Russian", "ru", complete=True),
    Language("tr", "Türkçe", "Turkish", "tr", complete=True),
    Language("fa", "فارسی", "Persian", "fa", rtl=True, complete=True),
    Language("fr", "Français", "French", "fr", complete=True),
    Language("fa-af", "دری", "Dari", "fa_AF", rtl=True, fallback=("fa",)),
    Language("ku", "Kurdî (Kurmancî)", "Kurmanji", "ku"),
    Language("ckb", "کوردی (سۆرانی)", "Sorani", "ckb", rtl=True),
    Language("ps", "پښتو", "Pashto", "ps", rtl=True),
    Language("ti", "ትግርኛ", "Tigrinya", "ti"),
    Language("so", "Soomaali", "Somali", "so"),
    Language("sq", "Shqip", "Albanian", "sq"),
    Language("mk", "Македонски", "Macedonian", "mk"),
    Language("ka", "ქართული", "Georgian", "ka"),
    Language("es", "Español", "Spanish", "es"),
    Language("ro", "Română", "Romanian", "ro"),
)

_BY_CODE = {language.code: language for language in LANGUAGES}

# What browsers and people send for a language we carry under another tag (RFC 5646 tags seen in Accept-Language).
_ALIASES = {"prs": "fa-af", "fa-ir": "fa", "kmr": "ku", "de-x-ls": "de-simple", "pus": "ps", "tir": "ti", "som": "so"}


def language(code: str | None) -> Language:
    """The language with this tag, its alias or its main part; German if nothing fits. Never raises."""
    tag = (code or "").lower().replace("_", "-")
    tag = _ALIASES.get(tag, tag)
    return _BY_CODE.get(tag) or _BY_CODE.get(tag.split("-")[0]) or _BY_CODE[SOURCE]


def is_known(code: str) -> bool:
    """Whether this exact tag is one of ours."""
    return code in _BY_CODE


def direction(code: str | None) -> str:
    """`rtl` or `ltr` for a language tag."""
    return language(code).direction


def fallback_chain(code: str | None) -> list[str]:
    """The tags to try for content, best first, ending with German: `fa-af` gives fa-af, fa, de."""
    wanted = language(code)
    return list(dict.fromkeys([wanted.code, *wanted.fallback, SOURCE]))


def complete_codes() -> list[str]:
    """The tags of the first set, in the order the language page shows them."""
    return [entry.code for entry in LANGUAGES if entry.complete]


def teach_django() -> None:
    """Add our languages to Django's language table.

    Must run in the settings, before anything asks for language information; otherwise Django raises `KeyError` for
    Tigrinya and writes Pashto from left to right (handbook: stack §2).
    """
    from django.conf import locale

    for entry in LANGUAGES:
        known = locale.LANG_INFO.get(entry.code, {})
        if "name" not in known or entry.code == "de-simple":
            locale.LANG_INFO[entry.code] = {
                "bidi": entry.rtl,
                "code": entry.code,
                "name": entry.name,
                "name_local": entry.endonym,
            }
