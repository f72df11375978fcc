"""PDF and office files that must not come in as they are (see `bad_files`)."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, String

from tests.portal.cleaning.bad_files import EXE, OLE, Bad
from tests.portal.cleaning.makers import (
    CANARY,
    OOXML,
    RELATIONS,
    XML,
    archive,
    bomb,
    docx,
    docx_parts,
    exif,
    jpeg,
    note,
    odf,
    pdf,
    png_of,
    relations,
    script,
    types,
    xlsx_parts,
)


def root(**parts):
    """A change that puts entries into the root of a PDF."""

    def change(made):
        for name, value in parts.items():
            made.Root[f"/{name}"] = value

    return change


def with_file(made):
    made.attachments["virus.exe"] = pikepdf.AttachedFileSpec(made, EXE + CANARY, filename="virus.exe")


def with_script(made):
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script(CANARY.decode())])))


def with_author(made):
    made.docinfo["/Author"] = CANARY.decode()
    with made.open_metadata() as meta:
        meta["dc:creator"] = [CANARY.decode()]


def with_form(hybrid: bool):
    def change(made):
        xfa = made.make_stream(b"<xdp>" + CANARY + b"</xdp>")
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), Rect=Array([0, 0, 9, 9]), AA=Dictionary(K=script(CANARY.decode()))
        )  # fmt: skip
        made.pages[0].obj.Annots = Array([made.make_indirect(field)])
        made.Root.AcroForm = Dictionary(Fields=made.pages[0].obj.Annots, XFA=xfa)
        if not hybrid:
            made.Root.NeedsRendering = True

    return change


def with_photo(made):
    image = made.make_stream(jpeg(exif=exif()))
    for name, value in {"Type": Name.XObject, "Subtype": Name.Image, "Width": 60, "Height": 40}.items():
        image[f"/{name}"] = value
    image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    made.pages[0].obj.Resources.XObject = Dictionary(Foto=image)


def with_huge_photo(made):
    with_photo(made)
    image = made.pages[0].obj.Resources.XObject.Foto
    image.Width, image.Height = 60_000, 60_000


def with_outside(made):
    stream = made.make_stream(b"x")
    stream.F, stream.FFilter = Dictionary(Type=Name.Filespec, F=String(CANARY.decode())), Name.FlateDecode
    made.pages[0].obj.Resources.XObject = Dictionary(Weit=stream)


def deep(made):
    nested = Array([])
    for _level in range(300):
        nested = Array([nested])
    made.pages[0].obj.Resources["/Properties"] = Dictionary(Tief=nested)


def revised():
    """A PDF with a second version appended, as editors do: the first is still in the file."""
    first = pdf()
    return first + b"\n% " + CANARY + b"\nstartxref\n" + first.rpartition(b"startxref")[2].split()[0] + b"\n%%EOF\n"


ACTIONS = {
    "opens a program": Dictionary(S=Name.Launch, F=String(CANARY.decode())),
    "opens an address": Dictionary(S=Name.URI, URI=String(f"https://{CANARY.decode()}.example")),
    "opens another file": Dictionary(S=Name.GoToR, F=String(CANARY.decode())),
    "sends itself away": Dictionary(S=Name.SubmitForm, F=String(CANARY.decode())),
    "fetches data": Dictionary(S=Name.ImportData, F=String(CANARY.decode())),
    "runs a script": script(CANARY.decode()),
}

PDFS = [
    *(Bad(f"a PDF that {what} when it opens", "a.pdf", lambda act=act: pdf(root(OpenAction=act)), CANARY) for what, act in ACTIONS.items()),
    *(Bad(f"a PDF that {what} at a touch", "a.pdf", lambda act=act: pdf(lambda made: note(made, Subtype=Name.Link, A=act)), CANARY) for what, act in ACTIONS.items()),
    Bad("a script by name", "a.pdf", lambda: pdf(with_script), CANARY),
    Bad("actions of the file", "a.pdf", lambda: pdf(root(AA=Dictionary(WC=script(CANARY.decode())))), CANARY),
    Bad("actions of a page", "a.pdf", lambda: pdf(lambda made: made.pages[0].obj.__setitem__("/AA", Dictionary(O=script(CANARY.decode())))), CANARY),
    Bad("a file inside", "a.pdf", lambda: pdf(with_file), CANARY),
    Bad("a file pinned to a page", "a.pdf", lambda: pdf(lambda made: note(made, Subtype=Name.FileAttachment, FS=Dictionary(F=String(CANARY.decode())))), CANARY),
    Bad("a film", "a.pdf", lambda: pdf(lambda made: note(made, Subtype=Name.RichMedia, RichMediaContent=Dictionary(X=String(CANARY.decode())))), CANARY),
    Bad("a film of the older kind", "a.pdf", lambda: pdf(lambda made: note(made, Subtype=Name.Movie, Movie=Dictionary(F=String(CANARY.decode())))), CANARY),
    Bad("a form that is a program as well", "a.pdf", lambda: pdf(with_form(hybrid=True)), CANARY),
    Bad("a form one program alone can show", "a.pdf", lambda: pdf(with_form(hybrid=False)), "dynamic_form"),
    Bad("a collection of files", "a.pdf", lambda: pdf(root(Collection=Dictionary(View=String(CANARY.decode())))), CANARY),
    Bad("the author", "a.pdf", lambda: pdf(with_author), CANARY),
    Bad("the place in a photo inside", "a.pdf", lambda: pdf(with_photo), CANARY),
    Bad("a part that lies elsewhere", "a.pdf", lambda: pdf(with_outside), CANARY),
    Bad("an earlier version", "a.pdf", revised, CANARY),
    Bad("a page before the PDF", "a.pdf", lambda: b"<script>x</script>\n" + pdf(), b"<script>"),
    Bad("an archive behind the PDF", "a.pdf", lambda: pdf() + archive({"virus.js": "x"}), b"PK\x03\x04"),
    Bad("a locked PDF", "a.pdf", lambda: pdf(encryption=Encryption(user="geheim", owner="geheim")), "password"),
    Bad("a PDF that unpacks without end", "a.pdf", lambda: pdf(lambda made: bomb(made, 300_000_000)), "too_complex"),
    Bad("one packed twice", "a.pdf", lambda: pdf(lambda made: bomb(made, 300_000_000, 2), compress_streams=False), "too_complex"),
    Bad("one packed again and again", "a.pdf", lambda: pdf(lambda made: bomb(made, 1000, 9), compress_streams=False), "too_complex"),
    Bad("one nested without end", "a.pdf", lambda: pdf(deep), "too_complex"),
    Bad("a picture inside as large as a town", "a.pdf", lambda: pdf(with_huge_photo), "too_many_pixels"),
    Bad("more pages than anybody reads", "a.pdf", lambda: pdf(pages=201), "too_many_pages"),
    Bad("half a PDF", "a.pdf", lambda: pdf(pages=5)[:1500], "damaged"),
    Bad("only the first line of a PDF", "a.pdf", lambda: b"%PDF-1.7\nHallo", "damaged"),
    Bad("a PDF of noise", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"startxref\n9\n%%EOF", "damaged"),
]  # fmt: skip

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]><x>&i;</x>"
)  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
FAR = f"https://{CANARY.decode()}.example/x"


def macro_document(ending: str) -> bytes:
    kind = {"docm": "application/vnd.ms-word.document.macroEnabled.main+xml", "docx": f"{OOXML}.wordprocessingml.document.main+xml"}  # fmt: skip
    parts = docx_parts(word__vbaProject_D_bin=OLE)
    return archive(parts | {"[Content_Types].xml": types("word/document.xml", kind[ending])})


def linked(kind: str, **more: str) -> bytes:
    """A document with something that lies elsewhere."""
    extern = {"word__settings_D_xml": f'{XML}<w:settings xmlns:w="x" xmlns:r="y"><w:attachedTemplate r:id="rId1"/></w:settings>'}  # fmt: skip
    key = "word___rels__settings_D_xml_D_rels" if kind == "attachedTemplate" else "word___rels__document_D_xml_D_rels"
    return docx(**extern, **{key: relations(("rId1", f"{RELATIONS}/{kind}", FAR), mode="External")}, **more)


def zip_bomb() -> bytes:
    return docx(word__media__a_D_xml=b"<a>" + b" " * 250_000_000 + b"</a>")


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
    return archive(xlsx_parts(xl__worksheets__sheet1_D_xml=f'<worksheet xmlns="{ns}"><sheetData>{text}</sheetData></worksheet>'))  # fmt: skip


OFFICE = [
    Bad("a document with macros", "brief.docm", lambda: macro_document("docm"), "unknown_type"),
    Bad("the same under another name", "brief.docx", lambda: macro_document("docm"), "macros"),
    Bad("macros in a document that says it has none", "brief.docx", lambda: macro_document("docx"), "macros"),
    Bad("a table with macros", "liste.xlsm", lambda: archive(xlsx_parts(xl__vbaProject_D_bin=OLE)), "unknown_type"),
    Bad("the same under another name", "liste.xlsx", lambda: archive(xlsx_parts(xl__vbaProject_D_bin=OLE)), "macros"),
    Bad("macros of the oldest kind", "liste.xlsx", lambda: archive(xlsx_parts(xl__macrosheets__a_D_xml="<x/>")), "macros"),
    Bad("a table that asks another program", "liste.xlsx", lambda: archive(xlsx_parts(xl__externalLinks__a_D_xml="<x><ddeLink/></x>")), "macros"),
    Bad("a formula that starts a program", "liste.xlsx", lambda: sheet("<row><c><f>cmd|'/C calc'!A0</f></c></row>"), "macros"),
    Bad("a field that starts a program", "brief.docx", lambda: field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'), "macros"),
    Bad("the same in pieces", "brief.docx", lambda: field("DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd"), "macros"),
    Bad("the same in numbers", "brief.docx", lambda: field("QUOTE 68 68 69 65 85"), "macros"),
    Bad("a template from elsewhere", "brief.docx", lambda: linked("attachedTemplate"), CANARY),
    Bad("a picture from elsewhere", "brief.docx", lambda: linked("image"), CANARY),
    Bad("a frame from elsewhere", "brief.docx", lambda: linked("frame"), CANARY),
    Bad("a program part from elsewhere", "brief.docx", lambda: linked("oleObject"), CANARY),
    Bad("a program part inside", "brief.docx", lambda: docx(word__embeddings__oleObject1_D_bin=OLE), "embedded"),
    Bad("a program inside", "brief.docx", lambda: docx(word__media__bild_D_png=EXE), "embedded"),
    Bad("a program inside by its name", "brief.docx", lambda: docx(word__run_D_exe=EXE), "embedded"),
    Bad("controls of Windows", "brief.docx", lambda: docx(word__activeX__activeX1_D_xml="<x/>"), "macros"),
    Bad("a drawing with a script inside", "brief.docx", lambda: docx(word__media__a_D_svg="<svg><script>x</script></svg>"), "macros"),
    Bad("a document in a document in a document", "brief.docx", lambda: docx(word__embeddings__a_D_docx=docx(word__embeddings__b_D_docx=docx())), "embedded"),
    Bad("a document with macros in a document", "brief.docx", lambda: docx(word__embeddings__a_D_docx=macro_document("docx")), "macros"),
    Bad("words that laugh a thousand million times", "brief.docx", lambda: docx(word__x_D_xml=LAUGHS), "macros"),
    Bad("a part that reads a file of ours", "brief.docx", lambda: docx(word__x_D_xml=OUTSIDE), "macros"),
    Bad("the same where nobody looks", "brief.docx", lambda: docx(word__x_D_xml=OUTSIDE.encode("utf-16")), "macros"),
    Bad("parts nested without end", "brief.docx", lambda: docx(word__x_D_xml="<a>" * 500 + "</a>" * 500), "too_complex"),
    Bad("a document that unpacks without end", "brief.docx", zip_bomb, "too_complex"),
    Bad("a document of many thousand parts", "brief.docx", lambda: docx(**{f"word__{n}_D_xml": "<a/>" for n in range(3100)}), "too_complex"),
    Bad("a locked document", "brief.docx", locked_zip, "password"),
    Bad("parts that want to lie elsewhere", "brief.docx", twice, "damaged"),
    Bad("half a document", "brief.docx", lambda: docx()[:-40], "damaged"),
    Bad("the author of a document", "brief.docx", docx, CANARY),
    Bad("the place in a photo in a document", "brief.docx", lambda: docx(word__media__a_D_jpg=jpeg(exif=exif())), CANARY),
    Bad("a huge drawing is only data in a document", "brief.docx", lambda: docx(word__media__a_D_png=png_of(9, 9) + CANARY), CANARY),
    Bad("a document of LibreOffice with macros", "brief.odt", lambda: odf(Basic__Standard__a_D_xml="<x/>"), "macros"),
    Bad("one with a script", "brief.odt", lambda: odf(Scripts__python__a_D_py="import os"), "macros"),
    Bad("one that runs when it opens", "brief.odt", lambda: odf(body="<script:event-listener/>"), "macros"),
    Bad("one with a program part", "brief.odt", lambda: odf(Object_D_bin=OLE), "embedded"),
    Bad("one that asks another program", "liste.ods", lambda: odf("spreadsheet", "<office:dde-source/>"), "macros"),
    Bad("one with a picture from elsewhere", "brief.odt", lambda: odf(body=f'<draw:image xlink:href="{FAR}"/>'), CANARY),
    Bad("one with a part from elsewhere", "brief.odt", lambda: odf(body=f'<text:section-source xlink:href="{FAR}"/>'), CANARY),
    Bad("its author", "brief.odt", odf, CANARY),
    Bad("a locked one", "brief.odt", lambda: odf(**{"META-INF__manifest_D_xml": "<m><encryption-data/></m>"}), "password"),
]  # fmt: skip
