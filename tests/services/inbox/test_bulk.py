"""Lena does the same with many cases; each is asked for alone, and what was not possible is said."""

import uuid

import pytest
from django.urls import reverse

from services.directory.models import OfficeMembership
from services.inbox import actions, bulk
from services.inbox.codes import Verb
from services.inbox.models import Case, CaseEvent
from tests.services.inbox.desk import many, sent

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    return client


def values(cases):
    return [f"{case.pk}:{case.version}" for case in cases]


def press(client, do, cases, **data):
    return client.post(reverse("inbox_bulk"), {"do": do, "case": values(cases), **data})


@pytest.mark.parametrize(
    ("do", "data", "column", "wanted", "verb"),
    [
        ("take", {}, "status", "assigned", Verb.TAKEN),
        ("status", {"value": "contacted"}, "status", "contacted", Verb.STATUS),
        ("close", {"value": "helped"}, "close_reason", "helped", Verb.CLOSED),
        ("tag", {"value": "Rollstuhl"}, "tags__name", "Rollstuhl", Verb.TAGGED),
    ],
)
def test_each_action_changes_the_chosen_cases_and_no_other(lena, ready, do, data, column, wanted, verb):
    chosen, other = many(ready, 3), many(ready, 1)[0]
    response = press(lena, do, chosen, **data)
    assert response.status_code == 200
    keys = [case.pk for case in chosen]
    assert Case.objects.filter(pk__in=keys, **{column: wanted}).count() == 3
    assert not Case.objects.filter(pk=other.pk, **{column: wanted}).exists()
    assert CaseEvent.objects.filter(case__in=keys, verb=verb, actor=ready.lena).count() == 3


def test_lena_gives_cases_to_a_colleague_and_back_to_all(lena, ready):
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=ready.tarik, valid_from="2020-01-01")
    chosen = many(ready, 2)
    press(lena, "assign", chosen, value=ready.tarik.pk)
    assert Case.objects.filter(assigned_to=ready.tarik).count() == 2
    press(lena, "assign", Case.objects.all(), value="")
    assert Case.objects.filter(assigned_to=None, status="received").count() == 2


def test_first_lena_is_asked_what_exactly_and_nothing_changes(lena, ready):
    chosen = many(ready, 2)
    response = lena.get(reverse("inbox_bulk"), {"do": "close", "case": values(chosen)})
    text = response.content.decode()
    assert response.status_code == 200
    assert all(value in text for value in values(chosen))
    assert all(case.submission.number in text for case in chosen)
    assert Case.objects.filter(status="received").count() == 2


def test_what_was_not_possible_is_said_and_keeps_nothing_else_back(lena, ready):
    good, closed, stale = sent(ready), sent(ready), sent(ready)
    seen = values([good, closed, stale])
    actions.close(case=closed, by=ready.lena, reason="helped", version=1)
    seen[1] = f"{closed.pk}:2"
    actions.add_note(case=stale, author=ready.lena, text="schneller", version=1)
    response = lena.post(reverse("inbox_bulk"), {"do": "take", "case": seen})
    outcomes = response.context["not_done"]
    assert response.context["done"] == [good.submission.number]
    assert {outcome.number for outcome in outcomes} == {closed.submission.number, stale.submission.number}
    assert all(outcome.problem for outcome in outcomes)
    good.refresh_from_db()
    closed.refresh_from_db()
    stale.refresh_from_db()
    assert (good.assigned_to, closed.assigned_to, stale.assigned_to) == (ready.lena, None, None)


def test_a_foreign_case_among_them_is_refused_without_its_number(lena, ready):
    mine, theirs = sent(ready), sent(ready, "VS_IM")
    response = press(lena, "take", [mine, theirs])
    assert theirs.submission.number not in response.content.decode()
    [outcome] = response.context["not_done"]
    assert outcome.number == ""
    theirs.refresh_from_db()
    assert (theirs.assigned_to, theirs.version) == (None, 1)
    assert not theirs.events.filter(verb=Verb.TAKEN).exists()


def test_a_foreign_case_and_one_that_never_was_are_refused_alike(ready):
    theirs = sent(ready, "VS_IM")
    pairs = [(theirs.pk, 1), (uuid.uuid4(), 1)]
    first, second = bulk.run_on("take", pairs, by=ready.lena, value=None)
    assert first == second


def test_a_colleague_of_one_office_does_not_get_cases_of_the_other(lena, ready):
    OfficeMembership.objects.create(office=ready.offices["DRK"], user=ready.lena, valid_from="2020-01-01")
    OfficeMembership.objects.create(office=ready.offices["DRK"], user=ready.tarik, valid_from="2020-01-01")
    [here], [there] = many(ready, 1), many(ready, 1, office="DRK")
    response = press(lena, "assign", [here, there], value=ready.tarik.pk)
    assert response.context["done"] == [there.submission.number]
    here.refresh_from_db()
    assert here.assigned_to is None


def test_omar_is_not_offered(lena, ready):
    chosen = many(ready, 1)
    text = lena.get(reverse("inbox_bulk"), {"do": "assign", "case": values(chosen)}).content.decode()
    assert f'value="{ready.omar.pk}"' not in text
    assert press(lena, "assign", chosen, value=ready.omar.pk).status_code == 422
    assert Case.objects.filter(assigned_to=None).count() == 1


@pytest.mark.parametrize(
    ("do", "data"),
    [
        ("close", {}),
        ("close", {"value": "because"}),
        ("status", {"value": "closed"}),
        ("tag", {"value": ""}),
        ("tag", {"value": "x" * 41}),
        ("tag", {"value": "a\x00b"}),
    ],
)
def test_bad_answers_are_shown_again_with_the_choice(lena, ready, do, data):
    chosen = many(ready, 2)
    response = press(lena, do, chosen, **data)
    assert response.status_code == 422
    assert all(value in response.content.decode() for value in values(chosen))
    assert Case.objects.filter(version=1, status="received").count() == 2


@pytest.mark.parametrize("data", [{}, {"do": "take"}, {"do": "erase", "case": "x"}, {"do": "take", "case": "1:x"}])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_cases_or_action_people_are_sent_back(lena, data, method):
    assert getattr(lena, method)(reverse("inbox_bulk"), data).status_code == 302


def test_the_way_back_is_the_same_list_and_never_elsewhere(lena, ready):
    chosen = many(ready, 1)
    back = "view=new&language=ar&next=https://evil.example"
    response = press(lena, "take", chosen, back=back)
    assert response.context["back"] == reverse("inbox") + "?view=new&language=ar"


def test_more_than_a_hundred_at_once_are_not_taken(lena, ready):
    press(lena, "take", many(ready, 105))
    assert Case.objects.filter(assigned_to=ready.lena).count() == bulk.AT_ONCE


def test_pressing_twice_changes_once(lena, ready):
    chosen = many(ready, 2)
    press(lena, "take", chosen)
    response = press(lena, "take", chosen)
    assert response.context["done"] == []
    assert CaseEvent.objects.filter(verb=Verb.TAKEN).count() == 2


# Tags -------------------------------------------------------------------------------------------------------------


def test_a_tag_is_made_once_and_goes_with_its_last_use(ready):
    one, two = sent(ready), sent(ready)
    one = actions.add_tag(case=one, by=ready.lena, name=" Zweiter   Brief ", version=1)
    two = actions.add_tag(case=two, by=ready.lena, name="zweiter brief", version=1)
    assert one.tags.get() == two.tags.get()
    assert one.tags.get().name == "Zweiter Brief"
    one = actions.remove_tag(case=one, by=ready.lena, name="Zweiter Brief", version=2)
    actions.remove_tag(case=two, by=ready.lena, name="Zweiter Brief", version=2)
    assert not ready.offices["LRA_IM"].case_tags.exists()


def test_a_tag_twice_changes_nothing(ready, case):
    case = actions.add_tag(case=case, by=ready.lena, name="a", version=1)
    assert actions.add_tag(case=case, by=ready.lena, name="A", version=2).version == 2
    assert case.events.filter(verb=Verb.TAGGED).count() == 1


def test_omar_and_ada_must_not_tag(ready, case):
    from portal.errors import NotAllowed

    for person in (ready.omar, ready.ada, ready.yasmin):
        with pytest.raises(NotAllowed):
            actions.add_tag(case=case, by=person, name="a", version=1)
        with pytest.raises(NotAllowed):
            actions.remove_tag(case=case, by=person, name="a", version=1)


def test_a_case_has_ten_tags_at_most_and_a_withdrawn_one_gets_none(ready, receipt, case):
    from tests.services.inbox.factories import visitor_of

    for number in range(10):
        case = actions.add_tag(case=case, by=ready.lena, name=f"t{number}", version=case.version)
    with pytest.raises(actions.NotPossible):
        actions.add_tag(case=case, by=ready.lena, name="t11", version=case.version)
    actions.withdraw(visitor=visitor_of(ready, receipt))
    case.refresh_from_db()
    assert not case.tags.exists()
    with pytest.raises(actions.NotPossible):
        actions.add_tag(case=case, by=ready.lena, name="x", version=case.version)


def test_the_history_knows_a_number_and_not_the_words(ready, case):
    case = actions.add_tag(case=case, by=ready.lena, name="Rollstuhl", version=1)
    assert "Rollstuhl" not in str(case.events.get(verb=Verb.TAGGED).meta)
