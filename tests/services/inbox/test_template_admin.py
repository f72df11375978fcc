"""Who changes reply templates: leads those of their office, editors all; placeholders are checked."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from services.inbox.models import ReplyTemplate

pytestmark = pytest.mark.ignore_template_errors
VALID = {"name": "Gruß", "purpose": "received", "is_active": "on", "text": "Guten Tag {worker}"}


@pytest.fixture
def lead(ready, client):
    """Lena leads her office."""
    ready.lena.memberships.update(is_lead=True)
    client.force_login(ready.lena)
    return client


@pytest.fixture
def editor(ready, client):
    """Eva may change templates."""
    ready.eva.user_permissions.add(Permission.objects.get(codename="change_replytemplate"))
    client.force_login(ready.eva)
    return client


def new(client, **data):
    return client.post(reverse("inbox_template_new"), {**VALID, **data})


def test_a_lead_makes_a_template_for_the_own_office_with_a_language(lead, ready):
    office = ready.offices["LRA_IM"]
    assert new(lead, office=office.pk, text_ar="مرحبا {worker}").status_code == 302
    row = ReplyTemplate.objects.get()
    assert (row.office, row.district) == (office, ready.district)
    assert row.texts.get().text == "مرحبا {worker}"
    page = reverse("inbox_template", args=[row.pk])
    assert "مرحبا" in lead.get(page).content.decode()
    assert lead.post(page, {**VALID, "office": office.pk, "text": "Neu {worker}"}).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.texts.count()) == ("Neu {worker}", 0)


def test_a_lead_makes_none_for_the_district_or_another_office(lead, ready):
    for office in ("", ready.offices["VS_IM"].pk):
        assert new(lead, office=office).status_code in {403, 422}
    assert not ReplyTemplate.objects.exists()


def test_a_lead_does_not_see_or_change_other_offices_templates(lead, ready):
    row = ReplyTemplate.objects.create(
        district=ready.district, office=ready.offices["VS_IM"], code="x", purpose="delay", name="Fremd", text="x"
    )
    assert "Fremd" not in lead.get(reverse("inbox_templates")).content.decode()
    assert lead.get(reverse("inbox_template", args=[row.pk])).status_code == 302
    assert lead.post(reverse("inbox_template", args=[row.pk]), VALID).status_code == 302
    row.refresh_from_db()
    assert row.name == "Fremd"


def test_an_editor_makes_one_for_all_offices_twice_with_the_same_name(editor):
    assert new(editor).status_code == 302
    assert new(editor).status_code == 302
    assert set(ReplyTemplate.objects.values_list("code", "office")) == {("gru", None), ("gru-2", None)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "Hallo {name}"},
        {"text": "Hallo {}"},
        {"text_ar": "بدون"},
        {"text_ar": "{worker} {number}"},
        {"name": ""},
        {"text": ""},
        {"purpose": "x"},
        {"text": "x" * 4001},
    ],
)
def test_wrong_placeholders_and_empty_texts_come_back_with_what_was_typed(editor, wrong):
    response = new(editor, **wrong, text_uk="Добрий день {worker}")
    assert response.status_code in {409, 422}
    assert "Добрий день" in response.content.decode()
    assert not ReplyTemplate.objects.exists()


@pytest.mark.parametrize("name", ["lena", "omar", "tarik", "yasmin", "eva"])
def test_others_find_no_templates_to_change(ready, client, name):
    client.force_login(getattr(ready, name))
    for path in (reverse("inbox_templates"), reverse("inbox_template_new")):
        assert client.get(path).status_code in {302, 403}
    assert new(client).status_code in {302, 403}
    assert not ReplyTemplate.objects.exists()
