"""A form as a file: the same bytes after a round trip, a draft and nothing more on import, hostile files refused."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail_localize.models import StringTranslation

from portal.errors import NotAllowed
from services.intake.exchange import DEEPEST, LARGEST_FILE, FileRefused, read_file, write_file
from services.intake.exchange_actions import import_form
from services.intake.models import FormBlock, FormVersion, IntakeFormPage
from tests.services.intake.builder_cases import fill, form_block, form_list, form_page, go_live, say, small
from tests.services.intake.factories import question, source, step

WHO = question("who", required=True)


@pytest.fixture
def now(django_capture_on_commit_callbacks):
    """Do something and what it leaves for the end of the transaction, as a request would."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


def take(portal, text, user=None):
    """Import a text as Eva does."""
    data = text if isinstance(text, bytes) else text.encode()
    return import_form(user=user or portal.eva, index=form_list(portal), data=data)


def latest(page):
    return IntakeFormPage.objects.get(pk=page.pk).get_latest_revision_as_object()


class TestRoundTrip:
    def test_the_counselling_form_comes_back_byte_by_byte(self, portal):
        page = form_page(portal, source(recipient="responsible"))
        before = write_file(page)
        assert write_file(latest(take(portal, before))) == before

    def test_into_an_empty_place_too(self, portal):
        form_block("c1", question("danger"))
        page = form_page(portal, small(step("a", WHO, {"block": "c1"}), step("b", question("n", "number", max=3))))
        say(page, "ar")
        say(FormBlock.objects.get(), "fa", {"Ja": "بله"})
        before = write_file(page)
        page.delete()
        FormBlock.objects.all().delete()
        StringTranslation.objects.all().delete()
        made = take(portal, before)
        assert write_file(latest(made)) == before
        assert FormBlock.objects.get().name == "Block c1"

    def test_the_same_sentence_keeps_both_its_translations(self, portal):
        page = form_page(portal, small(step("a", question("x", label="Wer?"), question("y", label="Wer?"))))
        say(page, "ar")
        row = StringTranslation.objects.filter(translation_of__data="Wer?").order_by("pk").last()
        row.data = "<b>&amp;"
        row.data = "مَن &amp; ما"
        row.save()
        before = write_file(page)
        page.delete()
        StringTranslation.objects.all().delete()
        assert write_file(latest(take(portal, before))) == before
        assert "مَن & ما" in before


class TestImport:
    def test_it_makes_a_draft_and_publishes_nothing(self, portal):
        text = write_file(form_page(portal))
        IntakeFormPage.objects.all().delete()
        FormVersion.objects.all().delete()
        page = take(portal, text)
        assert not page.live
        assert page.owner == portal.eva
        assert FormVersion.objects.count() == 0

    def test_a_form_that_is_live_gets_a_draft_and_stays(self, portal):
        page = form_page(portal)
        content = json.loads(write_file(page))
        content["form"]["title"] = "Neu"
        take(portal, json.dumps(content))
        assert IntakeFormPage.objects.get(pk=page.pk).title == "Klein"
        assert latest(page).title == "Neu"
        assert FormVersion.objects.count() == 1

    def test_translations_stay_at_their_places_when_a_form_is_taken_in_again(self, portal, now):
        page = form_page(portal)
        for number, block in enumerate(page.steps):
            block.id = f"00000000-0000-4000-8000-00000000000{number}"  # as an editor's browser makes them
        page.save_revision().publish()
        page = IntakeFormPage.objects.get(pk=page.pk)
        go_live(now, portal, page)
        take(portal, write_file(page)).get_latest_revision().publish()
        current = FormVersion.objects.order_by("-number").first()
        assert current.document["languages"] == ["de", "ar"]

    def test_an_unfinished_draft_can_be_exported_and_says_why_it_cannot_come_back(self, portal):
        page = form_page(portal)
        fill(page, small(notice=[])).save_revision()
        with pytest.raises(FileRefused, match="(?i)notice|hinweis"):
            take(portal, write_file(latest(page)))

    def test_another_block_of_the_same_key_is_not_overwritten(self, portal):
        block = form_block("c1", question("danger"))
        text = write_file(form_page(portal, small(step("a", WHO, {"block": "c1"}))))
        block.questions[0].value["label"] = "Anders"
        block.save()
        with pytest.raises(FileRefused, match="c1"):
            take(portal, text)
        assert FormBlock.objects.get().questions[0].value["label"] == "Anders"

    def test_omar_may_not(self, portal):
        text = write_file(form_page(portal))
        with pytest.raises(NotAllowed):
            take(portal, text, portal.omar)


def twisted(change):
    content = {
        "format": "lotse-form",
        "schema": 1,
        "form": small(),
        "blocks": {},
        "translations": {},
    }
    change(content)
    return json.dumps(content).encode("utf-8", "surrogatepass")


def deep(content):
    value = []
    for _level in range(DEEPEST):
        value = [value]
    content["form"]["intro"] = value


HOSTILE = {
    "empty": b"",
    "no json": b"<xml/>",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "another format": b'{"format": "else"}',
    "another schema": b'{"format": "lotse-form", "schema": 2}',
    "no form": twisted(lambda file: file.pop("form")),
    "a form of the wrong type": twisted(lambda file: file.update(form=["x"])),
    "too large": b'{"format": "' + b"x" * LARGEST_FILE + b'"}',
    "too deep": twisted(deep),
    "endlessly deep": b"[" * 200_000,
    "too many values": twisted(lambda file: file["form"].update(intro=["x"] * 70_000)),
    "a name twice": b'{"format": "lotse-form", "format": "lotse-form", "schema": 1, "form": {}}',
    "not a number": b'{"format": "lotse-form", "schema": 1, "form": {"retention_days": NaN}}',
    "a number without end": b'{"format": "lotse-form", "schema": 1, "form": {"retention_days": ' + b"9" * 5000 + b"}}",
    "half a number": twisted(lambda file: file["form"].update(retention_days=1.5)),
    "a sign that is none": twisted(lambda file: file["form"].update(title="a\x00b")),
    "half a sign": twisted(lambda file: file["form"].update(title="\ud800")),
    "a turned direction": twisted(lambda file: file["form"].update(title="abc\u202ecba")),
    "an unknown part": twisted(lambda file: file.update(more=1)),
    "an unknown part of the form": twisted(lambda file: file["form"].update(colour="red")),
    "an unknown type": twisted(lambda file: file["form"]["steps"][0]["questions"][0].update(type="script")),
    "steps of the wrong type": twisted(lambda file: file["form"].update(steps="x")),
    "a step of the wrong type": twisted(lambda file: file["form"].update(steps=[3])),
    "a key of the wrong type": twisted(lambda file: file["form"].update(key={"a": 1})),
    "a key as a path": twisted(lambda file: file["form"].update(key="../x")),
    "a title without end": twisted(lambda file: file["form"].update(title="x" * 3000)),
    "a label without end": twisted(lambda file: file["form"]["steps"][0]["questions"][0].update(label="x" * 3000)),
    "a question of the wrong type": twisted(lambda file: file["form"]["steps"][0].update(questions=[None])),
    "an unknown block": twisted(lambda file: file["form"]["steps"][0].update(questions=[{"block": "c9"}])),
    "a block key of the wrong type": twisted(lambda file: file["form"]["steps"][0].update(questions=[{"block": []}])),
    "a block that is none": twisted(lambda file: file.update(blocks={"c1": 3})),
    "a block within a block": twisted(
        lambda file: file.update(
            blocks={"c1": {"name": "C", "questions": [{"block": "c1"}]}},
            form=small(step("a", WHO, {"block": "c1"})),
        )
    ),
    "a block nobody checked": twisted(
        lambda file: file.update(blocks={"c1": {"name": "C", "questions": [{"key": "x", "type": "zz"}]}})
    ),
    "an unknown language": twisted(lambda file: file.update(translations={"xx": []})),
    "translations of another form": twisted(lambda file: file.update(translations={"ar": [["Ganz anders", "x"]]})),
    "translations that are none": twisted(lambda file: file.update(translations={"ar": [["Klein", 3]]})),
    "a later question": twisted(
        lambda file: file["form"]["steps"][0].update(visible_if=[{"question": "x", "is": "yes"}])
    ),
    "a condition of the wrong type": twisted(lambda file: file["form"]["steps"][1].update(visible_if={"any": 3})),
    "a rule of the wrong type": twisted(lambda file: file["form"].update(routing={"rules": [3]})),
    "retention of the wrong type": twisted(lambda file: file["form"].update(retention_days="ever")),
}


class TestHostile:
    @pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
    def test_it_is_refused_in_words_and_leaves_nothing(self, portal, data):
        with pytest.raises(FileRefused) as refusal:
            take(portal, data)
        assert len(str(refusal.value)) > 20
        assert not IntakeFormPage.objects.exists()
        assert not FormBlock.objects.exists()

    def test_brackets_in_a_sentence_are_not_depth(self):
        assert read_file(twisted(lambda file: file["form"].update(title='a"[[[[[[[[[[[[[[[[[[[[[[[[[[[[{{{{\\')))


class TestInTheAdmin:
    def test_eva_exports_and_imports_with_two_buttons(self, portal, client):
        client.force_login(portal.eva)
        page = form_page(portal)
        listing = client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).content.decode()
        assert reverse("form_import", args=[page.get_parent().pk]) in listing
        assert reverse("form_export", args=[page.pk]) in listing
        file = client.get(reverse("form_export", args=[page.pk]))
        assert file["Content-Disposition"] == 'attachment; filename="small.json"'
        address = reverse("form_import", args=[page.get_parent().pk])
        assert client.get(address).status_code == 200
        answer = client.post(address, {"file": SimpleUploadedFile("small.json", file.content)})
        assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])

    def test_a_wrong_file_is_answered_on_the_same_page(self, portal, client):
        client.force_login(portal.eva)
        address = reverse("form_import", args=[form_list(portal).pk])
        for upload in ({"file": SimpleUploadedFile("x.json", b"no")}, {}):
            answer = client.post(address, upload)
            assert answer.status_code == 422
            assert answer.context["form"].errors["file"]

    def test_there_is_no_file_of_a_translation(self, portal, client, now):
        client.force_login(portal.ada)
        arabic = go_live(now, portal, form_page(portal))
        assert client.get(reverse("form_export", args=[arabic.pk]), follow=True).status_code == 404
