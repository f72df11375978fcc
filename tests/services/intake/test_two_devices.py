"""Two devices at the same page: nobody writes over the other unseen, both versions are shown, nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from services.inbox.models import Submission
from services.intake.answers import LONG_LIFETIME
from services.intake.models import Draft
from tests.services.intake.factories import Walker, open_form, proof, source
from tests.services.intake.test_resume import elsewhere, save
from tests.standing import told_once

kept = told_once(open_form)


@pytest.fixture
def amira(kept, db, client) -> Walker:
    return Walker(client).start().fill()


@pytest.fixture
def other(amira) -> Walker:
    return elsewhere(amira, save(amira))


def seen(walker: Walker, where: str) -> str:
    """The mark in the page this device has open."""
    return re.search(r'name="seen" value="([^"]*)"', walker.get(where).content.decode())[1]


def write(walker: Walker, mark: str, text: str, **more: str):
    """Press Continue on the page with the free text, opened when the mark was made."""
    data = {"q-shown": ["topics", "text", "lose_home"], "q-topics": "work", "q-text": text, "seen": mark, **more}
    return walker.client.post(walker.path("topic"), data)


def test_a_page_that_changed_elsewhere_is_not_written_over_and_both_versions_are_shown(amira, other):
    mark = seen(amira, "topic")
    assert write(other, seen(other, "topic"), "Vom anderen Gerät").status_code == 303
    response = write(amira, mark, "Von diesem Gerät")
    assert response["Location"] == f"{amira.path('both')}?step=topic"
    assert amira.store().kept.answers["text"] == "Vom anderen Gerät"
    page = amira.client.get(response["Location"])
    html = page.content.decode()
    assert page.status_code == 409
    assert "Vom anderen Gerät" in html
    assert "Von diesem Gerät" in html
    assert f"<bdi>{_label('topics', 'work')}</bdi>" in html
    assert ">work<" not in html


def _label(key: str, option: str) -> str:
    """What a person reads for an option."""
    questions = [entry for part in source()["steps"] for entry in part["questions"] if entry["key"] == key]
    return next(entry["label"] for entry in questions[0]["options"] if entry["key"] == option)


@pytest.mark.parametrize(("keep", "text"), [("mine", "Von diesem Gerät"), ("theirs", "Vom anderen Gerät")])
def test_the_person_decides_and_sees_the_page_once_more(amira, other, keep, text):
    mark = seen(amira, "topic")
    write(other, seen(other, "topic"), "Vom anderen Gerät")
    both = write(amira, mark, "Von diesem Gerät")["Location"]
    assert amira.client.post(both, {"keep": keep})["Location"] == amira.path("topic")
    assert text in amira.get("topic").content.decode()
    assert write(amira, seen(amira, "topic"), text)["Location"] == amira.path("contact")
    assert amira.store().kept.answers["text"] == text
    assert not amira.store().kept.beside


@pytest.mark.parametrize("action", ["back", "save", "language", "stay"])
def test_what_is_unfinished_is_not_written_over_either(amira, other, action):
    mark = seen(amira, "topic")
    write(other, seen(other, "topic"), "Halb, drüben", action="back")
    assert write(amira, mark, "Halb, hier", action=action)["Location"].startswith(amira.path("both"))
    html = amira.client.get(amira.path("both") + "?step=topic").content.decode()
    assert "Halb, drüben" in html
    assert "Halb, hier" in html


def test_the_same_answer_twice_is_no_question(amira, other):
    mark = seen(amira, "topic")
    write(other, seen(other, "topic"), "Gleich")
    assert write(amira, mark, "Gleich")["Location"] == amira.path("contact")


def test_different_pages_never_disturb_each_other(amira, other):
    mark = seen(amira, "topic")
    helper = {"actor": "helper", "knows": "yes", "helper_name": "H", "helper_phone": "07721 99999"}
    there = {f"q-{key}": value for key, value in {**helper, "contact_whom": "both"}.items()}
    assert other.client.post(other.path("who"), {**there, "seen": seen(other, "who")}).status_code == 303
    assert write(amira, mark, "Text")["Location"] == amira.path("contact")
    assert amira.store().kept.answers["helper_name"] == "H"


def test_on_one_device_the_last_word_counts_and_the_browsers_way_back_asks_nothing(amira):
    mark = seen(amira, "topic")
    write(amira, mark, "Erst")
    assert write(amira, mark, "Dann")["Location"] == amira.path("contact")
    assert amira.store().kept.answers["text"] == "Dann"


def test_the_page_of_both_is_only_for_who_has_something_there(amira, other):
    for path in (f"{amira.path('both')}?step=topic", f"{amira.path('both')}?step=%00x", amira.path("both")):
        assert amira.client.get(path).status_code == 302
        assert amira.client.post(path, {"keep": "mine"}).status_code == 302


def test_nobody_sends_answers_they_have_not_seen(amira, other):
    page = amira.get("check")
    data = {**proof(page), "seen": re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]}
    write(other, seen(other, "topic"), "Später geändert")
    response = amira.client.post(amira.path("check"), data)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Später geändert" in html
    assert not Submission.objects.exists()
    data["seen"] = re.search(r'name="seen" value="([^"]*)"', html)[1]
    assert amira.client.post(amira.path("check"), data)["Location"] == amira.path("receipt")
    assert Submission.objects.count() == 1


def test_if_the_change_opened_a_question_it_is_asked_first(amira, other):
    page = amira.get("check")
    data = {**proof(page), "seen": re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]}
    there = {"q-shown": "danger", "q-danger": "violence", "seen": seen(other, "danger")}
    assert other.client.post(other.path("danger"), there).status_code == 303
    assert amira.client.post(amira.path("check"), data)["Location"] == amira.path("danger")
    assert not Submission.objects.exists()


# The end of a draft is announced -------------------------------------------------------------------------------------


def test_every_page_says_until_when_the_answers_are_kept(amira):
    until = timezone.localtime(Draft.objects.get().expires_at)
    for where in ("danger", "topic", "check"):
        html = amira.get(where).content.decode()
        assert f'<bdi dir="ltr">{until:%H:%M}</bdi>' in html
        assert re.search(r"data-kept-until=\"[^\"]+\" hidden>", html)


def test_who_comes_late_is_warned_without_script_and_can_stay(amira):
    Draft.objects.update(
        started_at=timezone.now() - timedelta(hours=23), expires_at=timezone.now() + timedelta(hours=1)
    )
    html = amira.get("topic").content.decode()
    assert re.search(r"note--warning\" data-kept-until=\"[^\"]+\">", html)
    response = amira.act("topic", "stay", topics=["work"], text="Noch nicht fertig")
    assert response["Location"] == amira.path("topic")
    assert Draft.objects.get().expires_at > timezone.now() + timedelta(hours=23)
    assert "Noch nicht fertig" in amira.get("topic").content.decode()
    assert response.cookies[f"lotse_draft_{amira.draft.replace('-', '')}"]["max-age"] > 80_000


def test_the_check_page_has_a_button_to_stay_too(amira):
    Draft.objects.update(
        started_at=timezone.now() - timedelta(hours=23), expires_at=timezone.now() + timedelta(hours=1)
    )
    assert 'form="stay"' in amira.get("check").content.decode()
    assert amira.client.post(amira.path("stay"))["Location"] == amira.path("check")
    assert Draft.objects.get().expires_at > timezone.now() + timedelta(hours=23)


def test_nobody_stays_longer_than_seven_days(amira):
    started = timezone.now() - timedelta(days=6, hours=20)
    Draft.objects.update(started_at=started, expires_at=timezone.now() + timedelta(minutes=30))
    amira.act("topic", "stay")
    assert Draft.objects.get().expires_at == started + LONG_LIFETIME
    assert 'value="stay"' not in amira.get("topic").content.decode()
