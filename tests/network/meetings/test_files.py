"""Files of a meeting: rebuilt, for the meeting's audience only, gone when removed, never taken for forgotten."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from network.meetings import actions
from network.meetings.files import MOST_FILES
from network.meetings.models import MeetingFile
from network.meetings.statuses import Audience, FileAudience
from portal import vault
from portal.cleaning import CleanFile
from portal.errors import DomainError, NotAllowed
from services.intake.files import erase_due_files, sweep_files
from tests.network import factories

SECRET = b"Protokoll der Steuerung"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "portal.vault.PrivateStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def yasmin(portal):
    factories.coordinator(portal)
    return portal.yasmin


def added(meeting, user, audience=FileAudience.MEETING):
    return actions.add_file(meeting=meeting, user=user, file=CleanFile("Plan.txt", SECRET), audience=audience)


def test_a_file_lies_encrypted_and_is_handed_out_only_as_a_download(portal, yasmin, client):
    meeting = factories.meeting(portal, audience=Audience.PUBLIC)
    file = added(meeting, yasmin)
    with vault.storage().open(file.path) as stored:
        assert SECRET not in stored.read()
    answer = client.get(reverse("meeting_file", args=[meeting.slug, file.pk]))
    assert answer.content == SECRET
    assert answer["Content-Disposition"].startswith("attachment")
    assert "noindex" in answer["X-Robots-Tag"]
    assert "Plan.txt" in client.get(meeting.get_absolute_url()).content.decode()


def test_a_file_for_invited_people_is_neither_named_nor_given_to_anybody_else(portal, yasmin, client):
    meeting = factories.meeting(portal, audience=Audience.PUBLIC)
    file = added(meeting, yasmin, FileAudience.INVITED)
    path = reverse("meeting_file", args=[meeting.slug, file.pk])
    invited = factories.member(portal, "Lena", user=portal.lena)
    factories.member(portal, "Omar", user=portal.omar)
    factories.invited(meeting, invited)
    _row, token = factories.invited(meeting)
    for user, status in ((None, 404), (portal.omar, 404), (portal.ada, 404), (portal.lena, 200)):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(path).status_code == status
        assert ("Plan.txt" in client.get(meeting.get_absolute_url()).content.decode()) is (status == 200)
    client.logout()
    assert client.get(f"/de/rsvp/{token}/files/{file.pk}/").content == SECRET


def test_a_personal_link_opens_files_of_its_own_meeting_only_and_none_once_withdrawn(portal, yasmin, client):
    one, other = factories.meeting(portal), factories.meeting(portal)
    mine, theirs = added(one, yasmin), added(other, yasmin)
    row, token = factories.invited(one)
    assert client.get(f"/de/rsvp/{token}/files/{mine.pk}/").status_code == 200
    assert client.get(f"/de/rsvp/{token}/files/{theirs.pk}/").status_code == 404
    actions.revoke_invitation(invitation=row, user=yasmin)
    assert client.get(f"/de/rsvp/{token}/files/{mine.pk}/").status_code == 404


def test_the_sweep_for_forgotten_files_keeps_those_of_meetings_and_a_removed_one_goes(portal, yasmin):
    file = added(factories.meeting(portal), yasmin)
    sweep_files(timezone.now() + timedelta(days=9))
    assert vault.get(file.path, bytes(file.key)) == SECRET
    actions.remove_file(file=file, user=yasmin)
    erase_due_files()
    assert list(vault.names()) == []


def test_a_coordinator_adds_a_picture_that_is_rebuilt_and_a_program_is_refused(portal, yasmin, client):
    meeting = factories.meeting(portal)
    client.force_login(yasmin)
    path = reverse("network_meetings:files", args=[meeting.pk])
    picture = BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    upload = SimpleUploadedFile("Lageplan.png", picture.getvalue())
    assert client.post(path, {"file": upload, "audience": "meeting"}).status_code == 302
    wrong = client.post(path, {"file": SimpleUploadedFile("x.exe", b"MZ\0"), "audience": "meeting"})
    assert wrong.status_code == 422
    file = MeetingFile.objects.get()
    assert "Lageplan.png" in client.get(path).content.decode()
    assert client.get(reverse("network_meetings:file", args=[meeting.pk, file.pk])).status_code == 200
    client.post(reverse("network_meetings:file_remove", args=[meeting.pk, file.pk]))
    assert not MeetingFile.objects.exists()


def test_omar_neither_adds_nor_removes_and_nobody_fills_the_disk(portal, yasmin):
    meeting = factories.meeting(portal)
    file = added(meeting, yasmin)
    for act in (lambda: added(meeting, portal.omar), lambda: actions.remove_file(file=file, user=portal.omar)):
        with pytest.raises(NotAllowed):
            act()
    for _n in range(MOST_FILES - 1):
        added(meeting, yasmin)
    with pytest.raises(DomainError):
        added(meeting, yasmin)
