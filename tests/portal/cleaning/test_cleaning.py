"""Nobody can be harmed by a file that comes in, and nobody is sent away with one that is harmless."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import zipfile
import zlib

import openpyxl
import pikepdf
import pypdf
import pytest
from PIL import Image

from portal import cleaning
from portal.cleaning import FileRefused, clean
from portal.filenames import safe_name
from portal.receiving import Received
from tests.portal.cleaning.bad_documents import PDFS
from tests.portal.cleaning.bad_files import IMAGES, OTHERS
from tests.portal.cleaning.bad_files import NAMES as BAD_NAMES
from tests.portal.cleaning.bad_office import OFFICE
from tests.portal.cleaning.good_files import GOOD
from tests.portal.cleaning.good_files import NAMES as GOOD_NAMES
from tests.portal.cleaning.makers import exif, jpeg, pdf, picture, png_of, saved

BAD = [*IMAGES, *OTHERS, *PDFS, *OFFICE]


def upload(data: bytes, name: str, size: int | None = None) -> Received:
    return Received(io.BytesIO(data), "file", name, "application/octet-stream", size or len(data), None)


def unpacked(data: bytes) -> bytes:
    """A file with everything packed in it laid open, to search in."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [archive.read(name) for name in archive.namelist()]
    if data.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(data)) as document:
            for item in document.objects:
                found.append(repr(item).encode())
                if isinstance(item, pikepdf.Stream):
                    found.append(item.read_raw_bytes())
                    with contextlib.suppress(pikepdf.PdfError):
                        found.append(item.read_bytes())
    return b"\n".join(found)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.why)
def test_this_bad_file_is_refused_or_neutralised(bad):
    data = bad.make()
    if isinstance(bad.gone, str):
        with pytest.raises(FileRefused) as refused:
            clean(upload(data, bad.name))
        assert refused.value.code == bad.gone
        assert refused.value.status == 422
        assert len(str(refused.value)) > 20
        return
    assert bad.gone in unpacked(data) or bad.gone in data, "the corpus must really hold what is to go"
    taken = clean(upload(data, bad.name))
    assert bad.gone not in taken.data
    assert bad.gone not in unpacked(taken.data)


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.what)
def test_this_good_file_is_taken(good):
    taken = clean(upload(good.make(), good.name))
    assert taken.name.endswith(f".{good.ending}")
    match good.ending:
        case "jpg" | "png":
            with Image.open(io.BytesIO(taken.data)) as image:
                image.load()
                assert not image.getexif()
                assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        case "pdf":
            assert len(pypdf.PdfReader(io.BytesIO(taken.data)).pages) >= 1
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(taken.data)).active["B2"].value == 540
        case "txt":
            assert taken.data.decode()
        case _:
            with zipfile.ZipFile(io.BytesIO(taken.data)) as archive:
                assert archive.testzip() is None


@pytest.mark.parametrize(("name", "end"), [*BAD_NAMES.items()], ids=lambda part: ascii(part)[:30])
def test_this_bad_name_does_nothing(name, end):
    kept = safe_name(name, "jpg")
    assert kept.endswith(end)
    assert len(kept) <= 100
    assert not set('/\\:*?"<>|\r\n\0\u202e') & set(kept)
    assert not kept.startswith(("=", "+", "-", "@", "."))


@pytest.mark.parametrize(("name", "kept"), GOOD_NAMES.items(), ids=lambda part: ascii(part)[:30])
def test_this_good_name_stays(name, kept):
    assert safe_name(name, "jpg") == kept


def test_177_bad_files_and_names_and_61_good_ones_are_in_this_corpus():
    assert len(BAD) + len(BAD_NAMES) == 177
    assert len(GOOD) + len(GOOD_NAMES) == 61
    assert len({bad.why + bad.name for bad in BAD}) == len(BAD)


# What stays -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_whichever_way_the_telephone_was_held(orientation):
    upright = picture((64, 48))
    held = upright if orientation == 1 else upright.transpose(_held(orientation))
    taken = clean(upload(saved(held, "JPEG", exif=exif(orientation), quality=95), "a.jpg"))
    with Image.open(io.BytesIO(taken.data)) as image:
        assert image.size == (64, 48)
        red, green, _blue = image.getpixel((5, 5))
        assert red > 180 > 80 > green


def _held(orientation: int) -> Image.Transpose:
    return {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]


def test_what_was_filled_into_a_form_is_still_to_be_read():
    good = next(good for good in GOOD if good.what == "a form that was filled in")
    taken = clean(upload(good.make(), "a.pdf"))
    reader = pypdf.PdfReader(io.BytesIO(taken.data))
    assert "Amira Haddad" in reader.pages[0].extract_text()
    assert "/AcroForm" not in reader.trailer["/Root"]
    assert "/Annots" not in reader.pages[0]


def test_the_words_of_every_page_stay():
    taken = clean(upload(pdf(pages=7), "a.pdf"))
    reader = pypdf.PdfReader(io.BytesIO(taken.data))
    assert [page.extract_text() for page in reader.pages] == [f"Bescheid {number}" for number in range(7)]
    assert not reader.metadata
    assert set(reader.trailer["/Root"]) == {"/Type", "/Pages"}


# Limits -----------------------------------------------------------------------------------------------------------


def test_a_file_of_eleven_megabytes_is_refused_whatever_it_is(settings):
    with pytest.raises(FileRefused) as refused:
        clean(upload(jpeg(), "a.jpg", size=11 * 2**20))
    assert refused.value.code == "too_large"
    assert "10 MB" in str(refused.value)


def test_a_question_for_photos_takes_no_document():
    with pytest.raises(FileRefused) as refused:
        clean(upload(pdf(), "a.pdf"), ["image"])
    assert refused.value.code == "unknown_type"
    assert clean(upload(jpeg(), "a.jpg"), ["image"]).name == "a.jpg"


def test_work_without_end_is_ended(settings):
    settings.LOTSE_CLEANING_SECONDS = 1  # a whole number: the kernel knows no parts of seconds
    noise = b"".join(b"\0" + os.urandom(9000) for _line in range(9000))
    data = png_of(9000, 9000, zlib.compress(noise, 0))
    settings.LOTSE_UPLOAD_BYTES, settings.LOTSE_UPLOAD_PIXELS = len(data), 9000 * 9000
    with pytest.raises(FileRefused) as refused:
        cleaning.in_cleanroom("image", data)
    assert refused.value.code == "unchecked"


def test_work_that_wants_all_memory_is_refused(settings):
    settings.LOTSE_CLEANING_MEMORY = 200 * 2**20
    with pytest.raises(FileRefused) as refused:
        clean(upload(saved(Image.new("RGB", (6300, 6300)), "PNG", compress_level=1), "a.png"))
    assert refused.value.code in {"too_many_pixels", "unchecked", "too_complex"}


def test_five_files_at_once_wait_for_their_turn_or_are_told_to(settings, monkeypatch):
    settings.LOTSE_CLEANING_SECONDS = 0.05
    monkeypatch.setattr(cleaning, "_rooms", __import__("threading").BoundedSemaphore(1))
    cleaning._rooms.acquire()
    with pytest.raises(FileRefused) as refused:
        clean(upload(jpeg(), "a.jpg"))
    assert (refused.value.code, refused.value.status) == ("busy", 503)


WALLS = """
import sys; sys.path.insert(0, {root!r})
import os, socket, subprocess
from portal.cleanroom import walls
closed = walls.close()
def tried(what):
    try:
        what()
    except PermissionError:
        return "refused"
    except OSError as problem:
        return type(problem).__name__
    return "done"
print(closed, tried(lambda: open("/etc/passwd").close()), tried(lambda: os.open("/tmp/x", os.O_CREAT | os.O_WRONLY)),
      tried(socket.socket), tried(lambda: os.execv("/bin/true", ["true"])), tried(lambda: os.kill(1, 0)),
      tried(lambda: os.unlink("/nothing")), tried(lambda: os.mkdir("/nothing")))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's filter is Linux's")
def test_a_decoder_that_was_taken_over_finds_no_file_no_network_and_no_program():
    code = WALLS.format(root=cleaning.ROOT)
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, env={}, cwd="/")
    assert done.stdout.split() == ["True", *["refused"] * 7], done.stderr


def test_the_process_knows_nothing_of_ours(settings):
    code = "import sys; sys.path.insert(0, {root!r}); import portal.cleanroom.{name}; print('django' in sys.modules)"
    for name in ("images", "pdfs", "offices", "texts", "__main__"):
        done = subprocess.run(
            [sys.executable, "-I", "-c", code.format(root=cleaning.ROOT, name=name)],
            capture_output=True,
            text=True,
            env={},
        )
        assert done.stdout.strip() == "False", done.stderr


def test_nothing_lies_on_the_disk_while_a_file_is_cleaned(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = set(os.listdir("/tmp"))  # noqa: S108 - looked at, not written to
    clean(upload(jpeg(exif=exif()), "kanarienvogel.jpg"))
    assert not os.listdir(tmp_path)
    assert not [name for name in set(os.listdir("/tmp")) - before if "kanarien" in name]  # noqa: S108
