"""Several people save the same entry of the minutes in the same second: real threads, real transactions."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from network.minutes.models import EntryVersion, MinutesEntry
from tests.cast import found_portal
from tests.network import factories as network
from tests.network.meetings.test_race import THREADS, at_once, shared_database
from tests.network.minutes import factories


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_text_is_saved_all_others_survive_and_their_writers_are_asked(tmp_path):
    portal = found_portal()
    network.coordinator(portal)
    entry = factories.minutes(portal).entries.last()
    address = reverse("network_minutes_entry", args=[entry.minutes.meeting_id, entry.pk])
    answers = {}

    def save(number):
        client = Client()
        client.force_login(portal.yasmin)
        text = {"revision": entry.revision, "heading": entry.heading, "note": f"Text {number}", "decision": ""}
        answers[number] = client.post(address, text)

    with shared_database(tmp_path) as enter:
        at_once(enter, save, list(range(THREADS)))
        (winner,) = (number for number, answer in answers.items() if answer.status_code == 302)
        asked = {number: answer for number, answer in answers.items() if answer.status_code == 409}
        assert len(asked) == THREADS - 1
        assert (MinutesEntry.objects.get(pk=entry.pk).note, MinutesEntry.objects.get(pk=entry.pk).revision) == (
            f"Text {winner}",
            1,
        )
        aside = EntryVersion.objects.filter(entry=entry, kind="aside").values_list("content__note", flat=True)
        assert sorted(aside) == sorted(f"Text {number}" for number in asked)
        for number, answer in asked.items():
            assert f"Text {winner}" in answer.content.decode()
            assert f"Text {number}" in answer.content.decode()
