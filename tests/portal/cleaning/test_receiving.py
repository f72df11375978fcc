"""A file that arrives lies in memory and nowhere else, whatever its sender claims about it."""

from __future__ import annotations

import os
import tempfile

import pytest
from django.test import RequestFactory

from portal.cleaning import FileRefused, clean
from portal.receiving import MemoryHandler, Received
from tests.portal.cleaning.makers import jpeg

EDGE = "grenze"
HEAD = (
    f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{{name}}"\r\n'
    "Content-Type: image/jpeg\r\n{more}\r\n"
)


def posted(*files: tuple[str, bytes], more: str = "", text: str = "bleibt"):
    body = b""
    for name, data in files:
        body += HEAD.format(name=name, more=more).encode() + data + b"\r\n"
    body += f'--{EDGE}\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n--{EDGE}--\r\n'.encode()
    return RequestFactory().generic("POST", "/x", body, f"multipart/form-data; boundary={EDGE}")


@pytest.fixture
def temp_folder(tmp_path, monkeypatch, settings):
    """A temporary folder that is watched while a request is read."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


def test_there_is_one_handler_and_it_knows_no_disk(settings):
    assert settings.FILE_UPLOAD_HANDLERS == ["portal.receiving.MemoryHandler"]


def test_nine_megabytes_leave_nothing_in_the_temporary_folder(temp_folder):
    request = posted(("gross.jpg", b"kanarienvogel" * 700_000))
    file = request.FILES["file"]
    assert file.size == 9_100_000
    assert isinstance(file, Received)
    assert isinstance(request.upload_handlers[0], MemoryHandler)
    assert os.listdir(temp_folder) == []
    assert not hasattr(file, "temporary_file_path")


def test_what_is_too_large_is_thrown_away_and_the_rest_of_the_form_is_there(temp_folder):
    request = posted(("riese.jpg", bytes(11 * 2**20)), ("klein.jpg", jpeg()))
    giant, small = request.FILES.getlist("file")
    assert (giant.size, giant.is_whole, giant.read()) == (11 * 2**20, False, b"")
    assert small.is_whole
    assert request.POST["text"] == "bleibt"
    assert os.listdir(temp_folder) == []
    with pytest.raises(FileRefused) as refused:
        clean(giant)
    assert refused.value.code == "too_large"


def test_many_files_together_are_bounded_as_well(settings):
    settings.LOTSE_UPLOAD_REQUEST_BYTES = 100_000
    files = posted(*[(f"{number}.jpg", bytes(40_000)) for number in range(5)]).FILES.getlist("file")
    assert [file.is_whole for file in files] == [True, True, False, False, False]
    with pytest.raises(FileRefused) as refused:
        clean(files[4])
    assert refused.value.code == "too_much"


def test_a_flood_is_cut_off(settings):
    settings.LOTSE_UPLOAD_REQUEST_BYTES = settings.LOTSE_UPLOAD_BYTES = 100_000
    request = posted(("flut.jpg", bytes(3_000_000)))
    assert "file" not in request.FILES


@pytest.mark.parametrize("claim", ["Content-Length: 5\r\n", "Content-Length: 99999999999\r\n", "Content-Length: x\r\n"])
def test_a_false_size_in_a_part_means_nothing(claim):
    data = jpeg()
    file = posted(("a.jpg", data), more=claim).FILES["file"]
    assert file.size == len(data)
    assert clean(file).name == "a.jpg"


def test_a_false_size_of_the_request_gives_no_half_file():
    request = posted(("a.jpg", jpeg()))
    request.META["CONTENT_LENGTH"] = "300"
    request._stream.limit = 300 if hasattr(request._stream, "limit") else None
    file = request.FILES.get("file")
    if file is not None:
        with pytest.raises(FileRefused):
            clean(file)


@pytest.mark.parametrize("kind", ["text/html", "application/x-msdownload", "image/svg+xml", ""])
def test_the_kind_a_browser_claims_means_nothing(kind):
    request = posted(("a.jpg", jpeg()), more="")
    file = request.FILES["file"]
    file.content_type = kind
    assert clean(file).name == "a.jpg"
