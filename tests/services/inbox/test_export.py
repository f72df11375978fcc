"""Lena takes cases out in a file: only hers, with a reason, after proving who she is, and every case remembers it."""

import csv
import io
import json
import time
import uuid

import openpyxl
import pytest
from django.urls import reverse

from portal.errors import NotAllowed
from portal.step_up import RECENT
from services.inbox import actions, exporting
from services.inbox.codes import Verb
from services.inbox.exporting import COLUMNS, export_cases, rows_for
from services.inbox.history import is_intact
from services.inbox.listing import asked_for
from services.inbox.models import Case, CaseExport
from tests.services.inbox.desk import many, prove, sent
from tests.services.inbox.factories import SECRET_TEXT, document, write

pytestmark = pytest.mark.ignore_template_errors
REASON = "Bericht an die Amtsleitung"
FORMULA = '=HYPERLINK("https://evil.example","x")'


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    prove(client, ready.lena)
    return client


def export(client, query="", **data):
    form = {"format": "csv", "facts": ["number", "status", "municipality"], "reason": REASON, **data}
    return client.post(f"{reverse('inbox_export')}{query}", form)


def lines(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_file_holds_the_list_and_nothing_of_others(lena, ready):
    mine = many(ready, 3)
    theirs = many(ready, 2, office="VS_IM")
    response = export(lena)
    assert response.status_code == 200
    assert {line[0] for line in lines(response)[1:]} == {case.submission.number for case in mine}
    assert theirs[0].submission.number not in response.content.decode()


def test_the_scope_is_the_filter(lena, ready):
    [one], _rest = many(ready, 1, language="uk"), many(ready, 3)
    assert [line[0] for line in lines(export(lena, "?language=uk"))[1:]] == [one.submission.number]


def test_every_case_remembers_it_and_the_chain_stays_whole(lena, ready):
    cases = [sent(ready), *many(ready, 2)]
    other = many(ready, 1, office="VS_IM")[0]
    export(lena)
    record = CaseExport.objects.get()
    for case in cases:
        event = case.events.get(verb=Verb.EXPORTED)
        assert (event.actor, event.meta) == (ready.lena, {"export": record.pk, "content": False})
        assert is_intact(case)
    assert not other.events.exists()


def test_the_record_says_who_why_what_and_how_many_but_no_content(lena, ready):
    sent(ready)
    export(lena, "?view=new&language=ar", facts=["number"], content=["answers"], format="json")
    record = CaseExport.objects.get()
    assert (record.user, record.reason, record.count, record.format) == (ready.lena, REASON, 1, "json")
    assert (record.columns, record.with_content) == (["number", "answers"], True)
    assert record.query == "view=new&language=ar"
    assert [office.code for office in record.offices.all()] == ["LRA_IM"]
    assert SECRET_TEXT not in str(CaseExport.objects.values())


def test_what_people_wrote_is_there_only_when_chosen(lena, ready, receipt):
    write(ready, receipt, "Noch eine Frage")
    everything = [name for name, column in COLUMNS.items() if not column.content]
    assert SECRET_TEXT not in export(lena, facts=everything).content.decode()
    text = export(lena, content=["answers", "conversation", "notes"]).content.decode()
    assert SECRET_TEXT in text
    assert "Noch eine Frage" in text
    assert Case.objects.get().events.filter(verb=Verb.EXPORTED, meta__content=True).count() == 1


def test_formulas_from_the_form_are_text_in_every_format(lena, ready):
    hostile = document(FORMULA)
    hostile["entries"] = [{"key": "a", "label": {"de": FORMULA}, "value": FORMULA, "text": {"de": FORMULA}}]
    case = sent(ready, document=hostile, topics=[FORMULA])
    actions.add_tag(case=case, by=ready.lena, name="@x", version=1)
    chosen = {"facts": ["topics", "tags"], "content": ["answers"]}
    for cell in lines(export(lena, **chosen))[1]:
        assert cell.startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(export(lena, format="xlsx", **chosen).content))
    assert {cell.data_type for row in book.active for cell in row} == {"s"}
    [entry] = json.loads(export(lena, format="json", **chosen).content)
    assert entry["topics"] == [FORMULA]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_every_column_can_be_written_in_every_format(lena, ready, kind):
    sent(ready)
    many(ready, 1, municipality=None, status="closed", close_reason="helped")
    response = export(
        lena,
        "?q=SBK",
        facts=[name for name, column in COLUMNS.items() if not column.content],
        content=[name for name, column in COLUMNS.items() if column.content],
        format=kind,
    )
    assert response.status_code == 200
    assert CaseExport.objects.get().count == 2


def test_an_erased_case_leaves_its_cells_empty(lena, ready, case):
    case.keys.all().delete()
    [entry] = json.loads(export(lena, content=["answers"], format="json").content)
    assert entry["answers"] == ""


@pytest.mark.parametrize(
    "data",
    [
        {"reason": ""},
        {"reason": "kurz"},
        {"reason": "x" * 201},
        {"reason": "a\x00bcdefghijkl"},
        {"facts": []},
        {"facts": ["answers_ct"]},
        {"content": ["number"]},
        {"format": "exe"},
    ],
)
def test_without_reason_or_with_nonsense_nothing_leaves(lena, ready, data):
    many(ready, 1)
    response = export(lena, **data)
    assert response.status_code == 422
    assert not CaseExport.objects.exists()
    assert not Case.objects.get().events.exists()


def test_too_many_and_none_are_refused_and_nothing_is_recorded(lena, ready, monkeypatch):
    assert export(lena).status_code == 409
    monkeypatch.setattr(exporting, "MOST", 3)
    monkeypatch.setattr(exporting, "MOST_WITH_CONTENT", 1)
    many(ready, 2)
    assert export(lena).status_code == 200
    assert export(lena, content=["answers"]).status_code == 409
    many(ready, 2)
    response = export(lena)
    assert response.status_code == 409
    assert REASON in response.content.decode()
    assert CaseExport.objects.count() == 1


# Proving who one is -----------------------------------------------------------------------------------------------


def test_without_a_fresh_proof_lena_is_sent_to_prove_it(ready, client):
    client.force_login(ready.lena)
    response = client.get(reverse("inbox_export") + "?language=ar")
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert "language%3Dar" in response.url


def test_a_proof_that_has_become_old_keeps_what_was_typed(ready, client):
    many(ready, 1)
    client.force_login(ready.lena)
    prove(client, ready.lena, at=time.time() - RECENT - 1)
    response = export(client)
    assert response.status_code == 403
    assert REASON in response.content.decode()
    assert not CaseExport.objects.exists()


def test_where_the_second_factor_is_required_a_password_does_not_count(ready, client, settings, rf):
    from portal.step_up import has_just_proved

    client.force_login(ready.lena)
    request = rf.get("/")
    request.user = ready.lena
    settings.LOTSE_SECOND_FACTOR = True
    for method, counts in (("password", False), ("mfa", True)):
        prove(client, ready.lena, method)
        request.session = client.session
        assert has_just_proved(request) is counts


def test_the_proof_of_somebody_else_in_the_same_browser_does_not_count(ready, client):
    client.force_login(ready.lena)
    prove(client, ready.omar)
    assert client.get(reverse("inbox_export")).status_code == 302


def test_after_the_password_lena_comes_back_to_the_export(ready, client):
    many(ready, 1)
    client.force_login(ready.lena)
    address = client.get(reverse("inbox_export") + "?language=ar").url
    response = client.post(address, {"password": "lena-passwort-123"})
    assert (response.status_code, response.url) == (302, reverse("inbox_export") + "?language=ar")
    assert client.get(response.url).status_code == 200


# Others -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["eva", "ada"])
def test_people_without_an_office_reach_no_export(ready, client, name):
    many(ready, 1)
    client.force_login(getattr(ready, name))
    prove(client, getattr(ready, name))
    for address in (reverse("inbox_export"), reverse("inbox_exports")):
        assert client.get(address).status_code in {302, 403}
    export(client)
    assert not CaseExport.objects.exists()


def test_omars_verb_finds_no_case_of_lenas(ready):
    many(ready, 2)
    with pytest.raises(actions.NotPossible):
        export_cases(
            by=ready.omar, asked=asked_for({}, ready.omar), columns=["number"], file_format="csv", reason=REASON
        )


def test_a_question_of_lenas_does_not_help_omar(ready):
    many(ready, 2)
    with pytest.raises(NotAllowed):
        export_cases(
            by=ready.omar, asked=asked_for({}, ready.lena), columns=["number"], file_format="csv", reason=REASON
        )
    assert not CaseExport.objects.exists()


def test_what_leaves_the_office_between_recording_and_reading_is_left_out(ready):
    case = sent(ready)
    record, keys = export_cases(
        by=ready.lena, asked=asked_for({}, ready.lena), columns=["number", "answers"], file_format="csv", reason=REASON
    )
    Case.objects.filter(pk=case.pk).update(office=ready.offices["VS_IM"])
    assert list(rows_for(record, [*keys, uuid.uuid4()], ready.lena)) == []


def test_the_lead_sees_who_exported_and_others_do_not(ready, lena, client):
    many(ready, 1)
    export(lena)
    assert lena.get(reverse("inbox_exports")).status_code in {302, 403}
    ready.lena.memberships.update(is_lead=True)
    text = lena.get(reverse("inbox_exports")).content.decode()
    assert REASON in text
    ready.omar.memberships.update(is_lead=True)
    client.force_login(ready.omar)
    assert REASON not in client.get(reverse("inbox_exports")).content.decode()


def test_many_cases_are_recorded_with_few_queries(ready, django_assert_max_num_queries):
    many(ready, 450)
    with django_assert_max_num_queries(30):
        export_cases(
            by=ready.lena, asked=asked_for({}, ready.lena), columns=["number"], file_format="csv", reason=REASON
        )
    with django_assert_max_num_queries(30):
        record = CaseExport.objects.get()
        keys = list(Case.objects.values_list("pk", flat=True))
        assert len(list(rows_for(record, keys, ready.lena))) == 450
