"""Lena at one case: everything is there, nothing a person wrote is alive, the page stays fast."""

import pytest
from django.urls import reverse

from services.inbox import actions
from services.inbox.models import Case
from services.inbox.transitions import TABLE, Action
from tests.services.inbox import desk
from tests.services.inbox.factories import case_of, document, part, send, visitor_of, write

pytestmark = pytest.mark.ignore_template_errors
HOSTILE = '"><script>alert("x")</script><img src=x onerror=alert(1)>{{ 7|add:7 }}{% csrf_token %}\u202e'


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    return client


def test_each_form_on_the_page_does_what_it_says_when_pressed(lena, ready):
    for name, data in desk.forms(ready, None).items():
        case = case_of(send(ready))
        response = desk.post(lena, case, name, **data)
        assert response.status_code == 302, name
        assert case.events.exclude(verb__in=["received", "read"]).count() == 1, name
        row = Case.objects.get(pk=case.pk)
        assert row.version == 2
        assert TABLE[Action(name)].to in {None, row.status}


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("ask", {}),
        ("ask", {"items": ["nonsense"]}),
        ("transfer", {"to": "999999", "reason": "moved"}),
        ("transfer", {"to": "x", "reason": "because"}),
        ("refer", {"to": ""}),
        ("hold", {"until": "gestern", "reason": "ongoing"}),
        ("hold", {"until": "2999-01-01", "reason": "ongoing"}),
        ("hold", {"until": "2020-01-01", "reason": "ongoing"}),
        ("erase_ask", {"reason": ""}),
        ("translate", {"message": "x", "text": "y"}),
        ("translate", {"message": "00000000-0000-0000-0000-000000000000", "text": "y"}),
        ("cancel", {"appointment": "x"}),
        ("cancel", {"appointment": "00000000-0000-0000-0000-000000000000"}),
        ("erase_no", {}),
        ("unhold", {}),
        ("reply", {"text": "x", "language": "de", "after": "closed", "reason": ""}),
    ],
)
def test_bad_input_is_told_and_changes_nothing(lena, case, receipt, action, data):
    response = desk.post(lena, case, action, **data)
    assert response.status_code in {403, 409, 422}
    assert 'id="problem"' in response.content.decode()
    assert case_of(receipt).version == 1


def test_a_closed_case_offers_what_is_possible_and_nothing_else(lena, ready, case):
    actions.close(case=case, by=ready.lena, reason="helped", version=1)
    text = lena.get(desk.address(case)).content.decode()
    for name in ("note", "reopen", "hold", "erase_ask"):
        assert f'name="action" value="{name}"' in text
    for name in ("take", "assign", "reply", "ask", "appoint", "transfer", "refer", "close", "status"):
        assert f'name="action" value="{name}"' not in text


def test_an_answer_to_a_case_that_was_closed_meanwhile_is_still_in_its_form(lena, ready, case, receipt):
    actions.close(case=case, by=ready.lena, reason="helped", version=1)
    response = desk.post(lena, case, "reply", text="Noch ein Satz", language="de", after="waiting")
    assert response.status_code == 409
    assert "Noch ein Satz" in response.content.decode()
    assert case_of(receipt).messages.count() == 0


def test_a_withdrawn_case_offers_nothing(lena, ready, case, receipt):
    actions.withdraw(visitor=visitor_of(ready, receipt))
    text = lena.get(desk.address(case)).content.decode()
    assert 'name="action"' not in text
    for name, data in desk.forms(ready, case).items():
        assert desk.post(lena, case, name, **data).status_code in {403, 409}, name


def test_hostile_words_in_every_field_are_inert_for_staff_and_for_the_person(lena, ready):
    hostile = document(HOSTILE)
    hostile["entries"][0]["label"] = {"de": HOSTILE, "ar": HOSTILE + "ar"}
    hostile["entries"][0]["key"] = HOSTILE
    receipt = send(ready, part(ready, document=hostile))
    message = write(ready, receipt, HOSTILE)
    ready.lena.first_name = HOSTILE
    ready.lena.save()
    by = {"text": HOSTILE, "language": "ar", "after": "waiting", "german": HOSTILE}
    case = case_of(receipt)
    desk.post(lena, case, "translate", message=message.pk, text=HOSTILE)
    desk.post(lena, case, "reply", **by)
    desk.post(lena, case, "note", text=HOSTILE)
    desk.post(lena, case, "ask", items=["phone"], questions=[HOSTILE[:80]], own=HOSTILE)
    desk.post(lena, case, "appoint", **{**desk.forms(ready, case)["appoint"], "place": HOSTILE})
    lena.post(f"/ar/status/?{HOSTILE}", {"number": receipt.number, "secret": receipt.secret})
    pages = [
        lena.get(desk.address(case)),
        lena.get(f"{desk.address(case)}?open={HOSTILE}"),
        desk.post(lena, case, "reply", **by, do="preview"),
        lena.post(desk.address(case), {"action": "reply", "version": 1, **by}),
        lena.get(reverse("inbox")),
        lena.get("/ar/status/"),
    ]
    for page in pages:
        text = page.content.decode()
        assert page.status_code in {200, 409}
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "{{ 7|add:7 }}" in text or page is pages[4]
    assert case.messages.count() == 4
    names = lena.get(reverse("case_presence", args=[case.pk]))
    assert names["Content-Type"] == "application/json"


def test_the_page_needs_the_same_queries_for_a_long_case(lena, ready, receipt, django_assert_max_num_queries):
    for _ in range(6):
        write(ready, receipt)
        case = case_of(receipt)
        actions.add_note(case=case, author=ready.lena, text="x", version=case.version)
    lena.get(desk.address(case))
    with django_assert_max_num_queries(70):
        assert lena.get(desk.address(case)).status_code == 200


def test_a_lost_secret_is_renewed_at_the_desk_after_a_look_at_the_person(lena, case, receipt):
    assert desk.post(lena, case, "renew").status_code == 422
    text = desk.post(lena, case, "renew", checked="yes").content.decode()
    assert receipt.number in text
    assert receipt.secret not in text.replace(" ", "")
