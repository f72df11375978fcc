"""Lena keeps a filter for herself or for her colleagues; nobody else finds it."""

import pytest
from django.urls import reverse

from portal.errors import NotAllowed
from services.directory.models import OfficeMembership
from services.inbox import filtering
from services.inbox.models import SavedFilter
from tests.services.inbox.desk import many

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def lena(ready, client):
    client.force_login(ready.lena)
    return client


@pytest.fixture
def office(ready):
    return ready.offices["LRA_IM"]


def save(client, **data):
    return client.post(reverse("inbox_filter_save"), {"name": "Arabisch", "query": "view=new&language=ar", **data})


def test_lena_saves_what_she_sees_and_finds_it_again(lena, ready):
    many(ready, 1)
    assert save(lena).status_code == 302
    saved = SavedFilter.objects.get()
    assert (saved.owner, saved.office, saved.query) == (ready.lena, None, "view=new&language=ar")
    text = lena.get(f"{reverse('inbox')}?{saved.query}").content.decode()
    assert 'href="/admin/inbox/?view=new&amp;language=ar" aria-current="page">Arabisch</a>' in text


def test_only_valid_values_are_kept(lena, ready):
    save(lena, query="view=x&language=ar&q=SBK-7F3K-29&assigned=me&sort=-received&evil=1&municipality=abc&p=3")
    assert SavedFilter.objects.get().query == "view=open&assigned=me&language=ar&sort=-received"


def test_a_shared_filter_is_there_for_colleagues_and_a_private_one_is_not(lena, ready, office, client):
    save(lena, name="Privat")
    save(lena, name="Geteilt", office=office.pk)
    OfficeMembership.objects.create(office=office, user=ready.tarik, valid_from="2020-01-01")
    assert [row.name for row in SavedFilter.objects.usable_by(ready.tarik)] == ["Geteilt"]
    assert {row.name for row in SavedFilter.objects.usable_by(ready.lena)} == {"Privat", "Geteilt"}
    for stranger in (ready.omar, ready.yasmin, ready.ada):
        assert not SavedFilter.objects.usable_by(stranger).exists()


def test_nobody_shares_with_an_office_that_is_not_theirs(lena, ready):
    assert save(lena, office=ready.offices["VS_IM"].pk).status_code == 422
    with pytest.raises(NotAllowed):
        filtering.save_filter(owner=ready.lena, name="x", query="view=new", office=ready.offices["VS_IM"])
    assert not SavedFilter.objects.exists()


def test_a_name_is_there_once(lena, ready, office):
    save(lena)
    response = save(lena, query="view=closed")
    assert response.status_code == 422
    assert "view=closed" in response.content.decode()  # nothing is lost
    assert SavedFilter.objects.count() == 1
    assert save(lena, office=office.pk).status_code == 302


def test_lena_renames_shares_and_deletes_hers(lena, ready, office):
    save(lena)
    page = reverse("inbox_filter", args=[SavedFilter.objects.get().pk])
    assert lena.get(page).status_code == 200
    lena.post(page, {"name": "Neu", "office": office.pk})
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.office) == ("Neu", office)
    lena.post(page, {"delete": "yes"})
    assert not SavedFilter.objects.exists()


def test_a_colleague_uses_a_shared_filter_but_the_lead_tidies_up(ready, office, client):
    saved = filtering.save_filter(owner=ready.lena, name="x", query="view=new", office=office)
    row = OfficeMembership.objects.create(office=office, user=ready.tarik, valid_from="2020-01-01")
    with pytest.raises(NotAllowed):
        filtering.delete_filter(saved=saved, by=ready.tarik)
    row.is_lead = True
    row.save()
    with pytest.raises(filtering.NotPossible):  # it would vanish for everybody and appear as hers
        filtering.change_filter(saved=saved, by=ready.tarik, name="y", office=None)
    filtering.delete_filter(saved=saved, by=ready.tarik)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["omar", "yasmin", "eva", "ada"])
def test_others_reach_no_filter_by_its_address(ready, office, client, name):
    saved = filtering.save_filter(owner=ready.lena, name="x", query="view=new", office=office)
    client.force_login(getattr(ready, name))
    page = reverse("inbox_filter", args=[saved.pk])
    assert client.get(page).status_code in {302, 403}
    client.post(page, {"delete": "yes"})
    with pytest.raises(NotAllowed):
        filtering.change_filter(saved=saved, by=getattr(ready, name), name="y", office=None)
    assert SavedFilter.objects.get().name == "x"


def test_leaving_the_office_ends_what_was_shared(ready, office):
    saved = filtering.save_filter(owner=ready.lena, name="x", query="view=new", office=office)
    ready.lena.memberships.update(valid_to="2021-01-01")
    assert not SavedFilter.objects.usable_by(ready.lena).exists()
    with pytest.raises(NotAllowed):
        filtering.delete_filter(saved=saved, by=ready.lena)


def test_thirty_filters_are_enough(ready):
    for number in range(30):
        filtering.save_filter(owner=ready.lena, name=str(number), query="view=new")
    with pytest.raises(filtering.NotPossible):
        filtering.save_filter(owner=ready.lena, name="31", query="view=new")


@pytest.mark.parametrize("data", [{"name": ""}, {"name": "x" * 61}, {"name": "a\x00"}, {"office": "x"}])
def test_bad_input_is_shown_again(lena, data):
    assert save(lena, **data).status_code == 422
    assert not SavedFilter.objects.exists()


def test_a_hostile_name_is_inert(lena, ready):
    save(lena, name="<script>alert(1)</script>")
    assert "<script>alert" not in lena.get(reverse("inbox")).content.decode()
