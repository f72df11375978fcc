"""Files that people really send, from telephones and office programs. None of them may be refused."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import openpyxl
import pikepdf
from openpyxl.chart import BarChart, Reference
from pikepdf import Dictionary, Encryption, Name, String
from PIL import Image, ImageCms

from tests.portal.cleaning.makers import (
    RELATIONS,
    WORD,
    XML,
    docx,
    exif,
    jpeg,
    odf,
    pdf,
    picture,
    png,
    relations,
    saved,
)

HEIC = base64.b64decode(
    """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA
ADRpbG9jAAAAAERAAAIAAQAAAAABuwABAAAAAAAAADIAAgAAAAAB7QABAAAAAAAAAKoAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA
AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAA
kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbq
SSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBw
aXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAA5G1kYXQAAAAuKAGv
GYD3fIU3//EZRHv12/0mC7T//EPn+NA+enSIAw5/9+Ev+JxTvT7ATfWEwAAAAAZFeGlmAABNTQAqAAAACAADAQ8AAgAAAAcAAAAy
ARIAAwAAAAEAAQAAiCUABAAAAAEAAAA6AAAAAEthbWVyYQAAAAQAAQACAAAAAk4AAAAAAgAFAAAAAwAAAHAAAwACAAAAAkUAAAAA
BAAFAAAAAwAAAIgAAAAAAAAAMAAAAAEAAAADAAAAAQAAAB4AAAABAAAACAAAAAEAAAAbAAAAAQAAAAAAAAAB
"""
)
"""A photo of 96 by 64 pixels as telephones keep it, of a picture of ours, with a maker and a place."""


@dataclass(frozen=True)
class Good:
    """One file and the ending under which it is kept."""

    what: str
    name: str
    make: Callable[[], bytes]
    ending: str


def turned(orientation: int) -> bytes:
    return jpeg(exif=exif(orientation))


def in_other_colours() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return jpeg(icc_profile=profile)


def sixteen_bits() -> bytes:
    image = Image.new("I;16", (30, 20), 40_000)
    return saved(image, "PNG")


def see_through() -> bytes:
    image = picture().convert("RGBA")
    image.putalpha(120)
    return saved(image, "PNG")


def palette(kind: str = "PNG") -> bytes:
    return saved(picture().quantize(8), kind, transparency=0)


def moving(kind: str) -> bytes:
    return saved(picture(), kind, save_all=True, append_images=[picture().rotate(180)])


def broken_note() -> bytes:
    return jpeg(exif=b"Exif\0\0MM\0*" + b"\xff" * 40)


def office_pdf(html: str, **options) -> bytes:
    import weasyprint

    return weasyprint.HTML(string=html).write_pdf(**options)


def scanned() -> bytes:
    return saved(picture((600, 800)), "PDF", save_all=True, append_images=[picture((600, 800))])


def oldest() -> bytes:
    """A PDF of 1993, written by hand, with its table of places."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 200]/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        b"<</Length 40>>\nstream\nBT /F1 18 Tf 20 100 Td (Guten Tag) Tj ET  \nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    ]
    text, places = b"%PDF-1.1\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return text + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(text),
    )


def shifted() -> bytes:
    """What a mail gateway makes of it: every place in the table is wrong by a few bytes."""
    return oldest().replace(b"%PDF-1.1\n", b"%PDF-1.1\n%abc\n")


def filled_form() -> bytes:
    def change(made):
        font = made.pages[0].obj.Resources.Font.F1
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("name"),
            V=String("Amira Haddad"),
            DA=String("/Helv 12 Tf 0 g"),
            Rect=pikepdf.Array([72, 600, 300, 620]),
            F=4,
        )
        made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(field)])
        made.Root.AcroForm = Dictionary(
            Fields=made.pages[0].obj.Annots,
            NeedAppearances=True,
            DR=Dictionary(Font=Dictionary(Helv=font)),
            DA=String("/Helv 12 Tf 0 g"),
        )

    return pdf(change)


def table(chart: bool = False) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Monat", "Miete"])
    page.append(["November", 540])
    page["B3"] = "=SUM(B2:B2)"
    if chart:
        drawn = BarChart()
        drawn.add_data(Reference(page, min_col=2, min_row=1, max_row=2), titles_from_data=True)
        page.add_chart(drawn, "D2")
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def from_template() -> bytes:
    """Word notes the template of every document, with a path on somebody's computer."""
    names = f'xmlns:w="{WORD}" xmlns:r="{RELATIONS}"'
    settings = f'{XML}<w:settings {names}><w:attachedTemplate r:id="rId1"/><w:zoom/></w:settings>'
    where = relations(("rId1", f"{RELATIONS}/attachedTemplate", "file:///C:/Users/x/Normal.dotm"), mode="External")
    return docx(word__settings_D_xml=settings, word___rels__settings_D_xml_D_rels=where)


def with_link() -> bytes:
    where = relations(("rId1", f"{RELATIONS}/hyperlink", "https://example.org/?a=1&amp;b=2"), mode="External")
    return docx("Siehe dort", word___rels__document_D_xml_D_rels=where)


ARABIC = '<html lang="ar" dir="rtl"><h1>رسالة من المكتب</h1><p>مرحبا</p></html>'

GOOD = [
    *(
        Good(f"a photo held the {side}th way", f"IMG_{side:04}.JPG", lambda side=side: turned(side), "jpg")
        for side in range(1, 9)
    ),
    Good("a photo of an iPhone", "IMG_2211.HEIC", lambda: HEIC, "jpg"),
    Good("the same with the name of a JPEG", "IMG_2211.jpg", lambda: HEIC, "jpg"),
    Good("an AVIF of a browser", "bild.avif", lambda: saved(picture(), "AVIF"), "jpg"),
    Good("a screenshot", "Screenshot_20261122-101010.png", png, "png"),
    Good("a sticker", "sticker.webp", lambda: saved(picture().convert("RGBA"), "WEBP", lossless=True), "jpg"),
    Good("a photo of a messenger under a false name", "WA0001.jpg", lambda: saved(picture(), "WEBP"), "jpg"),
    Good("a moving WebP", "a.webp", lambda: moving("WEBP"), "jpg"),
    Good("a moving GIF", "a.gif", lambda: moving("GIF"), "png"),
    Good("a photo that grows while it loads", "a.jpg", lambda: jpeg(progressive=True), "jpg"),
    Good("a photo in the colours of print", "a.jpg", lambda: saved(picture(mode="CMYK"), "JPEG"), "jpg"),
    Good("a grey photo", "a.jpeg", lambda: saved(picture(mode="L"), "JPEG"), "jpg"),
    Good("a photo with a profile nobody knows", "a.jpg", in_other_colours, "jpg"),
    Good("a photo with a broken note", "a.jpg", broken_note, "jpg"),
    Good("a photo of 48 million pixels", "a.jpg", lambda: saved(Image.new("RGB", (8064, 6048), "grey"), "JPEG"), "jpg"),
    Good("a drawing with fine shades", "a.png", sixteen_bits, "png"),
    Good("a drawing with few colours", "a.png", palette, "png"),
    Good("a drawing one sees through", "a.png", see_through, "png"),
    Good("a fax", "a.png", lambda: saved(picture(mode="1"), "PNG"), "png"),
    Good("a file of Android without an ending", "image:1000012345", jpeg, "jpg"),
    Good("a name with the time", "Bildschirmfoto 2026-11-22 um 12.30.15", png, "png"),
    Good(
        "a PDF of a browser",
        "Druck.pdf",
        lambda: office_pdf("<h1>Antrag</h1><a href='https://example.org'>dort</a>"),
        "pdf",
    ),
    Good("a PDF in Arabic", "رسالة.pdf", lambda: office_pdf(ARABIC), "pdf"),
    Good("a PDF for archives", "a.pdf", lambda: office_pdf("<h1>Archiv</h1>", pdf_variant="pdf/a-3b"), "pdf"),
    Good(
        "a PDF with a form", "a.pdf", lambda: office_pdf("<form><input name=a value=b></form>", pdf_forms=True), "pdf"
    ),
    Good("a form that was filled in", "a.pdf", filled_form, "pdf"),
    Good("a scan", "Scan_0001.pdf", scanned, "pdf"),
    Good("a PDF of 1993", "a.pdf", oldest, "pdf"),
    Good("one that a gateway touched", "a.pdf", shifted, "pdf"),
    Good("a PDF for slow lines", "a.pdf", lambda: pdf(pages=9, linearize=True), "pdf"),
    Good(
        "a PDF packed in the newer way",
        "a.pdf",
        lambda: pdf(pages=3, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "pdf",
    ),
    Good(
        "a bank's PDF that must not be changed",
        "Kontoauszug.pdf",
        lambda: pdf(encryption=Encryption(user="", owner="bank")),
        "pdf",
    ),
    Good("a letter of Word", "Lebenslauf – Müller.docx", docx, "docx"),
    Good("one made of a template", "a.docx", from_template, "docx"),
    Good("one with a link", "a.docx", with_link, "docx"),
    Good("one with a photo", "a.docx", lambda: docx(word__media__image1_D_jpeg=jpeg(exif=exif())), "docx"),
    Good("one with a chart", "a.docx", lambda: docx(word__embeddings__Microsoft_Excel_Sheet_D_xlsx=table()), "docx"),
    Good("a table of Excel", "Liste.xlsx", table, "xlsx"),
    Good("one with a chart", "Liste.xlsx", lambda: table(chart=True), "xlsx"),
    Good("a letter of LibreOffice", "Brief.odt", odf, "odt"),
    Good("a table of LibreOffice", "Tabelle.ods", lambda: odf("spreadsheet"), "ods"),
    Good("a text of a telephone", "Notiz.txt", lambda: "Привіт 👋\n".encode(), "txt"),
    Good("a text of an old Windows", "Notiz.txt", lambda: "Größe: 3 m²\r\n".encode("cp1252"), "txt"),
    Good("a text of Notepad", "Notiz.txt", lambda: "سلام\r\n".encode("utf-16"), "txt"),
    Good("a table as text", "konto.csv", lambda: b"Datum;Betrag\n1.11.;-20\n", "txt"),
]

NAMES = {
    "صورة البطاقة.jpg": "صورة البطاقة.jpg",
    "Ausweis Vorderseite (2).jpg": "Ausweis Vorderseite (2).jpg",
    "Übersetzung_Geburtsurkunde.JPEG": "Übersetzung_Geburtsurkunde.jpg",
    "📄 Vertrag 👨\u200d👩\u200d👧.jpg": "📄 Vertrag 👨\u200d👩\u200d👧.jpg",
    "می\u200cخواهم.jpg": "می\u200cخواهم.jpg",
    "ሰነድ.jpg": "ሰነድ.jpg",
    "Довідка №5.jpg": "Довідка №5.jpg",
    "C:\\fakepath\\foto.jpg": "foto.jpg",
    "2026-11-22 Bescheid vom 3.11..jpg": "2026-11-22 Bescheid vom 3.11.jpg",
}
"""Names people give, and how they are kept."""
