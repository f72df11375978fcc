"""Amira asks what is kept about her (Art. 15 GDPR): an office hands her everything, proved, with a reason, recorded."""

import io
import json

import pytest
from django.urls import reverse
from pypdf import PdfReader

from portal.errors import NotAllowed
from services.inbox import actions
from services.inbox.beats import NotPossible
from services.inbox.codes import Verb
from services.inbox.models import CaseEvent
from tests.doors.factories import confirm, log_in
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, document, part, send, write
from tests.services.inbox.officer import dana

pytestmark = pytest.mark.ignore_template_errors
HOSTILE = '<script>alert(1)</script>=cmd|"/c calc"!A1 <img src="http://127.0.0.1:9/x">'
CHOICE = {"reason": "asked", "form": "json", "language": "de", "with_notes": "on"}


@pytest.fixture
def story(ready, receipt):
    answer(ready, receipt, "Bitte kommen Sie am Montag")
    write(ready, receipt, "Danke, ich komme")
    case = case_of(receipt)
    actions.add_note(case=case, author=ready.lena, text="Spricht leise", version=case.version)
    return case_of(receipt)


def make(case, by, **changes):
    values = {"form": "json", "language": "de", "reason": "asked", "with_notes": True}
    return actions.make_report(case=case, by=by, **{**values, **changes})


def text_of(made):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def test_everything_is_in_it(ready, story, receipt):
    report = json.loads(make(story, ready.lena))
    assert report["number"] == receipt.number
    assert report["answers"][0] == {"question": "Worum geht es?", "answer": "Wohnen", "original": "السكن"}
    assert report["answers"][1]["answer"] == SECRET_TEXT
    assert [message["text"] for message in report["messages"]] == ["Bitte kommen Sie am Montag", "Danke, ich komme"]
    assert [note["text"] for note in report["notes"]] == ["Spricht leise"]
    assert len(report["events"]) == 5
    assert report["municipality"] == "Furtwangen"


def test_colleagues_appear_as_their_office(ready, story):
    ready.lena.last_name = "Lotsenmann"
    ready.lena.save()
    for form in ("json", "pdf"):
        assert b"Lotsenmann" not in make(story, ready.lena, form=form)
    assert "Lotsenmann" not in text_of(make(story, ready.lena, form="pdf"))


def test_the_notes_stay_out_when_the_office_says_so(ready, story):
    assert json.loads(make(story, ready.lena, with_notes=False))["notes"] == []


@pytest.mark.parametrize(("language", "found"), [("de", "Wohnen"), ("ar", "السكن")])
def test_on_paper_in_german_or_in_the_persons_language(ready, story, receipt, language, found):
    made = make(story, ready.lena, form="pdf", language=language)
    text = text_of(made)
    assert receipt.number in text
    assert found in text
    assert SECRET_TEXT in text.replace("\n", "")
    assert PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == language


def test_no_other_language(ready, story):
    with pytest.raises(NotPossible):
        make(story, ready.lena, language="fr")


def test_it_is_recorded_before_it_is_made(ready, story):
    make(story, ready.lena)
    line = CaseEvent.objects.filter(case_id=story.pk).order_by("-seq")[0]
    assert (line.verb, line.actor) == (Verb.REPORTED, ready.lena)
    assert line.meta == {"form": "json", "language": "de", "reason": "asked", "notes": True}


@pytest.mark.parametrize("name", ["omar", "yasmin", "eva", "ada"])
def test_nobody_else_makes_one(ready, story, name, client):
    with pytest.raises(NotAllowed):
        make(story, getattr(ready, name))
    assert not CaseEvent.objects.filter(verb=Verb.REPORTED).exists()
    client.force_login(getattr(ready, name))
    assert client.get(reverse("case_report", args=[story.pk])).status_code in {302, 403}
    assert client.post(reverse("case_report", args=[story.pk]), CHOICE).status_code in {302, 403}
    assert not CaseEvent.objects.filter(verb=Verb.REPORTED).exists()


def test_the_officer_makes_none_either(ready, story, client):
    officer = dana()
    with pytest.raises(NotAllowed):
        make(story, officer)
    client.force_login(officer)
    assert client.post(reverse("case_report", args=[story.pk]), CHOICE).status_code in {302, 403}


def test_what_people_typed_stays_text_on_paper(ready):
    receipt = send(ready, part(ready, document=document(HOSTILE)))
    write(ready, receipt, HOSTILE)
    made = make(case_of(receipt), ready.lena, form="pdf")
    flat = text_of(made).replace("\n", "").replace(" ", "")
    assert "<script>alert(1)</script>" in flat
    assert flat.count("alert(1)") == 2
    for trap in (b"/JavaScript", b"/URI", b"/Launch"):
        assert trap not in made


def test_of_a_withdrawn_request_nothing_is_left_to_report(ready, receipt):
    from portal.sealing import Unreadable
    from tests.services.inbox.factories import visitor_of

    actions.withdraw(visitor=visitor_of(ready, receipt))
    with pytest.raises(Unreadable):
        make(case_of(receipt), ready.lena)


# The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def proved(ready, story):
    client, _answer = log_in(ready.lena)
    confirm(client, ready.lena, "/admin/")
    return client


def test_the_password_once_more_comes_first(ready, story):
    client, _answer = log_in(ready.lena)
    page = reverse("case_report", args=[story.pk])
    for response in (client.get(page), client.post(page, CHOICE)):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert not CaseEvent.objects.filter(verb=Verb.REPORTED).exists()


@pytest.mark.parametrize(("form", "kind"), [("json", "application/json"), ("pdf", "application/pdf")])
def test_after_that_the_file_is_a_download(proved, story, receipt, form, kind):
    page = reverse("case_report", args=[story.pk])
    assert proved.get(page).status_code == 200
    response = proved.post(page, {**CHOICE, "form": form})
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{receipt.number}.{form}"'
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "bad", [{"reason": ""}, {"reason": "because"}, {"form": "docx"}, {"language": "fr"}, {"language": ""}]
)
def test_without_a_reason_or_with_nonsense_there_is_no_file(proved, story, bad):
    response = proved.post(reverse("case_report", args=[story.pk]), {**CHOICE, **bad})
    assert response.status_code == 422
    assert not CaseEvent.objects.filter(verb=Verb.REPORTED).exists()


def test_without_pango_the_page_says_so_and_json_still_works(proved, story, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    page = reverse("case_report", args=[story.pk])
    assert "Pango" in proved.get(page).content.decode()
    refused = proved.post(page, {**CHOICE, "form": "pdf"})
    assert refused.status_code == 503
    assert "Pango" in refused.content.decode()
    assert proved.post(page, CHOICE).status_code == 200


def test_no_such_case_is_refused_like_another_offices(proved, ready):
    theirs = case_of(send(ready, part(ready, "VS_IM")), "VS_IM")
    assert proved.get(reverse("case_report", args=[theirs.pk])).status_code in {302, 403}
