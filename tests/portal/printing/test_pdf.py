"""A file that people can read on paper and aloud, in their script, and that fetches nothing."""

import io
import re
import sys
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from portal import printing
from portal.printing import NotInPackage, PrintingMissing, pdf
from portal.uploads import without_traces

TEXTS = {
    "de": "Straße, Größe und Übergänge",
    "ar": "السكن في المدينة",
    "fa-af": "خانه و شهر",
    "ti": "ሰላም ዓለም",
    "ka": "გამარჯობა",
    "uk": "Привіт, світе",
}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>=cmd|'/c calc'!A1"


def read(made: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("language", TEXTS)
def test_the_text_can_be_read_back_in_its_script(paper, language):
    made = pdf(paper, {"title": TEXTS[language], "text": TEXTS[language]}, language=language)
    assert made.startswith(b"%PDF-")
    assert read(made).count(TEXTS[language]) == 2


@pytest.mark.parametrize("language", TEXTS)
def test_no_letter_is_an_empty_box(paper, language):
    reader = PdfReader(io.BytesIO(pdf(paper, {"title": "T", "text": TEXTS[language]}, language=language)))
    fonts = str([font.get_object().get("/BaseFont") for font in reader.pages[0]["/Resources"]["/Font"].values()])
    assert "Noto" in fonts or "DejaVu" in fonts
    assert "\ufffd" not in read(pdf(paper, {"title": "T", "text": TEXTS[language]}, language=language))


@pytest.mark.parametrize(("language", "lang"), [("de", "de"), ("ar", "ar"), ("prs", "fa-af"), ("nonsense", "de")])
def test_the_file_says_its_language_and_title_and_is_tagged(paper, language, lang):
    root = PdfReader(io.BytesIO(pdf(paper, {"title": "Bericht 7"}, language=language))).trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_file_declares_pdf_ua(paper):
    reader = PdfReader(io.BytesIO(pdf(paper, {"title": "Bericht 7"}, language="de")))
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert reader.metadata.title == "Bericht 7"


def test_words_of_the_portal_are_in_the_papers_language_whoever_prints(paper):
    german, arabic = (read(pdf(paper, {"title": "x"}, language=code)) for code in ("de", "ar"))
    assert "Ihre Anfrage" in german
    assert "Ihre Anfrage" not in arabic
    assert re.search("[\u0600-\u06ff]", arabic)


def test_the_same_paper_is_the_same_file(paper):
    context = {"title": "Bericht", "text": TEXTS["ar"]}
    assert pdf(paper, context, language="ar") == pdf(paper, context, language="ar")
    assert pdf(paper, context, language="ar") != pdf(paper, {**context, "text": "anders"}, language="ar")


def test_what_people_typed_is_text_and_nothing_else(paper):
    made = pdf(paper, {"title": HOSTILE, "text": HOSTILE}, language="de")
    text = read(made).replace("\n", "")
    assert "<script>alert(1)</script>" in text
    for trap in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/URI"):
        assert trap not in made


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "file:///etc/passwd",
        "lotse:///../settings/base.py",
        "lotse:///%2e%2e/settings/base.py",
        "lotse:///../../tests/cast.py",
        "ftp://example.org/x.png",
        "/etc/passwd",
    ],
)
def test_nothing_is_fetched_from_anywhere_else(paper, address, monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    raw = f'<img src="{address}" alt="x"><link rel="stylesheet" href="{address}"><object data="{address}"></object>'
    made = pdf(paper, {"title": "T", "raw": raw, "text": "bleibt"}, language="de")
    assert "bleibt" in read(made)
    assert b"root:x" not in made


@pytest.mark.parametrize(
    "address", ["lotse:///../models.py", "file:///etc/hosts", "lotse:///css/none.css", "css/x.css"]
)
def test_the_fetcher_knows_its_own_files_only(address):
    with pytest.raises(NotInPackage):
        printing._own_file(address)
    assert printing._own_file("lotse:///css/paper.css").name == "paper.css"


@pytest.mark.parametrize("name", ["weasyprint"])
def test_without_pango_a_sentence_says_so_and_nothing_else_breaks(paper, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    assert not printing.can_print()
    with pytest.raises(PrintingMissing) as refused:
        pdf(paper, {"title": "x"}, language="de")
    assert refused.value.status == 503
    assert "Pango" in str(refused.value)


def test_a_long_paper_has_page_numbers(paper):
    made = pdf(paper, {"title": "Lang", "text": "Satz. " * 3000}, language="de")
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) > 2
    assert f"2 / {len(pages)}" in pages[1].extract_text()


def test_this_machine_can_print():
    assert printing.can_print()


def test_printing_does_not_open_the_door_to_half_images(paper):
    """The printer's package lets Pillow accept broken images in the whole process; uploads must stay strict."""
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 60).save(whole, "JPEG")
    pdf(paper, {"title": "T", "text": "T"}, language="de")
    with pytest.raises(ValidationError):
        without_traces(SimpleUploadedFile("half.jpg", whole.getvalue()[:-900]))
