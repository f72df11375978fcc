"""How people type: any digits, any spacing, any script; what is kept is canonical, what is wrong is said kindly."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict
from django.utils import translation

from services.intake.fields import harmless, western
from services.intake.forms import HumanForm, stamp, step_form
from services.intake.wording import both, choose, plain, spoken
from tests.services.intake.factories import compiled, question, step

TOWNS = [("08326012", "Donaueschingen"), ("08326074", "Villingen-Schwenningen")]


def asked(kind, value, **more):
    """The form of one question, answered with a value or with values of its parts."""
    document = compiled(step("a", question("x", kind, **more)))
    data = QueryDict(mutable=True)
    data["q-shown"] = "x"
    for name, text in value.items() if isinstance(value, dict) else [("", value)]:
        data.setlist(f"q-x{name}", text if isinstance(text, list) else [text])
    return step_form(document, "a", "de", lambda: TOWNS)(data)


def kept(kind, value, **more):
    form = asked(kind, value, **more)
    assert form.is_valid(), form.errors
    return form.cleaned_data["x"]


def complaint(kind, value, **more):
    form = asked(kind, value, **more)
    assert not form.is_valid()
    return form.errors["x"][0]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07721 12345", "+49 7721 12345"),
        ("(07721) 12 34-5", "+49 7721 12345"),
        ("٠٧٧٢١ ١٢٣٤٥", "+49 7721 12345"),
        ("۰۷۷۲۱۱۲۳۴۵", "+49 7721 12345"),
        ("+380 44 123 4567", "+380 44 123 4567"),
        ("00963 11 123 4567", "+963 11 123 4567"),
        ("\u200e0151 23456789\u200e", "+49 1512 3456789"),
        ("０１５１２３４５６７８９", "+49 1512 3456789"),
        ("\u202a+49 151 23456789\u202c", "+49 1512 3456789"),
    ],
)
def test_a_telephone_number_is_understood_however_it_is_written(typed, number):
    assert kept("tel", typed) == number


@pytest.mark.parametrize("typed", ["no", "12", "++", "0", "1" * 40, "<script>"])
def test_a_number_nobody_can_call_is_questioned_with_an_example(typed):
    assert "07721" in complaint("tel", typed)


@pytest.mark.parametrize(
    "parts",
    [("3", "9", "2026"), ("03", "09", "2026"), ("٣", "٩", "٢٠٢٦"), ("۰۳", "۹", "۲۰۲۶"), (" 3 ", "9\u200f", "２０２６")],
)
def test_a_date_is_three_small_fields_in_any_digits(parts):
    assert kept("date", dict(zip(("_day", "_month", "_year"), parts, strict=True))) == "2026-09-03"
    assert kept("month", dict(zip(("_month", "_year"), parts[1:], strict=True))) == "2026-09"


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2026"), ("0", "1", "2026"), ("1", "13", "2026"), ("1", "", "2026"), ("x", "1", "2026"),
        ("1", "1", "26"), ("1", "1", "99999999999"), ("-1", "1", "2026"), ("1.5", "1", "2026"), ("", "", "2026"),
        ("1", "1", "1899"),
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_questioned_and_what_was_typed_stays(parts):
    data = dict(zip(("_day", "_month", "_year"), parts, strict=True))
    form = asked("date", data)
    assert "27" in complaint("date", data)
    html = str(form["x"])
    assert all(f'value="{text}"' in html for text in parts if text)


def test_an_optional_date_may_stay_empty_a_required_one_not():
    assert kept("date", {"_day": "", "_month": " ", "_year": ""}) is None
    assert "Frage x" in complaint("date", {"_day": ""}, required=True)


def test_a_kept_date_is_shown_again_in_its_parts():
    document = compiled(step("a", question("x", "date"), question("y", "month")))
    form = step_form(document, "a", "de", list)(initial={"x": "2026-09-03", "y": "2026-12"})
    assert re.findall(r'value="(\d+)"', str(form["x"]) + str(form["y"])) == ["3", "9", "2026", "12", "2026"]
    assert ">Tag</label>" in str(form["x"])
    with translation.override("en"):
        assert ">Day</label>" in str(form["x"])


@pytest.mark.parametrize(("typed", "number"), [("3", "3"), ("٣", "3"), (" 03 ", "3"), ("0", "0")])
def test_a_number_in_any_digits(typed, number):
    assert kept("number", typed, max=10) == number


@pytest.mark.parametrize("typed", ["-1", "1.5", "eleven", "11", "1" * 12])
def test_a_number_that_is_none_or_too_high_is_questioned(typed):
    assert complaint("number", typed, max=10)


@pytest.mark.parametrize("typed", ["amira@example.org", " amira@example.org ", "amira＠example.org"])
def test_an_address_is_understood(typed):
    assert kept("email", typed) == "amira@example.org"


@pytest.mark.parametrize("typed", ["amira", "amira@", "@example.org", "a b@example.org", "x" * 260 + "@example.org"])
def test_an_address_that_cannot_be_is_questioned(typed):
    assert complaint("email", typed)


def test_words_stay_as_they_were_written():
    assert kept("textarea", "  سلام\u200cعلیکم\r\n‎Grüße 👋  ") == "سلام\u200cعلیکم\n‎Grüße 👋"
    assert kept("text", "") is None


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2069", "\x00", "\x1b", "\x7f"])
def test_marks_that_deceive_the_reader_are_taken_out(mark):
    assert kept("text", f"a{mark}b") == "ab"
    assert harmless(f"{mark}x") == "x"


def test_length_is_counted_in_characters_and_line_ends_count_once():
    assert kept("textarea", "a\r\n" * 10, max=20) == "\n".join("a" * 10)
    assert "20" in complaint("textarea", "a" * 21, max=20)
    assert "maxlength" not in str(asked("textarea", "x", max=20)["x"])


@pytest.mark.parametrize("kind", ["radio", "select"])
def test_only_an_option_of_the_form_is_an_answer(kind):
    assert kept(kind, "yes") == "yes"
    assert kept(kind, "") is None
    assert "Frage x" in complaint(kind, "maybe")
    assert "Frage x" in complaint(kind, "", required=True)


def test_several_ticks_are_kept_in_the_order_of_the_form_and_once():
    assert kept("checkbox", ["no", "yes", "no"]) == ["yes", "no"]
    assert kept("checkbox", []) == []
    assert "1" in complaint("checkbox", ["no", "yes"], max=1)
    assert complaint("checkbox", ["maybe"])
    assert complaint("checkbox", [], required=True)


@pytest.mark.parametrize("value", ["08326012", "elsewhere", "unknown"])
def test_a_place_of_the_district_another_or_not_known(value):
    assert kept("municipality", value) == value


@pytest.mark.parametrize("value", ["08327050", "Donaueschingen", "0832601２"])
def test_another_place_cannot_be_forged(value):
    assert complaint("municipality", value)


def test_names_of_places_are_marked_as_german_and_languages_as_themselves():
    html = str(asked("municipality", "08326012")["x"])
    assert '<option value="08326012" selected lang="de"' in html
    html = str(asked("language", "ar")["x"])
    assert '<option value="ar" selected lang="ar" dir="auto">العربية</option>' in html
    assert kept("language", "elsewhere") == "elsewhere"
    assert complaint("language", "xx")


def test_the_language_of_the_page_is_chosen_beforehand():
    document = compiled(step("a", question("x", "language")))
    with translation.override("ar"):
        assert '<option value="ar" selected' in str(step_form(document, "a", "ar", list)()["x"])


@pytest.mark.parametrize(("kind", "attributes"), [
    ("tel", ['type="tel"', 'dir="ltr"', 'autocomplete="tel"', 'class="input"']),
    ("email", ['type="email"', 'dir="ltr"', 'autocomplete="email"', 'class="input"']),
    ("text", ['type="text"', 'dir="auto"', 'autocomplete="off"', 'class="input"']),
    ("textarea", ['dir="auto"', 'class="input"']),
    ("number", ['inputmode="numeric"', 'dir="ltr"', 'class="input input--short"']),
    ("date", ['inputmode="numeric"', 'dir="ltr"', 'class="input input--short"']),
])  # fmt: skip
def test_fields_know_their_direction_and_what_to_offer(kind, attributes):
    html = str(asked(kind, "")["x"])
    assert not [wanted for wanted in attributes if wanted not in html]
    assert "required" not in html


def test_a_form_may_say_what_the_browser_may_offer():
    assert 'autocomplete="nickname"' in str(asked("text", "", autocomplete="nickname")["x"])


def test_western_digits_of_every_script():
    assert western("٠١٢ ۳۴۵ ६७८ ৯") == "012 345 678 9"
    assert western("१２\u200f٣") == "123"


# Words ---------------------------------------------------------------------------------------------------------------

WORDS = {"de": "Es geht an: **{office}**.", "ar": "إلى **{office}**.", "fa": "به"}


def test_a_sentence_in_the_readers_language_or_the_next_of_the_chain():
    assert choose(WORDS, "ar") == (WORDS["ar"], "ar")
    assert choose(WORDS, "fa-af") == ("به", "fa")
    assert choose(WORDS, "ti") == (WORDS["de"], "de")
    assert choose({}, "ti") == ("", "")


def test_a_sentence_in_another_language_says_so():
    assert spoken({"de": "Hallo"}, "de") == "Hallo"
    assert spoken({"de": "Hallo"}, "ar") == '<span lang="de" dir="ltr">Hallo</span>'
    assert spoken(WORDS, "fa-af") == '<span lang="fa" dir="rtl">به</span>'


def test_an_inserted_name_is_isolated_and_german_words_keep_their_language():
    assert spoken(WORDS, "ar", office="Amt <b>") == (
        'إلى <b lang="de" dir="ltr"><bdi lang="de">Amt &lt;b&gt;</bdi></b>.'
    )
    assert spoken({"de": "**fett** <i>"}, "de") == "<b>fett</b> &lt;i&gt;"
    assert plain({"de": "**fett**"}, "de") == "fett"


def test_a_case_keeps_german_and_what_was_read():
    assert both({"de": "Ja", "ar": "نعم"}, "ar") == {"de": "Ja", "ar": "نعم"}
    assert both({"de": "Ja", "ar": "نعم"}, "ti") == {"de": "Ja"}


# Machines ------------------------------------------------------------------------------------------------------------


def human(now=100.0, **data):
    return HumanForm(QueryDict("&".join(f"{key}={value}" for key, value in data.items())), now=now)


def test_who_reads_for_a_month_is_as_human_as_who_reads_for_a_second():
    assert human(now=101, since=stamp(100)).is_valid()
    assert human(now=100 + 86_400 * 30, since=stamp(100)).is_valid()


@pytest.mark.parametrize("since", ["", "100", "100:forged", "x" * 300])
def test_who_is_too_fast_or_sends_no_time_presses_once_more(since):
    form = human(now=100.2, since=since or stamp(100))
    assert not form.is_valid()
    again = HumanForm(form.again().data, now=104.0)
    assert again.is_valid()


def test_the_field_nobody_sees_can_be_corrected_by_pressing_again():
    form = human(now=160, since=stamp(100), website="http://spam")
    assert not form.is_valid()
    assert HumanForm(form.again().data, now=161.0).is_valid()
