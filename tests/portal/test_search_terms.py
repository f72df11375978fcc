"""A person finds a word however they spell it."""

import pytest

from portal.search_terms import LONGEST_QUERY, MOST_WORDS, forms, query_forms, terms_of


@pytest.mark.parametrize(
    ("typed", "written", "code"),
    [
        ("Koln", "Köln", "de"),
        ("Koeln", "Köln", "de"),
        ("Strasse", "Straße", "de"),
        ("Familie", "Familien", "de"),
        ("Arzt", "Ärzte", "de"),
        ("Aerzte", "Ärzte", "de"),
        ("Krankenkassen", "Krankenkasse", "de"),
        ("WOHNUNG", "Wohnung", "de"),
        ("anmelden", "anmeldung", "de"),
        ("مدارس", "المدارس", "ar"),
        ("اطفال", "والأطفال", "ar"),
        ("مدرسه", "مدرسة", "ar"),
        ("طَبِيب", "طبيب", "ar"),
        ("كودكان", "کودکان", "fa"),
        ("می‌روم", "میروم", "fa"),
        ("okul", "okullar", "tr"),
        ("calisma", "çalışma", "tr"),
        ("İŞ", "iş", "tr"),
        ("житло", "ЖИТЛО", "uk"),
        ("елка", "ёлка", "ru"),
        ("школы", "школа", "ru"),
        ("ህጻናት", "ንህጻናት", "ti"),
        ("ecole", "école", "fr"),
        ("schools", "school", "en"),
        ("zanin", "zanîn", "ku"),
    ],
)
def test_the_typed_word_finds_the_written_one(typed, written, code):
    indexed = set(terms_of([written], code).split())
    assert all(group & indexed for group in query_forms(typed, code))


@pytest.mark.parametrize(
    ("typed", "written", "code"),
    [
        ("Schule", "Wohnung", "de"),
        ("طبيب", "مدرسة", "ar"),
        ("школа", "квартира", "uk"),
    ],
)
def test_other_words_stay_apart(typed, written, code):
    indexed = set(terms_of([written], code).split())
    assert not all(group & indexed for group in query_forms(typed, code))


@pytest.mark.parametrize(
    "junk", ["", "   ", '"', "'", "* AND (", "\x00\x01", "😀😀", "a" * 10_000, "-- ; DROP", "\u202e"]
)
def test_no_input_is_dangerous(junk):
    groups = query_forms(junk, "de")
    assert len(groups) <= MOST_WORDS
    assert all(word.isalnum() for group in groups for word in group)


def test_only_the_beginning_of_an_endless_query_counts():
    assert query_forms("x" * LONGEST_QUERY + " wohnung", "de") == query_forms("x" * LONGEST_QUERY, "de")


def test_words_without_letters_vanish():
    assert forms("… — !", "de") == []
