"""Asking for what is missing, templates, translations beside messages."""

import pytest

from portal.errors import NotAllowed
from services.inbox import actions, reply_templates, translators
from services.inbox.models import Message, ReplyTemplate, ReplyText
from tests.services.inbox import desk
from tests.services.inbox.factories import answer, case_of, visitor_of, write

pytestmark = pytest.mark.ignore_template_errors


class Parrot:
    """A tiny translator: says which languages it was asked for."""

    def translate(self, text, *, source, target):
        return f"[{source}→{target}] {text}"


class Broken:
    """A translator whose machine is off; its complaint holds the text."""

    def translate(self, text, *, source, target):
        raise OSError(text)


@pytest.fixture
def template(ready):
    """A district-wide template in German and Arabic."""
    row = ReplyTemplate.objects.create(
        district=ready.district,
        code="a",
        purpose="received",
        name="Gelesen",
        text="Anfrage {number} gelesen am {date}. {worker}, {office}",
    )
    ReplyText.objects.create(template=row, language="ar", text="قرأنا {number} {date} {worker} {office}")
    return row


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    return client


def last(portal, receipt):
    case = case_of(receipt)
    return actions.read_as_visitor(visitor=visitor_of(portal, receipt), case=case).messages[-1]


def test_the_person_is_asked_in_her_language_and_we_wait(ready, receipt, case):
    actions.ask_for(case=case, author=ready.lena, questions=["topics"], items=["phone"], own="Danke", version=1)
    found = last(ready, receipt)
    assert "ما هو الموضوع؟" in found.text
    assert "Worum geht es?" in found.translation
    assert found.text.count("•") == 2
    assert "Danke" in found.text
    row = case_of(receipt)
    assert (row.status, row.due_at) == ("waiting", None)


@pytest.mark.parametrize("wrong", [{}, {"questions": ["nicht da"]}, {"own": "nur das"}])
def test_asking_for_nothing_is_refused(ready, case, wrong):
    with pytest.raises(actions.NotPossible):
        actions.ask_for(case=case, author=ready.lena, version=1, **wrong)
    assert not Message.objects.exists()


def test_a_template_is_filled_in_the_persons_language_with_german_beside(ready, case, template):
    draft = reply_templates.fill(template, case, ready.lena)
    assert draft.language == "ar"
    assert case.submission.number in draft.text
    assert f"Anfrage {case.submission.number} gelesen" in draft.german
    assert "Lena, Landratsamt" in draft.german
    assert "{" not in draft.text + draft.german


def test_without_a_text_in_her_language_the_template_is_german_and_says_so(ready, case, template):
    template.texts.all().delete()
    draft = reply_templates.fill(template, case, ready.lena)
    assert (draft.language, draft.german) == ("de", "")


def test_inserting_a_template_needs_no_script_and_keeps_what_was_typed(lena, ready, case, template, receipt):
    data = {"do": "template", "template": template.pk, "text": "Schon getippt", "language": "de", "after": "contacted"}
    response = desk.post(lena, case, "reply", **data)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Schon getippt\n\n" in text
    assert "قرأنا" in text
    assert '<option value="ar" selected>' in text
    assert case_of(receipt).messages.count() == 0


def test_the_preview_runs_from_right_to_left_as_the_person_sees_it(lena, case, receipt):
    response = desk.post(lena, case, "reply", do="preview", text="مرحبا <b>x</b>", language="ar", german="Hallo")
    text = response.content.decode()
    assert '<div class="inbox-preview__page" lang="ar" dir="rtl"><p>مرحبا &lt;b&gt;x&lt;/b&gt;</p></div>' in text
    assert case_of(receipt).messages.count() == 0


@pytest.mark.parametrize("value", ["", "x", "999999", "-1"])
def test_a_template_that_is_not_there_changes_nothing(lena, case, value):
    response = desk.post(lena, case, "reply", do="template", template=value, text="bleibt")
    assert response.status_code == 200
    assert "bleibt" in response.content.decode()


def test_a_template_of_another_office_is_not_offered_and_not_inserted(lena, ready, case, template):
    ReplyTemplate.objects.filter(pk=template.pk).update(office=ready.offices["VS_IM"])
    assert "Gelesen" not in lena.get(desk.address(case)).content.decode()
    assert "قرأنا" not in desk.post(lena, case, "reply", do="template", template=template.pk).content.decode()


def test_the_person_finds_the_german_text_folded_below_the_answer(ready, case, receipt, client):
    actions.reply(
        case=case, author=ready.lena, text="مرحبا", german="Hallo Amira", language="ar", waiting=True, version=1
    )
    client.post("/ar/status/", {"number": receipt.number, "secret": receipt.secret})
    text = client.get("/ar/status/").content.decode()
    assert "Hallo Amira" in text.split("<details>")[1]


def test_answer_and_close_in_one_step(lena, case, receipt):
    data = {"text": "Alles Gute", "language": "de", "after": "closed", "do": "send"}
    assert desk.post(lena, case, "reply", **data).status_code == 422
    assert desk.post(lena, case, "reply", **data, reason="helped").status_code == 302
    row = case_of(receipt)
    assert (row.status, row.close_reason, row.messages.count()) == ("closed", "helped", 1)


def test_an_interpreters_words_stand_beside_the_original(lena, ready, receipt):
    message = write(ready, receipt, "أحتاج مساعدة")
    case = case_of(receipt)
    assert desk.post(lena, case, "translate", message=message.pk, text="Ich brauche Hilfe").status_code == 302
    text = lena.get(desk.address(case)).content.decode()
    assert text.index("أحتاج مساعدة") < text.index("Ich brauche Hilfe")
    message.refresh_from_db()
    assert b"Hilfe" not in bytes(message.translation_ct)
    assert message.translated_by == "person"


def test_a_german_message_or_one_of_another_case_gets_no_translation(ready, receipt, case):
    message = answer(ready, receipt)
    row = case_of(receipt)
    with pytest.raises(actions.NotPossible):
        actions.add_translation(case=row, message=message, by=ready.lena, text="x", language="de", version=row.version)


@pytest.mark.parametrize(("provider", "local"), [("", True), ("", False), (f"{__name__}.Parrot", False)])
def test_what_people_write_goes_to_no_machine_that_is_not_ours(lena, ready, receipt, settings, provider, local):
    settings.LOTSE_TRANSLATOR, settings.LOTSE_TRANSLATOR_IS_LOCAL = provider, local
    message = write(ready, receipt)
    case = case_of(receipt)
    assert 'value="machine"' not in lena.get(desk.address(case)).content.decode()
    with pytest.raises(translators.NoTranslator):
        actions.translate_by_machine(case=case, message=message, by=ready.lena, version=case.version)
    assert Message.objects.get(pk=message.pk).translation_ct is None


def test_our_own_machine_translates_and_the_original_comes_first(lena, ready, receipt, settings):
    settings.LOTSE_TRANSLATOR, settings.LOTSE_TRANSLATOR_IS_LOCAL = f"{__name__}.Parrot", True
    message = write(ready, receipt, "مرحبا")
    case = case_of(receipt)
    assert 'value="machine"' in lena.get(desk.address(case)).content.decode()
    assert desk.post(lena, case, "translate", do="machine", message=message.pk).status_code == 302
    text = lena.get(desk.address(case)).content.decode()
    assert text.index("مرحبا") < text.index("[ar→de] مرحبا")
    assert last(ready, receipt).row.translated_by == "machine"


def test_a_machine_that_is_off_loses_nothing_and_tells_nothing(lena, ready, receipt, settings, caplog):
    settings.LOTSE_TRANSLATOR, settings.LOTSE_TRANSLATOR_IS_LOCAL = f"{__name__}.Broken", True
    message = write(ready, receipt, "KANARIE")
    case = case_of(receipt)
    assert desk.post(lena, case, "translate", do="machine", message=message.pk).status_code == 503
    assert "KANARIE" not in caplog.text
    assert Message.objects.get(pk=message.pk).translation_ct is None


def test_omar_translates_nothing(ready, receipt):
    message = write(ready, receipt)
    case = case_of(receipt)
    with pytest.raises(NotAllowed):
        actions.add_translation(
            case=case, message=message, by=ready.omar, text="x", language="de", version=case.version
        )
