"""Lena works in the browser: the list, the filters, the case, the forms that keep what she typed."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from services.directory.models import OfficeMembership
from services.inbox import actions
from services.inbox.models import Case
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, document, part, send, write

pytestmark = pytest.mark.ignore_template_errors
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    return client


def address(case):
    return reverse("case", args=[case.pk])


def numbers(response):
    return re.findall(r'<bdi dir="ltr">(SBK-[^<]+)</bdi>', response.content.decode())


def test_the_list_shows_numbers_and_no_content(lena, receipt):
    response = lena.get(reverse("inbox"))
    assert response.status_code == 200
    assert numbers(response) == [receipt.number]
    text = response.content.decode()
    assert SECRET_TEXT not in text
    assert "Furtwangen" in text
    assert "no-store" in response["Cache-Control"]


def test_urgent_first_and_the_oldest_before_the_newest(lena, ready):
    first = send(ready)
    second = send(ready, part(ready, urgency="danger"))
    third = send(ready, part(ready, urgency="low"))
    assert numbers(lena.get(reverse("inbox"))) == [second.number, first.number, third.number]


def test_each_overview_shows_its_cases_and_says_how_many(lena, ready, receipt):
    answered = send(ready)
    answer(ready, answered)
    closed = send(ready)
    actions.close(case=case_of(closed), by=ready.lena, reason="helped", version=1)
    late = send(ready)
    Case.objects.filter(submission__number=late.number).update(due_at=timezone.now() - timedelta(days=3))
    expected = {
        "new": {receipt.number, late.number},
        "mine": {answered.number},
        "unanswered": {receipt.number, late.number},
        "overdue": {late.number},
        "urgent": set(),
        "open": {receipt.number, answered.number, late.number},
        "closed": {closed.number},
        "nonsense": {receipt.number, answered.number, late.number},
    }
    for view, wanted in expected.items():
        response = lena.get(reverse("inbox"), {"view": view})
        assert set(numbers(response)) == wanted, view
        if view != "nonsense":
            assert re.search(
                rf'view={view}"[^>]*>[^<]*<span class="inbox-count">{len(wanted)}<', response.content.decode()
            )


def test_filters_narrow_down(lena, ready):
    one = send(ready)
    two = send(
        ready,
        part(ready, municipality=ready.towns["08326012"], topics=["health", "letter"], urgency="high"),
        language="uk",
    )
    actions.take(case=case_of(two), user=ready.lena, version=1)
    for filters in (
        {"municipality": ready.towns["08326012"].pk},
        {"language": "uk"},
        {"urgency": "high"},
        {"topic": "letter"},
        {"status": "assigned"},
        {"q": two.number[4:].lower().replace("-", " ")},
    ):
        assert numbers(lena.get(reverse("inbox"), filters)) == [two.number], filters
    assert numbers(lena.get(reverse("inbox"), {"topic": "housing", "status": "received"})) == [one.number]
    assert numbers(lena.get(reverse("inbox"), {"q": "%"})) == []


def test_nonsense_in_the_filters_is_ignored(lena, receipt):
    nonsense = {"status": "x", "urgency": "'", "topic": '"', "municipality": "abc", "language": "xx", "p": "-3"}
    assert numbers(lena.get(reverse("inbox"), nonsense)) == [receipt.number]


def test_a_number_finds_a_closed_case_and_never_another_offices(lena, ready):
    closed, theirs = send(ready), send(ready, part(ready, "VS_IM"))
    actions.close(case=case_of(closed), by=ready.lena, reason="helped", version=1)
    assert numbers(lena.get(reverse("inbox"), {"q": closed.number})) == [closed.number]
    assert numbers(lena.get(reverse("inbox"), {"q": theirs.number})) == []


def test_the_list_needs_the_same_queries_for_one_case_and_for_twenty(lena, ready, django_assert_max_num_queries):
    for _ in range(20):
        send(ready)
    with django_assert_max_num_queries(47):
        assert len(numbers(lena.get(reverse("inbox")))) == 20


def test_what_is_unread_and_overdue_is_said_in_words(lena, ready, receipt):
    answer(ready, receipt)
    write(ready, receipt)
    Case.objects.update(due_at=timezone.now() - timedelta(days=2))
    text = lena.get(reverse("inbox")).content.decode()
    assert gettext("New message") in text
    assert "2" in re.search(r'inbox-due--bad">([^<]+)<', text)[1]


def test_the_case_shows_german_labels_and_the_original_beside_them(lena, case):
    text = lena.get(address(case)).content.decode()
    assert "Worum geht es?" in text
    assert re.search(r'<dd dir="auto">Wohnen</dd>', text)
    assert re.search(r'<dd class="inbox-answers__original" lang="ar" dir="rtl">.*السكن', text)
    assert re.search(rf'<dd lang="ar" dir="auto">{SECRET_TEXT}</dd>', text)
    assert "Furtwangen" in text


def test_the_form_to_answer_says_which_language_the_person_reads(lena, case):
    assert "Arabisch" in lena.get(address(case)).content.decode()


def test_each_showing_is_an_event(lena, case):
    lena.get(address(case))
    lena.post(address(case), {"action": "reply", "version": 1, "text": ""})
    assert list(case.events.values_list("verb", flat=True)) == ["received", "read", "read"]


def test_lena_answers_and_sees_her_answer(lena, case, receipt):
    data = {"action": "reply", "version": 1, "text": "Guten Tag", "language": "de", "after": "waiting"}
    response = lena.post(address(case), data)
    assert (response.status_code, response.url) == (302, address(case))
    text = lena.get(address(case)).content.decode()
    assert "<p>Guten Tag</p>" in text
    assert case_of(receipt).status == "waiting"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"action": "take"}, "assigned"),
        ({"action": "status", "status": "contacted"}, "contacted"),
        ({"action": "close", "reason": "helped"}, "closed"),
        ({"action": "note", "text": "Notiz"}, "received"),
    ],
)
def test_each_button_does_what_it_says(lena, case, receipt, data, status):
    assert lena.post(address(case), {**data, "version": 1}).status_code == 302
    assert case_of(receipt).status == status
    assert case_of(receipt).version == 2


def test_lena_gives_a_case_to_a_colleague_and_opens_a_closed_one(lena, ready, case, receipt):
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=ready.tarik, valid_from="2020-01-01")
    lena.post(address(case), {"action": "assign", "version": 1, "to": ready.tarik.pk})
    assert case_of(receipt).assigned_to == ready.tarik
    lena.post(address(case), {"action": "close", "version": 2, "reason": "helped"})
    lena.post(address(case), {"action": "reopen", "version": 3})
    assert case_of(receipt).status == "assigned"


def test_omar_is_not_offered_and_not_accepted_as_colleague(lena, ready, case, receipt):
    assert f'<option value="{ready.omar.pk}"' not in lena.get(address(case)).content.decode()
    assert lena.post(address(case), {"action": "assign", "version": 1, "to": ready.omar.pk}).status_code == 422
    assert case_of(receipt).assigned_to is None


def test_what_lena_typed_is_still_there_when_somebody_was_faster(lena, ready, case, receipt):
    actions.add_note(case=case, author=ready.lena, text="zwischendurch", version=1)
    typed = "Ein langer Text & <b>mühsam</b> getippt"
    data = {"action": "reply", "version": 1, "text": typed, "language": "ar", "after": "contacted"}
    response = lena.post(address(case), data)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Ein langer Text &amp; &lt;b&gt;mühsam&lt;/b&gt; getippt" in text
    assert "zwischendurch" in text
    assert 'name="version" value="2"' in text
    assert case_of(receipt).messages.count() == 0
    assert lena.post(address(case), {**data, "version": 2}).status_code == 302


@pytest.mark.parametrize(
    "data",
    [
        {"action": "reply", "text": "", "language": "de", "after": "waiting"},
        {"action": "reply", "text": "x" * 5001, "language": "de", "after": "waiting"},
        {"action": "reply", "text": "x", "language": "xx", "after": "waiting"},
        {"action": "reply", "text": "a\x00b", "language": "de", "after": "waiting"},
        {"action": "note", "text": "x" * 301},
        {"action": "status", "status": "closed"},
        {"action": "close", "reason": "because"},
        {"action": "close"},
    ],
)
def test_bad_input_is_shown_again_and_changes_nothing(lena, case, receipt, data):
    response = lena.post(address(case), {**data, "version": 1})
    assert response.status_code == 422
    assert case_of(receipt).version == 1


@pytest.mark.parametrize("data", [{}, {"action": "delete"}, {"action": ["take", "x"]}])
def test_an_unknown_action_is_no_crash(lena, case, data):
    assert lena.post(address(case), data).status_code == 400


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_a_nonsense_version_counts_as_old(lena, case, version):
    assert lena.post(address(case), {"action": "take", "version": version}).status_code == 409


def test_changing_needs_the_token_of_the_form(ready, case):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ready.lena)
    assert strict.post(address(case), {"action": "take", "version": 1}).status_code == 403
    assert Case.objects.get().assigned_to is None


def test_hostile_answers_messages_and_notes_are_inert(lena, ready):
    hostile = document(HOSTILE)
    hostile["entries"][0]["label"]["de"] = HOSTILE
    hostile["entries"][0]["text"] = {"de": HOSTILE, "ar": HOSTILE + "ar"}
    receipt = send(ready, part(ready, document=hostile, rule=HOSTILE[:40], topics=[HOSTILE]))
    write(ready, receipt, HOSTILE)
    case = case_of(receipt)
    actions.add_note(case=case, author=ready.lena, text=HOSTILE, version=case.version)
    for response in (lena.get(address(case)), lena.get(reverse("inbox"))):
        text = response.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert" in lena.get(address(case)).content.decode()


@pytest.mark.parametrize(
    "odd",
    [{}, {"entries": None}, {"entries": [None, 3, {}]}, {"entries": [{"key": 1, "label": [], "text": 5, "value": {}}]}],
)
def test_odd_documents_are_shown_and_do_not_crash(lena, ready, odd):
    assert lena.get(address(case_of(send(ready, part(ready, document=odd))))).status_code == 200


def test_without_the_key_the_page_says_so(lena, case, settings, tmp_path):
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path
    response = lena.get(address(case))
    assert response.status_code == 503
    assert SECRET_TEXT not in response.content.decode()


def test_an_office_that_gets_an_inbox_in_the_admin_gets_a_key(ready, client):
    from services.inbox.models import OfficeKey
    from services.inbox.panels import key_for_office

    OfficeKey.objects.filter(office=ready.offices["KOE_IM"]).delete()
    key_for_office(None, ready.offices["KOE_IM"])
    assert OfficeKey.objects.active().filter(office=ready.offices["KOE_IM"]).count() == 1


def test_who_works_for_two_offices_sees_which_case_is_whose(lena, ready, receipt):
    cell = '<td role="cell" data-label="Stelle">Landratsamt, Integrationsmanagement</td>'
    assert cell not in lena.get(reverse("inbox")).content.decode()
    OfficeMembership.objects.create(office=ready.offices["DRK"], user=ready.lena, valid_from="2020-01-01")
    assert cell in lena.get(reverse("inbox")).content.decode()
