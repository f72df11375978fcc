"""Tags on the page of a case: added and taken off there, gone when the case leaves the office."""

import uuid

import pytest
from django.urls import reverse

from services.inbox import actions
from services.inbox.codes import Verb
from services.inbox.form_names import form_titles
from services.inbox.models import Case, CaseEvent, CaseTag
from services.intake.models import FormVersion
from tests.services.inbox import desk
from tests.services.inbox.factories import case_of, send, visitor_of

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    return client


def tagged(ready, case, name="Rollstuhl"):
    return actions.add_tag(case=case, by=ready.lena, name=name, version=case.version)


def test_lena_puts_a_tag_on_a_case_and_takes_it_off_again(ready, case, lena):
    assert desk.post(lena, case, "tag", tag="Zweiter Brief").status_code == 302
    text = lena.get(desk.address(case)).content.decode()
    assert "<bdi>Zweiter Brief</bdi>" in text
    assert desk.post(lena, case, "untag", tag="Zweiter Brief").status_code == 302
    assert not case.tags.exists()
    assert not CaseTag.objects.exists()
    verbs = list(CaseEvent.objects.filter(case_id=case.pk).values_list("verb", flat=True))
    assert verbs.count(Verb.TAGGED) == verbs.count(Verb.UNTAGGED) == 1


@pytest.mark.parametrize("bad", ["", " ", "x" * 41, "a\x00b"])
def test_a_bad_tag_is_refused_on_the_page_and_stays_typed(ready, case, lena, bad):
    response = desk.post(lena, case, "tag", tag=bad)
    assert response.status_code in {409, 422}
    assert not case.tags.exists()


def test_tags_of_the_office_are_offered_and_those_of_others_are_not(ready, case, lena):
    tagged(ready, case_of(send(ready)), "Kinderwagen")
    theirs = desk.sent(ready, "VS_IM")
    actions.add_tag(case=theirs, by=ready.omar, name="Fremd", version=theirs.version)
    text = lena.get(desk.address(case)).content.decode()
    assert '<option value="Kinderwagen">' in text
    assert "Fremd" not in text


def test_who_looks_at_an_old_page_does_not_tag_over_a_colleague(ready, case, lena):
    actions.take(case=case, user=ready.lena, version=1)
    response = lena.post(desk.address(case), {"action": "tag", "version": 1, "tag": "Eilig"})
    assert response.status_code == 409
    assert 'value="Eilig"' in response.content.decode()
    assert not case.tags.exists()


def test_omar_neither_sees_nor_changes_tags(ready, case, client):
    row = tagged(ready, case)
    client.force_login(ready.omar)
    for action in ("tag", "untag"):
        assert desk.post(client, row, action, tag="Rollstuhl").status_code in {302, 403}
    assert [tag.name for tag in row.tags.all()] == ["Rollstuhl"]


def test_a_withdrawn_case_offers_no_tags_and_keeps_none(ready, receipt, case, lena):
    tagged(ready, case)
    actions.withdraw(visitor=visitor_of(ready, receipt))
    assert not CaseTag.objects.exists()
    assert 'value="tag"' not in lena.get(desk.address(case)).content.decode()
    assert desk.post(lena, case, "tag", tag="Neu").status_code == 409


def test_the_other_office_gets_the_case_without_our_tags(ready, case, lena):
    other = tagged(ready, case_of(send(ready)), "Bleibt")
    row = tagged(ready, tagged(ready, case, "Bleibt"), "Geht")
    actions.transfer(case=row, by=ready.lena, to=ready.offices["VS_IM"], reason="moved", version=row.version)
    assert not Case.objects.get(pk=case.pk).tags.exists()
    assert [tag.name for tag in other.tags.all()] == ["Bleibt"]
    assert set(CaseTag.objects.values_list("name", flat=True)) == {"Bleibt"}
    line = CaseEvent.objects.get(case_id=case.pk, verb=Verb.TRANSFERRED)
    assert line.meta["tags_dropped"] == 2
    assert not any("Geht" in str(event.meta) for event in CaseEvent.objects.all())


def test_an_erased_case_leaves_no_tag_behind(ready, case):
    row = tagged(ready, case, "Einmalig")
    actions.erase_case(case=row, why="by_hand")
    assert not CaseTag.objects.exists()


def test_forms_have_their_title_in_filter_and_case_and_their_key_where_nobody_knows_it(ready, case, lena):
    for number, title in ((1, "Alt"), (2, "Frage stellen")):
        FormVersion.objects.create(
            district=ready.district,
            key="counselling",
            number=number,
            document={"title": {"de": title}},
            sha256=uuid.uuid4().hex,
            schema_version=1,
        )
    assert form_titles(["counselling", "unknown"]) == {"counselling": "Frage stellen", "unknown": "unknown"}
    assert "<dd>Frage stellen</dd>" in lena.get(desk.address(case)).content.decode()
    assert '<option value="counselling">Frage stellen</option>' in lena.get(reverse("inbox")).content.decode()
