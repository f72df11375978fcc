"""Fifty canaries in file names, files and words around them, from the first photo to the withdrawal: none sings."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from portal import vault
from portal.outbox import deliver_due
from services.inbox import envelopes, files
from services.inbox.file_models import Attachment
from services.inbox.models import Case
from services.inbox.statuses import TransferReason
from services.intake.files import erase_due_files
from tests.portal.cleaning.makers import chunk, pdf, png_with, saved
from tests.services.inbox.test_canary import disguises, every_cell
from tests.services.intake.factories import Walker, compiled, open_form, question, step
from tests.services.intake.test_canaries import _breaks as report_of
from tests.services.intake.test_canaries import found_in
from tests.services.intake.test_resume import elsewhere, save

pytestmark = pytest.mark.ignore_template_errors
CANARIES = [f"Kanarienvogel{number:02}y{number * 7907}" for number in range(50)]


class Birds:
    """Gives out canaries, and files that carry one in their name and others in their content."""

    def __init__(self) -> None:
        self.left = iter(CANARIES)
        self.flown: list[str] = []

    def one(self) -> str:
        self.flown.append(next(self.left))
        return self.flown[-1]

    def photo(self) -> SimpleUploadedFile:
        """As a telephone makes it: with a maker, an artist and a comment."""
        note = Image.Exif()
        note[0x010F], note[0x013B], note[0x9286] = self.one(), self.one(), self.one()
        logging.disable(logging.DEBUG)  # only our own pencil is quiet, the product's is not
        data = saved(Image.new("RGB", (40, 30), (90, 120, 200)), "JPEG", exif=note, comment=self.one().encode())
        logging.disable(logging.NOTSET)
        return SimpleUploadedFile(f"{self.one()}.jpg", data, "image/jpeg")

    def screenshot(self) -> SimpleUploadedFile:
        data = png_with(chunk(b"tEXt", b"Comment\0" + self.one().encode()))
        return SimpleUploadedFile(f"{self.one()}.png", data, "image/png")

    def letter(self) -> SimpleUploadedFile:
        def change(made) -> None:
            made.docinfo["/Author"] = self.one()

        return SimpleUploadedFile(f"{self.one()}.pdf", pdf(change), "application/pdf")

    def text(self) -> SimpleUploadedFile:
        """What it says is what the office is to read, so it stays in the file."""
        return SimpleUploadedFile(f"{self.one()}.txt", self.one().encode(), "text/plain")

    def refused(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(f"{self.one()}.exe", b"MZ" + self.one().encode())

    def broken(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(f"{self.one()}.jpg", b"\xff\xd8\xff\xe0" + self.one().encode())


class Story:
    """Amira with two telephones, Lena's office, and Omar's who goes on with the case."""

    def __init__(self, portal) -> None:
        self.portal, self.birds, self.names, self.reports = portal, Birds(), [], []
        self.amira = Walker(Client(raise_request_exception=False), key="small").start()

    def add(self, walker, *uploads, action="add"):
        return walker.client.post(walker.path("papers"), {"action": action, "file": list(uploads)})

    def fill_in(self) -> None:
        birds, amira = self.birds, self.amira
        amira.post("one", wants=birds.one())
        amira.post("one", wants=birds.one(), query="?change=1")
        wanted = [birds.photo(), birds.screenshot(), birds.letter(), birds.text()]
        for upload in wanted[:2]:
            self.add(amira, upload)
        self.add(amira, birds.refused(), birds.broken())
        amira.client.get(amira.path("papers") + "?wrong=1")
        self.add(amira, thrown := birds.screenshot())
        rows = list(amira.store().draft.files.all())
        amira.client.post(amira.path("papers"), {"action": f"remove-{rows[-1].pk}"})
        other = elsewhere(amira, save(amira))
        other.key = "small"
        for upload in wanted[2:]:
            self.add(other, upload)
        self.add(other, action="continue")
        self.names = [upload.name for upload in wanted]
        assert thrown.name not in self.names
        self.reports.append(report_of(amira, birds.one()))

    def send(self):
        self.amira.send()
        self.receipt = self.amira.store().receipt
        self.amira.client.post("/de/status/", {"number": self.receipt["number"], "secret": self.receipt["secret"]})
        return Case.objects.get()

    def write(self, *uploads, text="", action="send"):
        case = Case.objects.get()
        data = {"case": str(case.pk), "id": str(uuid.uuid4()), "text": text, "action": action}
        return self.amira.client.post("/de/status/message/", {**data, "file": list(uploads)})

    def staff(self, who, action, **more):
        client = Client(raise_request_exception=False)
        client.force_login(who)
        page = reverse("case", args=[Case.objects.get().pk])
        data = {"action": action, "version": Case.objects.get().version, "language": "de", "after": "waiting"}
        answer = client.post(page, {**data, **more})
        client.get(page)
        for row in Attachment.objects.sent():
            client.get(reverse("case_file", args=[row.case_id, row.pk]))
        return answer

    def converse(self) -> None:
        birds, lena, omar = self.birds, self.portal.lena, self.portal.omar
        self.write(birds.refused(), text=birds.one())
        self.write(waits := birds.screenshot(), text=birds.one() * 300)
        self.write(text=birds.one())
        self.staff(lena, "reply", text=birds.one(), files=[birds.refused()])
        self.staff(lena, "reply", text=birds.one(), files=[sent := birds.letter()])
        self.staff(lena, "note", text=birds.one())
        moved = {"to": self.portal.offices["VS_IM"].pk, "reason": TransferReason.MOVED, "note": birds.one()}
        assert self.staff(lena, "transfer", **moved, with_notes="on").status_code == 302
        self.staff(omar, "reply", text=birds.one(), files=[again := birds.screenshot()])
        self.names += [waits.name, sent.name, again.name]
        while len(birds.flown) < len(CANARIES):  # whoever is left sings where nobody asked
            Client().post("/de/status/", {"number": birds.one(), "secret": "x"})
        self.amira.client.get("/de/status/")


def raw_bytes() -> list[tuple[str, bytes]]:
    """The database as a thief has it: every page of the file, the free ones included. Cells alone on PostgreSQL."""
    cells = list(every_cell())
    if connection.vendor == "sqlite":
        cells.append(("the whole file", connection.connection.serialize()))
    return cells


def folders() -> list[tuple[str, bytes]]:
    """Every file of the private storage, the public media and what else the product writes, with its name."""
    roots = [vault.storage().location, settings.MEDIA_ROOT, settings.VAR_DIR, settings.LOTSE_KEY_DIR]
    return [
        (str(path), path.name.encode() + path.read_bytes())
        for root in roots
        for path in Path(root).rglob("*")
        if path.is_file()
    ]


@pytest.fixture
def story(portal, caplog):
    caplog.set_level(logging.DEBUG)
    papers = step("papers", question("letter", "file", max_files=5))
    wants = step("one", question("wants", "text", required=True))
    open_form(portal, compiled(wants, papers, recipient="LRA_IM"))
    told = Story(portal)
    told.fill_in()
    told.draft_cells = raw_bytes() + folders()
    told.send()
    told.converse()
    deliver_due()
    mails = "".join(f"{one.subject}{one.body}{one.message()}" for one in mail.outbox)
    kept = "".join(str(value) for value in getattr(cache, "_cache", {}).values())
    told.left = (caplog.text + mails + kept + "".join(told.reports)).encode()
    return told


def really_told(story) -> None:
    """Else nothing would be found because nothing was written: every file opens for the office that has it now."""
    case = Case.objects.get()
    assert case.office == story.portal.offices["VS_IM"]
    key = envelopes.key_for_office(case)
    opened = {row.name: files.content(row.row, key).data for row in files.opened(case, key)}
    assert sorted(opened) == sorted(story.names)
    of_text = next(name for name in opened if name.endswith(".txt"))
    assert opened.pop(of_text).decode().strip() in CANARIES  # what it says stays; what nobody sees goes:
    assert not found_in(list(opened.items()), CANARIES)


def test_no_canary_sings_from_the_first_photo_to_the_withdrawal_in_any_place_of_ours(story):
    """Places: dump, session, log, mail, cache, report, storage."""
    nothing_sings_before_or_after_sending(story)
    after_the_withdrawal_rows_and_files_are_gone_and_still_nothing_sings(story)


def nothing_sings_before_or_after_sending(story):
    assert story.birds.flown == CANARIES
    really_told(story)
    cells = raw_bytes()
    tables = {table for table, _value in cells}
    wanted = {"services_attachment", "services_message", "wagtailcore_revision", "wagtailcore_pagelogentry"}
    assert wanted <= tables
    assert any(story.receipt["number"].encode() in value for _table, value in cells)  # the search finds what is plain
    assert len([path for path, _value in folders() if str(vault.storage().location) in path]) >= 6
    assert not found_in(story.draft_cells, CANARIES)
    assert not found_in([*cells, *folders(), ("outside", story.left)], CANARIES)
    assert story.receipt["secret"] not in story.left.decode()


def after_the_withdrawal_rows_and_files_are_gone_and_still_nothing_sings(story):
    before = {row.path for row in Attachment.objects.all()}
    assert before
    assert story.amira.client.post("/de/status/withdraw/").status_code == 303
    erase_due_files()
    assert not Attachment.objects.exists()
    assert not [path for path, _value in folders() for name in before if path.endswith(name)]
    assert not found_in([*raw_bytes(), *folders()], CANARIES)


def test_the_search_for_canaries_would_hear_one():
    for bird in CANARIES[:3]:
        for form in disguises(bird):
            assert found_in([("here", b"x" + form + b"y")], [bird])
