"""What editors may upload, and how it comes out again: never as something that runs."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow

from portal.models import PortalDocument, PortalImage
from tests.doors.factories import log_in, may_upload, packed, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
TYPES = "[Content_Types].xml"
DOCX = packed(**{TYPES: "<Types/>", "word__document.xml": "<w/>"})
XLSX = packed(**{TYPES: "<Types/>", "xl__workbook.xml": "<x/>"})
ODT = packed(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<o/>"})
MACROS = packed(**{TYPES: "<Types/>", "word__document.xml": "<w/>", "word__vbaProject.bin": "x"})


@pytest.fixture
def eva(portal):
    """The editor's browser."""
    may_upload(portal.eva)
    return log_in(portal.eva)[0]


def send_image(client: Client, name: str, content: bytes, **more: str):
    file = SimpleUploadedFile(name, content, "image/png")
    data = {"title": "Bild", "file": file, "description": "Ein Haus", "collection": "1", **more}
    return client.post("/admin/images/add/", data)


def send_document(client: Client, name: str, content: bytes):
    file = SimpleUploadedFile(name, content, "application/pdf")
    data = {"title": "Blatt", "file": file, "collection": "1", "language": "de"}
    return client.post("/admin/documents/add/", data)


@pytest.mark.parametrize(("name", "kind"), [("haus.png", "PNG"), ("haus.jpg", "JPEG"), ("haus.webp", "WEBP")])
def test_eva_uploads_an_image(eva, name, kind):
    assert send_image(eva, name, picture(kind)).status_code == 302
    assert PortalImage.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bild.svg", SVG),
        ("bild.png", SVG),
        ("bild.html", HTML),
        ("bild.png", HTML),
        ("bild.jpg", picture("PNG")),
        ("bild.png", picture()[:40]),
        ("bild.jpg", picture("JPEG", (400, 400))[:-900]),
        ("bild.exe", b"MZ\x90"),
        ("bild.php.png", b"<?php system(1); ?>"),
        ("bild.tiff", picture("TIFF")),
    ],
)
def test_what_is_no_image_is_refused_with_a_message(eva, name, content):
    answer = send_image(eva, name, content)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert "error-message" in answer.content.decode()
    assert not PortalImage.objects.exists()


def test_an_image_needs_its_description_for_people_who_cannot_see(eva):
    answer = send_image(eva, "haus.png", picture(), description="")
    assert answer.status_code == 200
    assert not PortalImage.objects.exists()


def test_images_that_are_too_big_are_refused(eva, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100
    assert send_image(eva, "haus.png", picture(size=(90, 90))).context["form"].errors["file"]
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10_000_000
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1000
    assert send_image(eva, "haus.png", picture(size=(90, 90))).context["form"].errors["file"]
    assert not PortalImage.objects.exists()


def test_the_real_limits_are_ten_megabytes_and_forty_megapixels(settings):
    assert settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE == settings.WAGTAILDOCS_MAX_UPLOAD_SIZE == 10 * 1024 * 1024
    assert settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS == 40_000_000
    assert "svg" not in settings.WAGTAILIMAGES_EXTENSIONS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("blatt.pdf", b"%PDF-1.7\n%..."),
        ("liste.csv", "Ort;Zahl\nTübingen;3\n".encode()),
        ("Merkblatt ä عربي.txt", "Guten Tag".encode("latin-1")),
        ("brief.docx", DOCX),
        ("tabelle.xlsx", XLSX),
        ("brief.odt", ODT),
    ],
)
def test_eva_uploads_a_document(eva, name, content):
    assert send_document(eva, name, content).status_code == 302
    assert PortalDocument.objects.get().file_size == len(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("blatt.html", HTML),
        ("blatt.svg", SVG),
        ("blatt.pdf", HTML),
        ("blatt.pdf", DOCX),
        ("blatt.pdf.exe", b"MZ\x90"),
        ("liste.csv", HTML),
        ("text.txt", SVG),
        ("text.txt", b"MZ\x90\x00\x03"),
        ("brief.docx", b"PK\x03\x04 kaputt"),
        ("brief.docx", MACROS),
        ("brief.docx", XLSX),
        ("tabelle.xlsx", packed(a="b")),
        ("brief.odt", DOCX),
        ("brief.docm", MACROS),
        ("leer.pdf", b""),
        ("ohne-endung", b"%PDF-1.7"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused_with_a_message(eva, name, content):
    answer = send_document(eva, name, content)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not PortalDocument.objects.exists()


def test_a_document_that_is_too_big_is_refused(eva, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000
    assert send_document(eva, "blatt.pdf", b"%PDF-1.7" + b"x" * 1000).context["form"].errors["file"]
    assert not PortalDocument.objects.exists()


def test_uploading_many_at_once_is_no_way_around(eva):
    file = SimpleUploadedFile("blatt.pdf", HTML, "application/pdf")
    answer = eva.post(
        "/admin/documents/multiple/add/",
        {"title": "x", "files[]": file, "collection": "1"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 200
    assert not PortalDocument.objects.exists()


def test_the_choosers_upload_is_no_way_around(eva):
    file = SimpleUploadedFile("blatt.pdf", HTML, "application/pdf")
    data = {
        "document-chooser-upload-title": "x",
        "document-chooser-upload-file": file,
        "document-chooser-upload-collection": "1",
        "document-chooser-upload-language": "de",
    }
    assert eva.post("/admin/documents/chooser/create/", data).status_code == 200
    assert not PortalDocument.objects.exists()


def test_changing_the_file_of_a_document_is_no_way_around(eva):
    send_document(eva, "blatt.pdf", b"%PDF-1.7")
    document = PortalDocument.objects.get()
    data = {"title": "x", "file": SimpleUploadedFile("b.pdf", HTML), "collection": "1", "language": "de"}
    assert eva.post(f"/admin/documents/edit/{document.pk}/", data).status_code == 200
    data.pop("file")
    assert eva.post(f"/admin/documents/edit/{document.pk}/", data).status_code == 302
    document.refresh_from_db()
    assert document.title == "x"
    assert document.file.read() == b"%PDF-1.7"


def test_omar_without_the_right_uploads_nothing(portal):
    client, _answer = log_in(portal.omar)
    assert send_document(client, "blatt.pdf", b"%PDF-1.7").status_code == 302
    assert send_image(client, "haus.png", picture()).status_code == 302
    assert not PortalDocument.objects.exists()
    assert not PortalImage.objects.exists()


@pytest.mark.parametrize("name", ["blatt.pdf", "text.txt", "liste.csv"])
def test_documents_come_out_as_a_download_that_cannot_run(portal, name):
    document = PortalDocument.objects.create(title="x", file=ContentFile(b"%PDF-1.7", name))
    answer = Client().get(document.url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize(
    ("name", "kind", "becomes"),
    [
        ("haus.jpg", "JPEG", "JPEG"),
        ("haus.jpg", "MPO", "JPEG"),
        ("haus.webp", "WEBP", "WEBP"),
        ("haus.png", "PNG", "PNG"),
    ],
)
def test_a_photo_loses_its_place_and_stands_the_right_way_up(eva, name, kind, becomes):
    exif = Pillow.Exif()
    exif[0x010E] = "aufgenommen in der Unterkunft"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (48.0, 3.0, 30.0)
    second = {"save_all": True, "append_images": [Pillow.new("RGB", (40, 30))]} if kind == "MPO" else {}
    content = picture(kind, exif=exif, **second)
    assert b"Unterkunft" in content
    send_image(eva, name, content)
    image = PortalImage.objects.get()
    stored = image.file.read()
    assert b"Unterkunft" not in stored
    assert not Pillow.open(image.file).getexif()
    assert (image.width, image.height) == (30, 40)
    assert Pillow.open(image.file).format == becomes


@pytest.mark.parametrize(("name", "kind"), [("haus.png", "PNG"), ("haus.jpg", "JPEG"), ("haus.gif", "GIF")])
def test_a_picture_without_traces_is_kept_byte_by_byte(eva, name, kind):
    content = picture(kind)
    send_image(eva, name, content)
    assert PortalImage.objects.get().file.read() == content


def test_only_sizes_of_images_come_out_never_the_upload_itself(portal):
    image = PortalImage.objects.create(title="x", description="x", file=ContentFile(picture("JPEG"), "haus.jpg"))
    shown = Client().get(image.get_rendition("width-20").url)
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert Client().get(image.file.url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "images/../documents/blatt.pdf",
        "images/%2e%2e/documents/blatt.pdf",
        "documents/blatt.pdf",
        "images/",
        "images/../../lotse.sqlite3",
        "images//etc/passwd",
        "../manage.py",
    ],
)
def test_no_address_of_images_leads_to_another_folder(portal, path):
    PortalDocument.objects.create(title="x", file=ContentFile(b"%PDF-1.7", "blatt.pdf"))
    assert Client().get(f"/media/{path}", follow=True).status_code == 404
