"""The parts of an office file, which is a ZIP archive: read with every bound, written anew without names of people."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat  # noqa: S407 - refuses every declaration below, which is what makes XML dangerous

from portal.cleanroom.refusal import Limits, Refused

MOST_PARTS = 3000
DEEPEST = 200
BLOCK = 1 << 20
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The oldest day a ZIP archive can say; what we write says nothing about time."""

PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"L\0\0\0\x01\x14\x02\0",
    b"\xd0\xcf\x11\xe0",
    b"%PDF-",
    b"PK",
)
"""Beginnings of programs, shortcuts, old office files and archives."""


def unpack(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The parts by name, in their order. Raises `Refused` for bombs, locked or damaged archives and strange names."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _parts(archive, limits["unpacked"])
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, KeyError) as problem:
        raise Refused("damaged") from problem


def _parts(archive: zipfile.ZipFile, left: int) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise Refused("too_complex")
    found: dict[str, bytes] = {}
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 0x1:
            raise Refused("password")
        if name.startswith(("/", "\\")) or "\\" in name or "\0" in name or ".." in name.split("/") or name in found:
            raise Refused("damaged")
        if name.endswith("/"):
            continue
        content = _content(archive, entry, left)
        left -= len(content)
        found[name] = content
    return found


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What is counted is what really comes out, not what the archive says will."""
    chunks, size = [], 0
    with archive.open(entry) as part:
        while chunk := part.read(BLOCK):
            size += len(chunk)
            if size > left:
                raise Refused("too_complex")
            chunks.append(chunk)
    return b"".join(chunks)


def pack(parts: dict[str, bytes], first: str) -> bytes:
    """An archive of the parts, `first` uncompressed at its beginning if it is there."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(parts, key=lambda part: part != first):
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_STORED if name == first == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return target.getvalue()


def ending_of(name: str) -> str:
    """The ending of a part's name, in small letters, without its dot."""
    return posixpath.basename(name).rpartition(".")[2].lower()  # `_rels/.rels` is an ending alone


def is_program(content: bytes) -> bool:
    """Whether a part is a program, an archive or an old office file."""
    return content.startswith(PROGRAMS)


@dataclass
class Facts:
    """What a part says, as a parser and not a search reads it. Names are without their prefix."""

    elements: set[str] = field(default_factory=set)
    fields: list[str] = field(default_factory=list)
    """Instructions of Word's fields."""
    formulas: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    """Values of attributes that say of which type a part is."""
    links: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Elements that lead somewhere, with their attributes."""


def read_xml(content: bytes) -> Facts:
    """What a part says. Raises `Refused` for XML that declares anything, is nested without end, or is none."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    facts, open_elements = Facts(), []

    def begin(name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        open_elements.append(local)
        if len(open_elements) > DEEPEST:
            raise Refused("too_complex")
        facts.elements.add(local)
        if attributes:
            _note(facts, local, {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        open_elements.pop()

    def text(data: str) -> None:
        if open_elements[-1] == "instrText":
            facts.fields.append(data)
        elif open_elements[-1] in {"f", "formula1", "formula2", "definedName"}:
            facts.formulas.append(data)

    def declared(*parts: object) -> None:
        raise Refused("macros")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = declared
    try:
        parser.Parse(content, True)
    except expat.ExpatError as problem:
        raise Refused("damaged") from problem
    return facts


def _note(facts: Facts, name: str, attributes: dict[str, str]) -> None:
    if "instr" in attributes:
        facts.fields.append(attributes["instr"])
    if "ContentType" in attributes:
        facts.values.append(attributes["ContentType"])
    if "Target" in attributes or "href" in attributes:
        facts.links.append((name, attributes))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def as_text(content: bytes) -> str:
    """XML as text. Office programs write UTF-8; anything else could hide words from us."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Refused("damaged") from problem
