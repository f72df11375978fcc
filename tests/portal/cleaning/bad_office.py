"""Files of office programs that must not come in as they are (see `bad_files`)."""

from __future__ import annotations

import zipfile
from io import BytesIO

from tests.portal.cleaning.bad_files import EXE, OLE, Bad
from tests.portal.cleaning.makers import (
    CANARY,
    OOXML,
    PACKAGE,
    RELATIONS,
    XML,
    archive,
    docx,
    docx_parts,
    exif,
    jpeg,
    odf,
    png_of,
    relations,
    types,
    xlsx_parts,
)

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
FAR = f"https://{CANARY.decode()}.example/x"


def macro_document(ending: str) -> bytes:
    kind = {
        "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
        "docx": f"{OOXML}.wordprocessingml.document.main+xml",
    }
    parts = docx_parts(word__vbaProject_D_bin=OLE)
    return archive(parts | {"[Content_Types].xml": types("word/document.xml", kind[ending])})


def linked(kind: str, **more: str) -> bytes:
    """A document with something that lies elsewhere."""
    extern = {
        "word__settings_D_xml": f'{XML}<w:settings xmlns:w="x" xmlns:r="y"><w:attachedTemplate r:id="a"/></w:settings>'
    }
    key = "word___rels__settings_D_xml_D_rels" if kind == "attachedTemplate" else "word___rels__document_D_xml_D_rels"
    return docx(**extern, **{key: relations(("rId1", f"{RELATIONS}/{kind}", FAR), mode="External")}, **more)


def tricky(row: str) -> bytes:
    table = f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{row}</Relationships>'
    return docx(word___rels__document_D_xml_D_rels=table)


def zip_bomb() -> bytes:
    """Written part by part and packed in haste: making it must not cost more than refusing it."""
    target = BytesIO(docx())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/media/a.xml", b" " * 220_000_000)
    return target.getvalue()


def locked_zip() -> bytes:
    plain = bytearray(docx())
    for place in range(len(plain) - 10):
        if plain[place : place + 4] == b"PK\x03\x04":
            plain[place + 6] |= 1
        if plain[place : place + 4] == b"PK\x01\x02":
            plain[place + 8] |= 1
    return bytes(plain)


def twice() -> bytes:
    target = BytesIO(docx())
    with zipfile.ZipFile(target, "a") as made:
        made.writestr("word/Document.xml", "x")
        made.writestr("../../outside.xml", "x")
    return target.getvalue()


def field(words: str) -> bytes:
    return docx(f'x</w:t></w:r><w:r><w:instrText xml:space="preserve">{words}</w:instrText></w:r><w:r><w:t>y')


def sheet(text: str) -> bytes:
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return archive(
        xlsx_parts(xl__worksheets__sheet1_D_xml=f'<worksheet xmlns="{ns}"><sheetData>{text}</sheetData></worksheet>')
    )


OFFICE = [
    Bad("a document with macros", "brief.docm", lambda: macro_document("docm"), "unknown_type"),
    Bad("the same under another name", "brief.docx", lambda: macro_document("docm"), "macros"),
    Bad("macros in a document that says it has none", "brief.docx", lambda: macro_document("docx"), "macros"),
    Bad("a table with macros", "liste.xlsm", lambda: archive(xlsx_parts(xl__vbaProject_D_bin=OLE)), "unknown_type"),
    Bad("the same under another name", "liste.xlsx", lambda: archive(xlsx_parts(xl__vbaProject_D_bin=OLE)), "macros"),
    Bad(
        "macros of the oldest kind",
        "liste.xlsx",
        lambda: archive(xlsx_parts(xl__macrosheets__a_D_xml="<x/>")),
        "macros",
    ),
    Bad(
        "a table that asks another program",
        "liste.xlsx",
        lambda: archive(xlsx_parts(xl__externalLinks__a_D_xml="<x><ddeLink/></x>")),
        "macros",
    ),
    Bad(
        "a formula that starts a program",
        "liste.xlsx",
        lambda: sheet("<row><c><f>cmd|'/C calc'!A0</f></c></row>"),
        "macros",
    ),
    Bad(
        "a field that starts a program",
        "brief.docx",
        lambda: field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'),
        "macros",
    ),
    Bad(
        "the same in pieces", "brief.docx", lambda: field("DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd"), "macros"
    ),
    Bad("the same in numbers", "brief.docx", lambda: field("QUOTE 68 68 69 65 85"), "macros"),
    Bad("a template from elsewhere", "brief.docx", lambda: linked("attachedTemplate"), CANARY),
    Bad("a picture from elsewhere", "brief.docx", lambda: linked("image"), CANARY),
    Bad("a frame from elsewhere", "brief.docx", lambda: linked("frame"), CANARY),
    Bad("a program part from elsewhere", "brief.docx", lambda: linked("oleObject"), CANARY),
    Bad(
        "an address behind a sign that ends a tag",
        "brief.docx",
        lambda: tricky(f'<Relationship Id="a>b" Type="x/image" TargetMode="External" Target="{FAR}"/>'),
        CANARY,
    ),
    Bad(
        "an address under another prefix",
        "brief.docx",
        lambda: tricky(
            f'<p-q:Relationship xmlns:p-q="{PACKAGE}/relationships" Id="a" Type="x/image" TargetMode="External" '
            f'Target="{FAR}"/>'
        ),
        CANARY,
    ),
    Bad(
        "an address written in numbers",
        "brief.docx",
        lambda: tricky(f'<Relationship Id="a" Type="x/image" TargetMode="&#69;xternal" Target="{FAR}"/>'),
        CANARY,
    ),
    Bad(
        "an address in a part of two languages",
        "brief.docx",
        lambda: tricky(
            f'<Relationship Id="a" Type="x/image" TargetMode="External" Target="{FAR}"><![CDATA[>]]></Relationship>'
        ),
        "macros",
    ),
    Bad("a page as a part of the text", "brief.docx", lambda: docx("<w:altChunk/>"), "macros"),
    Bad(
        "a program part that says it is a printer",
        "brief.docx",
        lambda: docx(word__printerSettings1_D_bin=OLE),
        "embedded",
    ),
    Bad(
        "macros whose type is written in numbers",
        "brief.docx",
        lambda: archive(
            docx_parts()
            | {
                "[Content_Types].xml": types(
                    "word/document.xml", "application/vnd.ms-word.document.macro&#69;nabled.main+xml"
                )
            }
        ),
        "macros",
    ),
    Bad(
        "a listener under another prefix",
        "brief.odt",
        lambda: odf(body='<a-b:event-listener xmlns:a-b="x"/>'),
        "macros",
    ),
    Bad(
        "a picture from elsewhere under another prefix",
        "brief.odt",
        lambda: odf(body=f'<d-e:image xmlns:d-e="x" xmlns:l-k="http://www.w3.org/1999/xlink" l-k:href="{FAR}"/>'),
        CANARY,
    ),
    Bad("a program part inside", "brief.docx", lambda: docx(word__embeddings__oleObject1_D_bin=OLE), "embedded"),
    Bad("a program inside", "brief.docx", lambda: docx(word__media__bild_D_png=EXE), "embedded"),
    Bad("a program inside by its name", "brief.docx", lambda: docx(word__run_D_exe=EXE), "embedded"),
    Bad("controls of Windows", "brief.docx", lambda: docx(word__activeX__activeX1_D_xml="<x/>"), "macros"),
    Bad(
        "a drawing with a script inside",
        "brief.docx",
        lambda: docx(word__media__a_D_svg="<svg><script>x</script></svg>"),
        "macros",
    ),
    Bad(
        "a document in a document in a document",
        "brief.docx",
        lambda: docx(word__embeddings__a_D_docx=docx(word__embeddings__b_D_docx=docx())),
        "embedded",
    ),
    Bad(
        "a document with macros in a document",
        "brief.docx",
        lambda: docx(word__embeddings__a_D_docx=macro_document("docx")),
        "macros",
    ),
    Bad("words that laugh a thousand million times", "brief.docx", lambda: docx(word__x_D_xml=LAUGHS), "macros"),
    Bad("a part that reads a file of ours", "brief.docx", lambda: docx(word__x_D_xml=OUTSIDE), "macros"),
    Bad("the same where nobody looks", "brief.docx", lambda: docx(word__x_D_xml=OUTSIDE.encode("utf-16")), "macros"),
    Bad(
        "parts nested without end", "brief.docx", lambda: docx(word__x_D_xml="<a>" * 500 + "</a>" * 500), "too_complex"
    ),
    Bad("a document that unpacks without end", "brief.docx", zip_bomb, "too_complex"),
    Bad(
        "a document of many thousand parts",
        "brief.docx",
        lambda: docx(**{f"word__{n}_D_xml": "<a/>" for n in range(3100)}),
        "too_complex",
    ),
    Bad("a locked document", "brief.docx", locked_zip, "password"),
    Bad("parts that want to lie elsewhere", "brief.docx", twice, "damaged"),
    Bad("half a document", "brief.docx", lambda: docx()[:-40], "damaged"),
    Bad("the author of a document", "brief.docx", docx, CANARY),
    Bad(
        "the place in a photo in a document", "brief.docx", lambda: docx(word__media__a_D_jpg=jpeg(exif=exif())), CANARY
    ),
    Bad(
        "a huge drawing is only data in a document",
        "brief.docx",
        lambda: docx(word__media__a_D_png=png_of(9, 9) + CANARY),
        CANARY,
    ),
    Bad("a document of LibreOffice with macros", "brief.odt", lambda: odf(Basic__Standard__a_D_xml="<x/>"), "macros"),
    Bad("one with a script", "brief.odt", lambda: odf(Scripts__python__a_D_py="import os"), "macros"),
    Bad("one that runs when it opens", "brief.odt", lambda: odf(body="<script:event-listener/>"), "macros"),
    Bad("one with a program part", "brief.odt", lambda: odf(Object_D_bin=OLE), "embedded"),
    Bad("one that asks another program", "liste.ods", lambda: odf("spreadsheet", "<office:dde-source/>"), "macros"),
    Bad(
        "one with a picture from elsewhere", "brief.odt", lambda: odf(body=f'<draw:image xlink:href="{FAR}"/>'), CANARY
    ),
    Bad(
        "one with a part from elsewhere",
        "brief.odt",
        lambda: odf(body=f'<text:section-source xlink:href="{FAR}"/>'),
        CANARY,
    ),
    Bad("its author", "brief.odt", odf, CANARY),
    Bad(
        "a locked one",
        "brief.odt",
        lambda: odf(**{"META-INF__manifest_D_xml": "<m><encryption-data/></m>"}),
        "password",
    ),
]
