"""Every language says its name and its direction, whatever Django knows of it."""

import pytest
from babel import Locale as Cldr
from django.conf import settings
from django.utils import translation

from portal.languages import LANGUAGES, complete_codes, direction, fallback_chain, language

RIGHT_TO_LEFT = {"ar", "fa", "fa-af", "ckb", "ps"}


@pytest.mark.parametrize("entry", LANGUAGES, ids=lambda entry: entry.code)
class TestEachLanguage:
    def test_has_a_direction_in_our_table_and_in_djangos(self, entry):
        assert entry.rtl == (entry.code in RIGHT_TO_LEFT)
        with translation.override(entry.code):
            assert translation.get_language_bidi() == entry.rtl
        assert translation.get_language_info(entry.code)["bidi"] == entry.rtl

    def test_names_itself(self, entry):
        assert entry.endonym
        assert translation.get_language_info(entry.code)["code"] == entry.code

    def test_is_recognised_in_an_address(self, entry):
        assert translation.check_for_language(entry.code)
        assert translation.get_language_from_path(f"/{entry.code}/") == entry.code

    def test_has_dates_in_cldr(self, entry):
        assert Cldr.parse(entry.cldr).days["format"]["wide"][0]

    def test_falls_back_to_german_in_the_end(self, entry):
        assert fallback_chain(entry.code)[-1] == "de"
        assert fallback_chain(entry.code)[0] == entry.code


def test_the_first_set_is_complete():
    assert complete_codes() == ["de", "de-simple", "en", "ar", "uk", "ru", "tr", "fa", "fr"]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("prs", "fa-af"),
        ("kmr", "ku"),
        ("ar-SY", "ar"),
        ("UK", "uk"),
        ("xx", "de"),
        ("", "de"),
        (None, "de"),
        ("de-simple", "de-simple"),
        ("de_AT", "de"),
    ],
)
def test_tags_that_browsers_send_are_understood(sent, meant):
    assert language(sent).code == meant


def test_plain_german_falls_back_to_german_in_the_interface():
    with translation.override("de-simple"):
        assert translation.gettext("Search") in {"Suche", "Suchen"}


def test_unknown_tags_read_from_left_to_right():
    assert direction("zz") == "ltr"


def test_djangos_table_and_ours_agree():
    assert {code for code, _name in settings.LANGUAGES} == {entry.code for entry in LANGUAGES}
