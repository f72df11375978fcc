"""PDF and office files that must not come in as they are (see `bad_files`)."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, String

from tests.portal.cleaning.bad_files import EXE, Bad
from tests.portal.cleaning.makers import (
    CANARY,
    archive,
    bomb,
    exif,
    jpeg,
    note,
    pdf,
    script,
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
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("a"),
            Rect=Array([0, 0, 9, 9]),
            AA=Dictionary(K=script(CANARY.decode())),
        )
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
    *(
        Bad(f"a PDF that {what} when it opens", "a.pdf", lambda act=act: pdf(root(OpenAction=act)), CANARY)
        for what, act in ACTIONS.items()
    ),
    *(
        Bad(
            f"a PDF that {what} at a touch",
            "a.pdf",
            lambda act=act: pdf(lambda made: note(made, Subtype=Name.Link, A=act)),
            CANARY,
        )
        for what, act in ACTIONS.items()
    ),
    Bad("a script by name", "a.pdf", lambda: pdf(with_script), CANARY),
    Bad("actions of the file", "a.pdf", lambda: pdf(root(AA=Dictionary(WC=script(CANARY.decode())))), CANARY),
    Bad(
        "actions of a page",
        "a.pdf",
        lambda: pdf(lambda made: made.pages[0].obj.__setitem__("/AA", Dictionary(O=script(CANARY.decode())))),
        CANARY,
    ),
    Bad("a file inside", "a.pdf", lambda: pdf(with_file), CANARY),
    Bad(
        "a file pinned to a page",
        "a.pdf",
        lambda: pdf(lambda made: note(made, Subtype=Name.FileAttachment, FS=Dictionary(F=String(CANARY.decode())))),
        CANARY,
    ),
    Bad(
        "a film",
        "a.pdf",
        lambda: pdf(
            lambda made: note(made, Subtype=Name.RichMedia, RichMediaContent=Dictionary(X=String(CANARY.decode())))
        ),
        CANARY,
    ),
    Bad(
        "a film of the older kind",
        "a.pdf",
        lambda: pdf(lambda made: note(made, Subtype=Name.Movie, Movie=Dictionary(F=String(CANARY.decode())))),
        CANARY,
    ),
    Bad("a form that is a program as well", "a.pdf", lambda: pdf(with_form(hybrid=True)), CANARY),
    Bad("a form one program alone can show", "a.pdf", lambda: pdf(with_form(hybrid=False)), "dynamic_form"),
    Bad(
        "a collection of files", "a.pdf", lambda: pdf(root(Collection=Dictionary(View=String(CANARY.decode())))), CANARY
    ),
    Bad("the author", "a.pdf", lambda: pdf(with_author), CANARY),
    Bad("the place in a photo inside", "a.pdf", lambda: pdf(with_photo), CANARY),
    Bad("a part that lies elsewhere", "a.pdf", lambda: pdf(with_outside), CANARY),
    Bad("an earlier version", "a.pdf", revised, CANARY),
    Bad("a page before the PDF", "a.pdf", lambda: b"<script>x</script>\n" + pdf(), b"<script>"),
    Bad("an archive behind the PDF", "a.pdf", lambda: pdf() + archive({"virus.js": "x"}), b"PK\x03\x04"),
    Bad("a locked PDF", "a.pdf", lambda: pdf(encryption=Encryption(user="geheim", owner="geheim")), "password"),
    Bad("a PDF that unpacks without end", "a.pdf", lambda: pdf(lambda made: bomb(made, 220_000_000)), "too_complex"),
    Bad(
        "one packed twice",
        "a.pdf",
        lambda: pdf(lambda made: bomb(made, 220_000_000, 2), compress_streams=False),
        "too_complex",
    ),
    Bad(
        "one packed again and again",
        "a.pdf",
        lambda: pdf(lambda made: bomb(made, 1000, 9), compress_streams=False),
        "too_complex",
    ),
    Bad("one nested without end", "a.pdf", lambda: pdf(deep), "too_complex"),
    Bad("a picture inside as large as a town", "a.pdf", lambda: pdf(with_huge_photo), "too_many_pixels"),
    Bad("more pages than anybody reads", "a.pdf", lambda: pdf(pages=201), "too_many_pages"),
    Bad("half a PDF", "a.pdf", lambda: pdf(pages=5)[:1500], "damaged"),
    Bad("only the first line of a PDF", "a.pdf", lambda: b"%PDF-1.7\nHallo", "damaged"),
    Bad("a PDF of noise", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"startxref\n9\n%%EOF", "damaged"),
]
