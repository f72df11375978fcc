"""PDF: the pages are carried over into a new file, everything around and behind them is not.

Gone are scripts, actions, links, embedded files, sound and film, form logic, bookmarks, notes about the author, tags
and earlier versions. What somebody filled in stays, because forms and comments are painted onto their page first.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from portal.cleanroom.refusal import Limits, Refused
from portal.cleanroom.traces import without_traces

PAGE = {
    "/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate",
    "/UserUnit", "/Group",
}  # fmt: skip
"""What a page keeps."""

BEHIND = {
    "/A", "/AA", "/AF", "/Alternates", "/Dest", "/EF", "/EmbeddedFiles", "/FDecodeParms", "/FFilter", "/JS",
    "/JavaScript", "/LastModified", "/Launch", "/Metadata", "/Measure", "/OpenAction", "/OPI", "/PieceInfo", "/PtData",
    "/Ref", "/RichMedia", "/RichMediaContent", "/SeparationInfo", "/StructParent", "/StructParents", "/URI", "/XFA",
}  # fmt: skip
"""What no object below a page keeps: actions, files, links, notes of programs."""

DEEPEST = 60
MOST_OBJECTS = 200_000
MOST_FILTERS = 3
BLOCK = 1 << 20
TAIL = 2048
"""Bytes at the end among which a complete file says where its table is (ISO 32000-1, 7.5.5)."""


def _ready() -> None:
    """Let the library open its source of random numbers now: later the process opens nothing any more."""
    with Pdf.new() as empty:
        empty.save(BytesIO(), encryption=pikepdf.Encryption(owner="x", user="x"))


_ready()


def rebuild(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """The pages in a new file. Raises `Refused`."""
    try:
        with _opened(data) as source:
            _refuse_bombs(source, limits)
            with Pdf.new() as target:
                _carry(source, target, limits["pages"])
                return _written(target, limits["bytes"]), "pdf"
    except pikepdf.PasswordError as problem:
        raise Refused("password") from problem
    except (Refused, MemoryError):
        raise
    except Exception as problem:  # noqa: BLE001 - a broken file breaks the library in many ways
        raise Refused("damaged") from problem


def _opened(data: bytes) -> Pdf:
    """A file that ends too early is refused: with its end pages would be missing, and nobody would notice."""
    start = data[:1024].find(b"%PDF-")
    if start < 0:
        raise Refused("wrong_content")
    body = data[start:]
    try:
        return pikepdf.open(BytesIO(body), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise
    except Exception:
        end = body[-TAIL:]
        if b"%%EOF" not in end or b"startxref" not in end:
            raise
        return pikepdf.open(BytesIO(body), attempt_recovery=True, suppress_warnings=True)


def _refuse_bombs(source: Pdf, limits: Limits) -> None:
    left = limits["unpacked"]
    for number, item in enumerate(source.objects):
        if number > MOST_OBJECTS:
            raise Refused("too_complex")
        if isinstance(item, Stream):
            left -= _unpacked(item, left)
            _refuse_huge(item, limits["pixels"])


def _unpacked(stream: Stream, left: int) -> int:
    """How many bytes a stream unpacks to. Raises `Refused` above `left` without unpacking further."""
    names = _filters(stream)
    if len(names) > MOST_FILTERS:
        raise Refused("too_complex")
    raw = stream.read_raw_bytes()
    packed = [name for name in names if name in {"/FlateDecode", "/Fl"}]
    if names[: len(packed)] == packed and packed:
        return _inflated(raw, len(packed), left)
    if set(names) & {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", *packed}:
        size = len(stream.read_bytes()) if len(raw) * 1400 <= left else left + 1
        if size > left:
            raise Refused("too_complex")
        return size
    return len(raw)


def _filters(stream: Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, Array) else [str(found)]


def _inflated(raw: bytes, layers: int, left: int) -> int:
    total = 0
    chunks: Iterator[bytes] = iter([raw])
    for _layer in range(layers):
        chunks = _inflate(chunks)
    for chunk in chunks:
        total += len(chunk)
        if total > left:
            raise Refused("too_complex")
    return total


def _inflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    machine = zlib.decompressobj()
    for packed in chunks:
        pending = packed
        while pending and not machine.eof:
            try:
                yield machine.decompress(pending, BLOCK)
            except zlib.error:  # readers show what came before the mistake
                return
            pending = machine.unconsumed_tail


def _refuse_huge(stream: Stream, pixels: int) -> None:
    if stream.get(Name.Subtype) == Name.Image:
        try:
            size = int(stream.get(Name.Width, 0)) * int(stream.get(Name.Height, 0))
        except (TypeError, ValueError) as problem:
            raise Refused("damaged") from problem
        if size > pixels * 8:  # scans of plans in black and white are large and cheap
            raise Refused("too_many_pixels")


def _carry(source: Pdf, target: Pdf, most: int) -> None:
    root = source.Root
    if len(source.pages) > most:
        raise Refused("too_many_pages")
    if len(source.pages) == 0:
        raise Refused("damaged")
    if root.get(Name.NeedsRendering):  # its pages say "please wait" and exist in one company's program alone
        raise Refused("dynamic_form")
    _paint_forms(source)
    for page in source.pages:
        inherited = {name: page.obj.get(name) for name in ("/Resources", "/MediaBox", "/CropBox", "/Rotate")}
        _strip_page(page.obj)
        target.pages.append(page)
        kept = target.pages[-1].obj
        for name, value in inherited.items():
            if value is not None and name not in kept:
                kept[name] = target.copy_foreign(value) if value.is_indirect else value
    for item in target.objects:
        _strip(item, 0)


def _paint_forms(source: Pdf) -> None:
    """Make what was filled in, and what was written beside it, part of the page."""
    form = source.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and form.get(Name.NeedAppearances):
        source.generate_appearance_streams()
    if isinstance(form, Dictionary) or any(Name.Annots in page.obj for page in source.pages):
        source.flatten_annotations("screen")


def _strip_page(page: Any) -> None:
    for name in list(page.keys()):
        if name not in PAGE and name != "/Parent":
            del page[name]


def _strip(item: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Refused("too_complex")
    if isinstance(item, Array):
        for part in item:
            if isinstance(part, Array | Dictionary) and not part.is_indirect:
                _strip(part, depth + 1)
        return
    if not isinstance(item, Dictionary | Stream):
        return
    for name in list(item.keys()):
        outside = name == "/F" and isinstance(item, Stream)
        if name in BEHIND and not _is_state(item, name) or outside:
            del item[name]
            continue
        part = item[name]
        if isinstance(part, Array | Dictionary) and not part.is_indirect:
            _strip(part, depth + 1)
    if isinstance(item, Stream):
        _strip_picture(item)


def _is_state(item: Any, name: str) -> bool:
    """Names of fonts, pictures and colours are free: a resource may be called /A, and its table says what it is."""
    return name in {"/A", "/AA", "/AF", "/EF", "/JS", "/Ref", "/URI"} and _is_resource(item[name])


def _is_resource(value: Any) -> bool:
    if isinstance(value, Stream):
        return value.get(Name.Subtype) in {Name.Image, Name.Form} or Name.PatternType in value
    if isinstance(value, Dictionary):
        return value.get(Name.Type) in {Name.Font, Name.ExtGState, Name.OCG, Name.OCMD, Name.Pattern}
    return isinstance(value, Array) and len(value) > 0 and isinstance(value[0], Name)


def _strip_picture(item: Stream) -> None:
    if _filters(item) == ["/DCTDecode"]:
        raw = item.read_raw_bytes()
        bare = without_traces(raw)
        if bare != raw:
            item.write(bare, filter=Name.DCTDecode, decode_parms=_parameters(item))


def _parameters(item: Stream) -> Dictionary | None:
    found = item.get(Name.DecodeParms)
    return found if isinstance(found, Dictionary) else None


def _written(target: Pdf, most: int) -> bytes:
    result = BytesIO()
    target.save(
        result,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    if result.tell() > most:
        raise Refused("too_large")
    return result.getvalue()
