"""Appointments: the person reads them in her language, her calendar learns only when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from services.inbox import actions
from services.inbox.models import Appointment
from tests.services.inbox import desk
from tests.services.inbox.factories import case_of, visitor_of


def make(portal, case, **more):
    values = {"starts_at": desk.soon(), "minutes": 45, "mode": "office", "place": "Zimmer 12", **more}
    return actions.make_appointment(case=case, by=portal.lena, version=case.version, **values)


@pytest.fixture
def amira(ready, receipt, client):
    """Amira has opened her request in Arabic."""
    client.post("/ar/status/", {"number": receipt.number, "secret": receipt.secret})
    return client


def test_the_person_is_told_when_and_where_and_nothing_is_due(ready, receipt, case):
    made = make(ready, case)
    content = actions.read_as_visitor(visitor=visitor_of(ready, receipt), case=case_of(receipt))
    assert [(item.row.pk, item.text) for item in content.appointments] == [(made.pk, "Zimmer 12")]
    assert "Zimmer 12" in content.messages[-1].text
    assert timezone.localtime(made.starts_at).strftime("%H:%M") in content.messages[-1].text
    row = case_of(receipt)
    assert (row.status, row.due_at, row.assigned_to) == ("contacted", None, ready.lena)


def test_the_place_is_encrypted_and_bound_to_its_appointment(ready, receipt, case):
    first, second = make(ready, case), make(ready, case_of(receipt), place="Zimmer 99")
    assert b"Zimmer" not in bytes(first.place_ct)
    Appointment.objects.filter(pk=first.pk).update(place_ct=second.place_ct)
    content = actions.open_case(case=case_of(receipt), reader=ready.lena)
    assert {item.row.pk: item.text for item in content.appointments} == {first.pk: None, second.pk: "Zimmer 99"}


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": timezone.now() - timedelta(minutes=1)},
        {"starts_at": timezone.now() + timedelta(days=400)},
        {"minutes": 0},
        {"minutes": 481},
    ],
)
def test_an_impossible_time_is_refused(ready, case, change):
    with pytest.raises(actions.NotPossible):
        make(ready, case, **change)
    assert not Appointment.objects.exists()


def test_a_cancelled_appointment_is_told_and_not_cancelled_twice(ready, receipt, case):
    made = make(ready, case)
    row = case_of(receipt)
    actions.cancel_appointment(case=row, by=ready.lena, appointment=made, version=row.version)
    row = case_of(receipt)
    assert row.messages.count() == 2
    with pytest.raises(actions.NotPossible):
        actions.cancel_appointment(case=row, by=ready.lena, appointment=made, version=row.version)


def test_an_appointment_of_another_case_is_not_cancelled(ready, case, receipt):
    from tests.services.inbox.factories import send

    other = case_of(send(ready))
    made = make(ready, other)
    with pytest.raises(actions.NotPossible):
        actions.cancel_appointment(case=case, by=ready.lena, appointment=made, version=case.version)


@pytest.mark.ignore_template_errors
def test_the_status_page_shows_it_and_offers_the_file(ready, case, amira):
    made = make(ready, case)
    text = amira.get("/ar/status/").content.decode()
    assert "Zimmer 12" in text
    assert f"/ar/status/appointment/{made.pk}/" in text


@pytest.mark.ignore_template_errors
def test_the_calendar_file_says_when_and_nothing_else(ready, case, amira, receipt):
    made = make(ready, case)
    response = amira.get(f"/ar/status/appointment/{made.pk}/")
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/calendar")
    assert "no-store" in response["Cache-Control"]
    assert timezone.localtime(made.starts_at).strftime("DTSTART;TZID=Europe/Berlin:%Y%m%dT%H%M") in text
    for hidden in ("Zimmer", "Landratsamt", receipt.number, "Wohnen", "housing", "LOCATION", "DESCRIPTION"):
        assert hidden not in text


@pytest.mark.ignore_template_errors
def test_the_file_of_a_cancelled_appointment_takes_it_out_of_the_calendar(ready, case, amira, receipt):
    made = make(ready, case)
    row = case_of(receipt)
    actions.cancel_appointment(case=row, by=ready.lena, appointment=made, version=row.version)
    text = amira.get(f"/ar/status/appointment/{made.pk}/").content.decode()
    assert "STATUS:CANCELLED" in text
    assert "SEQUENCE:1" in text


@pytest.mark.ignore_template_errors
def test_the_file_needs_the_open_door(ready, case, client):
    made = make(ready, case)
    response = client.get(f"/ar/status/appointment/{made.pk}/")
    assert (response.status_code, response.url) == (303, "/ar/status/")


@pytest.mark.ignore_template_errors
def test_lena_makes_one_on_the_page_and_bad_input_is_shown_again(ready, case, client):
    client.force_login(ready.lena)
    data = desk.forms(ready, case)["appoint"]
    for wrong in ({"day": "2020-01-01"}, {"day": "9999-12-31"}, {"clock": "25:00"}, {"minutes": "x"}, {"place": ""}):
        response = desk.post(client, case, "appoint", **{**data, **wrong})
        assert response.status_code in {409, 422}, wrong
        assert 'id="appoint" open' in response.content.decode()
    assert not Appointment.objects.exists()
    assert desk.post(client, case, "appoint", **data).status_code == 302
    assert Appointment.objects.get().mode == "office"
    assert reverse("case", args=[case.pk])
