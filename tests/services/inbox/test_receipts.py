"""Number and secret: easy to read out, hard to guess, forgiving to type."""

import pytest

from services.inbox import receipts


def test_the_number_has_the_letters_of_the_district_and_no_look_alikes(ready):
    numbers = [receipts.new_number(ready.district) for _ in range(300)]
    assert len(set(numbers)) == 300
    for number in numbers:
        prefix, first, second = number.split("-")
        assert (prefix, len(first), len(second)) == ("SBK", 4, 2)
        assert not set("0O1IL") & set(first + second)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("Schwarzwald-Baar-Kreis", "SBK"), ("Landkreis Tuttlingen", "LT"), ("Rottweil", "ROT"), ("Öhringen", "OHR")],
)
def test_other_districts_have_other_letters(ready, name, prefix):
    ready.district.name = name
    assert receipts.prefix_of(ready.district) == prefix


def test_the_secret_is_sixteen_digits_in_four_groups():
    secrets = {receipts.new_secret() for _ in range(200)}
    assert len(secrets) == 200
    assert all(len(secret) == 16 and secret.isdigit() for secret in secrets)
    assert receipts.in_groups("1234567812345678") == "1234 5678 1234 5678"


@pytest.mark.parametrize(
    "typed",
    [
        "SBK-7F3K-29",
        "sbk 7f3k 29",
        " SBK7F3K29 ",
        "7F3K-29",
        "SBK–7F3K–29",
        "SBK-7F3K-٢٩",
        "SBK-۷F3K-۲۹",
        "\u200fSBK-7F3K-29\u202c",
        "ЅВК-7F3К-29".replace("Ѕ", "S"),
        "ＳＢＫ－７Ｆ３Ｋ－２９",
    ],
)
def test_a_number_is_understood_however_it_is_typed(ready, typed):
    assert receipts.read_number(typed, ready.district) == "SBK-7F3K-29"


@pytest.mark.parametrize("typed", ["", "SBK", "SBK-7F3K-2", "SBK-7F3K-20", "LONGER-7F3K-29", "💥" * 9, "12-7F3K-29"])
def test_what_is_no_number_is_none(ready, typed):
    assert receipts.read_number(typed, ready.district) is None


@pytest.mark.parametrize(
    "typed",
    [
        "1234567890123456",
        "1234 5678 9012 3456",
        "1234-5678-9012-3456",
        "١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦",
        "۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶",
        "１２３４５６７８９０１２３４５６",
    ],
)
def test_a_secret_is_understood_in_all_digits(typed):
    assert receipts.read_secret(typed) == "1234567890123456"


@pytest.mark.parametrize("typed", ["", "123", "1234 5678 9012 345", "1234 5678 9012 34567", "1234 5678 9012 345x"])
def test_what_is_no_secret_is_none(typed):
    assert receipts.read_secret(typed) is None


@pytest.mark.parametrize(("typed", "part"), [("7f3k29", "7F3K-29"), ("SBK-7F3K-29", "7F3K-29"), ("7f3", "7F3")])
def test_staff_find_a_number_however_they_type_it(typed, part):
    assert receipts.number_part(typed) == part


def test_the_secret_is_in_no_representation():
    assert "1234" not in repr(receipts.Receipt("SBK-7F3K-29", "1234567812345678"))
