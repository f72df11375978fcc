"""Makes files as phones, office programs and attackers make them: every byte from public descriptions, none fetched."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw

CANARY = b"kanarienvogel-im-bild"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file every scanner knows; harmless, written in two parts so that no scanner takes this one away."""


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """A picture whose upper left corner is unlike the others."""
    image = Image.new("RGB", size, (200, 190, 180))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill=(220, 20, 20))
    draw.text((4, size[1] // 2), "Bescheid", fill=(0, 0, 0))
    return image if mode == "RGB" else image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved(picture(), "JPEG", **options)


def png(**options: Any) -> bytes:
    return saved(picture(), "PNG", **options)


def exif(orientation: int = 1, gps: bool = True) -> bytes:
    """What a telephone writes: maker, model, time, direction, place."""
    note = Image.Exif()
    note[0x010F], note[0x0110], note[0x0112] = "Telefonbau", CANARY.decode(), orientation
    note[0x0132] = "2026:11:22 10:00:00"
    if gps:
        place = note.get_ifd(0x8825)
        place[1], place[2], place[3], place[4] = "N", (48.0, 3.0, 30.0), "E", (8.0, 27.0, 36.0)
    return note.tobytes()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(*chunks: bytes) -> bytes:
    """A PNG with further parts behind its head."""
    plain = png()
    return plain[:33] + b"".join(chunks) + plain[33:]


def png_of(width: int, height: int, data: bytes = b"", depth: int = 8) -> bytes:
    """A PNG that claims a size."""
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def archive(parts: dict[str, bytes | str], stored: tuple[str, ...] = ()) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return target.getvalue()


# PDF --------------------------------------------------------------------------------------------------------------


def pdf(change: Any = None, pages: int = 1, **options: Any) -> bytes:
    """A PDF of some pages with a word on each; `change(pdf)` adds what a test is about."""
    with pikepdf.new() as made:
        font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number in range(pages):
            page = made.add_blank_page(page_size=(595, 842))
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            page.obj.Contents = made.make_stream(f"BT /F1 24 Tf 72 720 Td (Bescheid {number}) Tj ET".encode())
        if change:
            change(made)
        target = io.BytesIO()
        made.save(target, **options)
        return target.getvalue()


def script(text: str = "app.alert('KANARIE')") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(text))


def note(made: pikepdf.Pdf, **parts: Any) -> None:
    """Put an annotation on the first page."""
    entry = Dictionary(Type=Name.Annot, Rect=Array([10, 10, 90, 40]), **parts)
    made.pages[0].obj.Annots = Array([made.make_indirect(entry)])


def bomb(made: pikepdf.Pdf, size: int, layers: int = 1) -> None:
    """A stream that unpacks to `size` bytes of nothing."""
    data = b"\0" * size
    for _layer in range(layers):
        data = zlib.compress(data, 1)
    stream = Stream(made, b"")
    stream.write(data, filter=Array([Name.FlateDecode] * layers))
    made.pages[0].obj.Resources["/XObject"] = Dictionary(Bomb=made.make_indirect(stream))


# Office programs --------------------------------------------------------------------------------------------------

OOXML = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relations(*rows: tuple[str, str, str], mode: str = "") -> str:
    extern = f' TargetMode="{mode}"' if mode else ""
    entries = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{goal}"{extern}/>' for key, kind, goal in rows)
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def types(main: str, kind: str, more: str = "") -> str:
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{kind}"/><Override PartName="/docProps/core.xml" '
        f'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{more}</Types>'
    )


def docx_parts(body: str = "Guten Tag", **more: bytes | str) -> dict[str, bytes | str]:
    """The parts of a document as Word writes them; names of `more` use `__` for a slash and `_D_` for a dot."""
    kind = f"{OOXML}.wordprocessingml.document.main+xml"
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types("word/document.xml", kind),
        "_rels/.rels": relations(
            ("rId1", f"{RELATIONS}/officeDocument", "word/document.xml"),
            ("rId2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/document.xml": f'{XML}<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:body><w:p><w:r><w:t>{body}'
        f"</w:t></w:r></w:p></w:body></w:document>",
        "docProps/core.xml": f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{CANARY.decode()}</dc:creator></cp:coreProperties>',
    }
    for name, content in more.items():
        parts[name.replace("__", "/").replace("_D_", ".")] = content
    return parts


def docx(body: str = "Guten Tag", **more: bytes | str) -> bytes:
    return archive(docx_parts(body, **more))


def xlsx_parts(**more: bytes | str) -> dict[str, bytes | str]:
    kind = f"{OOXML}.spreadsheetml.sheet.main+xml"
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types("xl/workbook.xml", kind),
        "_rels/.rels": relations(("rId1", f"{RELATIONS}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{XML}<workbook xmlns="{sheet}" xmlns:r="{RELATIONS}"><sheets><sheet name="A" sheetId="1" '
        f'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("rId1", f"{RELATIONS}/worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'{XML}<worksheet xmlns="{sheet}"><sheetData/></worksheet>',
        "docProps/core.xml": "<x/>",
    }
    for name, content in more.items():
        parts[name.replace("__", "/").replace("_D_", ".")] = content
    return parts


def odf(kind: str = "text", body: str = "<text:p>Guten Tag</text:p>", **more: bytes | str) -> bytes:
    """A document as LibreOffice writes it."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    names = "".join(
        f' xmlns:{short}="{office}:{long}:1.0"'
        for short, long in {
            "office": "office",
            "text": "text",
            "draw": "drawing",
            "script": "script",
            "table": "table",
        }.items()
    )
    parts: dict[str, bytes | str] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f'{XML}<office:document-content{names} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"{XML}<office:document-meta{names}><office:meta><creator>{CANARY.decode()}</creator></office:meta>"
        "</office:document-meta>",
        "META-INF/manifest.xml": f'{XML}<manifest:manifest xmlns:manifest="{office}:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="x"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    }
    for name, content in more.items():
        parts[name.replace("__", "/").replace("_D_", ".")] = content
    return archive(parts, stored=("mimetype",))
