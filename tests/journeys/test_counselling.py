"""Amira asks for counselling without a script and without an account; Lena answers; Amira reads the answer."""

from __future__ import annotations

import re

import pytest

from portal.languages import direction
from tests.journeys.people import log_in, press

pytestmark = pytest.mark.browser
ANSWERS = {"de": "Kommen Sie am Dienstag um 10 Uhr.", "ar": "تعالوا يوم الثلاثاء الساعة 10."}
QUESTION = {"de": "Ich möchte arbeiten. <b>Wie?</b>", "ar": "أريد أن أعمل. <b>كيف؟</b>"}


def fine(page, code: str) -> None:
    """The page says its language, fits its width, and shuts nobody out."""
    assert page.get_attribute("html", "lang") == code
    assert page.get_attribute("html", "dir") == direction(code)
    width = page.viewport_size["width"]
    assert page.locator("body").bounding_box()["width"] <= width


def go_on(page) -> None:
    press(page, "button[name=action][value=continue]")


def fill_in(page, demo, code: str) -> None:
    """All steps of the counselling form up to the check."""
    page.goto(f"{demo.url}/{code}/forms/counselling/")
    fine(page, code)
    press(page, "main form button")
    page.check("input[name=q-danger][value=none]")
    go_on(page)
    page.check("input[name=q-actor][value=self]")
    go_on(page)
    page.select_option("select[name=q-ags]", "08326017")
    page.check("input[name=q-phase][value=AU]")
    page.check("input[name=q-unaccompanied_minor][value=no]")
    go_on(page)  # a branch opened: since when?
    go_on(page)
    page.check("input[name=q-topics][value=work]")
    page.fill("textarea[name=q-text]", QUESTION[code])
    go_on(page)
    page.select_option("select[name=q-contact_lang]", code)
    page.check("input[name=q-interpreter][value=no]")
    page.check("input[name=q-channels][value=visit]")
    fine(page, code)
    go_on(page)
    assert page.url.endswith("/check/")
    fine(page, code)


def look_in_another_language(page, code: str) -> None:
    """Changing the language half way keeps everything; and back again."""
    here, other = page.url, {"de": "ar", "ar": "de"}[code]
    for language in (other, code):
        page.goto(here.replace(f"/{code}/", f"/{language}/", 1))
        fine(page, language)
        assert page.url.endswith("/check/")
        assert QUESTION[code] in page.inner_text("main")


@pytest.mark.parametrize("code", ["de", "ar"])
def test_a_request_reaches_the_right_office_in_whatever_language_and_the_answer_comes_back(visit, demo, code):
    amira = visit(width=320, js=False).page
    fill_in(amira, demo, code)
    look_in_another_language(amira, code)
    assert "Landratsamt" in amira.inner_text("main")
    amira.wait_for_timeout(2500)  # a person reads before sending; faster than two seconds is asked to look again
    press(amira, "main form[novalidate] .buttons button")
    assert amira.url.endswith("/receipt/")
    receipt = amira.inner_text("main")
    number = re.search(r"SBK-[A-Z0-9]{4}-[A-Z0-9]{2}", receipt).group()
    secret = re.search(r"\d{4}\s\d{4}\s\d{4}\s\d{4}", receipt).group()

    lena = visit(width=1280).page
    log_in(lena, demo, "case_worker", "/admin/inbox/")
    press(lena, f"a:has-text('{number}')")
    text = lena.inner_text("main")
    assert QUESTION[code] in text, "hostile markup is text"
    assert "Furtwangen" in text
    lena.locator("#reply_text").fill(ANSWERS[code])
    press(lena, "#reply button[name=do][value=send]")
    assert ANSWERS[code] in lena.inner_text("main")

    omar = visit(width=1280).page
    address = lena.url
    log_in(omar, demo, "other_office", "/admin/inbox/")
    assert number not in omar.inner_text("main")
    omar.goto(address)
    assert omar.url == f"{demo.url}/admin/", "refused, and led back"
    assert ANSWERS[code] not in omar.content()

    admin = visit(width=1280).page
    log_in(admin, demo, "admin", "/admin/account/")
    admin.goto(address)
    assert admin.url == f"{demo.url}/admin/", "refused, and led back"
    assert ANSWERS[code] not in admin.content()

    again = visit(width=320, js=False).page
    again.goto(f"{demo.url}/{code}/status/")
    again.fill("input[name=number]", number.lower())
    again.fill("input[name=secret]", secret)
    press(again, "main form button")
    assert ANSWERS[code] in again.inner_text("main")
    fine(again, code)
    again.locator("form:has(textarea) textarea").first.fill("Danke!")
    press(again, "form:has(textarea) button[value=send]")
    assert "Danke!" in again.inner_text("main")


def test_nothing_typed_is_lost_by_an_error_or_a_reload(visit, demo):
    page = visit(width=360, js=False).page
    page.goto(f"{demo.url}/de/forms/counselling/")
    press(page, "main form button")
    go_on(page)
    assert page.title().startswith("Fehler: ")
    assert page.locator(".note--error a").first.get_attribute("href").startswith("#")
    page.check("input[name=q-danger][value=none]")
    go_on(page)
    page.reload()
    page.check("input[name=q-actor][value=family]")
    go_on(page)
    assert page.url.endswith("/where/")
    page.goto(page.url.replace("/where/", "/who/"))
    assert page.is_checked("input[name=q-actor][value=family]")


def test_in_danger_the_numbers_come_first_and_the_way_out_is_near(visit, demo):
    page = visit(width=320, js=False).page
    page.goto(f"{demo.url}/de/forms/counselling/")
    press(page, "main form button")
    page.check("input[name=q-danger][value=violence]")
    go_on(page)
    text = page.inner_text("main")
    assert "116 016" in text or page.locator("a[href='tel:116016']").count()
    assert page.locator("button:has-text('sofort verlassen')").count() == 1


def test_the_example_request_of_the_tour_can_be_read(visit, demo):
    row = demo.rows["case_status"]
    page = visit(width=320, js=False).page
    page.goto(row["url"])
    page.fill("input[name=number]", row["login"])
    page.fill("input[name=secret]", row["password"])
    press(page, "main form button")
    assert "Sprechstunde" in page.inner_text("main")


def test_a_wrong_secret_opens_nothing(visit, demo):
    row = demo.rows["case_status"]
    page = visit(width=320, js=False).page
    page.goto(row["url"])
    page.fill("input[name=number]", row["login"])
    page.fill("input[name=secret]", "1234 5678 1234 5678")
    press(page, "main form button")
    assert "Sprechstunde" not in page.inner_text("main")
    assert page.locator(".note--error").count() == 1


def test_the_code_on_the_receipt_opens_the_door_and_leaves_the_address(visit, demo):
    row = demo.rows["case_status"]
    page = visit(width=320).page
    page.goto(f"{row['url']}#{row['login']}/{row['password']}")
    assert page.input_value("input[name=number]") == row["login"]
    assert "#" not in page.url
    press(page, "main form button")
    assert "Sprechstunde" in page.inner_text("main")
