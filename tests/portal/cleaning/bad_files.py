"""Files that must not come in as they are. Each: why, its name, its bytes, and what must become of it.

A code means refused with this code; bytes mean taken, and these bytes are no longer in it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

from tests.portal.cleaning.makers import (
    CANARY,
    EICAR,
    archive,
    chunk,
    docx,
    exif,
    jpeg,
    picture,
    png,
    png_of,
    png_with,
    saved,
)


@dataclass(frozen=True)
class Bad:
    """One file. `gone`: refused with this code, or taken without these bytes."""

    why: str
    name: str
    make: Callable[[], bytes]
    gone: str | bytes


PHP = b"<?php system($_GET['c']); ?>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<html><script>alert(document.cookie)</script></html>"
EXE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(200)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def gif_with_html() -> bytes:
    return saved(picture(mode="P"), "GIF", comment=HTML)


def huge_gif() -> bytes:
    plain = bytearray(saved(picture(mode="P"), "GIF"))
    plain[6:10] = struct.pack("<HH", 65535, 65535)
    return bytes(plain)


def huge_jpeg() -> bytes:
    plain = bytearray(jpeg())
    place = plain.index(b"\xff\xc0")
    plain[place + 5 : place + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(plain)


def huge_webp() -> bytes:
    return saved(Image.new("RGB", (6400, 6400)), "WEBP", lossless=True, method=0)


def png_bomb() -> bytes:
    """Some kilobytes that unpack to fifty megabytes of pixels."""
    side = 20_000
    return png_of(side, side, zlib.compress(bytes(side // 8 + 1) * side, 1), depth=1)


def text_bomb() -> bytes:
    return png_with(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 1)))


def profile_bomb() -> bytes:
    return png_with(chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(80_000_000), 1)))


def png_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARY.decode())
    info.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return saved(picture(), "PNG", pnginfo=info, exif=exif())


def broken_png() -> bytes:
    plain = bytearray(png())
    plain[50] ^= 0xFF
    return bytes(plain)


def xmp_jpeg() -> bytes:
    note = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    plain = jpeg()
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + plain[2:]


def iptc_jpeg() -> bytes:
    note = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20" + CANARY
    plain = jpeg()
    return plain[:2] + b"\xff\xed" + struct.pack(">H", len(note) + 2) + note + plain[2:]


def two_in_one() -> bytes:
    target = io.BytesIO()
    first, second = picture(), picture()
    second.info["comment"] = CANARY
    first.save(target, "MPO", save_all=True, append_images=[second], exif=exif())
    return target.getvalue()


def moving_gif() -> bytes:
    frames = [picture(mode="P"), picture(mode="P").rotate(90)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=CANARY)


IMAGES = [
    Bad(
        "a picture that is also a Java archive",
        "foto.gif",
        lambda: saved(picture(mode="P"), "GIF") + archive({"META-INF/MANIFEST.MF": "Main-Class: X"}),
        b"PK\x03\x04",
    ),
    Bad("a program of a web server behind a photo", "foto.jpg", lambda: jpeg() + PHP, b"<?php"),
    Bad("an archive behind a photo", "foto.jpg", lambda: jpeg() + archive({"virus.js": "x"}), b"PK\x03\x04"),
    Bad("an archive behind a drawing", "bild.png", lambda: png() + archive({"virus.js": "x"}), b"PK\x03\x04"),
    Bad("a page with a script in a picture's comment", "bild.gif", gif_with_html, b"<script"),
    Bad("a program in a photo's comment", "foto.jpg", lambda: jpeg(comment=PHP), b"<?php"),
    Bad("a program in a drawing's text", "bild.png", lambda: png_with(chunk(b"tEXt", b"Comment\0" + PHP)), b"<?php"),
    Bad("a program in an unknown part of a drawing", "bild.png", lambda: png_with(chunk(b"prVt", PHP)), b"<?php"),
    Bad("where a photo was taken", "foto.jpg", lambda: jpeg(exif=exif()), CANARY),
    Bad("where a drawing was made", "bild.png", png_text, CANARY),
    Bad("where a WebP was taken", "foto.webp", lambda: saved(picture(), "WEBP", exif=exif(), xmp=CANARY), CANARY),
    Bad("an AVIF with a place", "foto.avif", lambda: saved(picture(), "AVIF", exif=exif()), CANARY),
    Bad("notes of an editing program", "foto.jpg", xmp_jpeg, CANARY),
    Bad("notes of a picture agency", "foto.jpg", iptc_jpeg, CANARY),
    Bad("a colour profile with a message", "foto.jpg", lambda: jpeg(icc_profile=b"\0" * 128 + CANARY), CANARY),
    Bad("a second picture behind the first", "foto.jpg", two_in_one, CANARY),
    Bad("later frames of a moving picture", "foto.gif", moving_gif, CANARY),
    Bad("a page behind the picture's end", "foto.png", lambda: png() + HTML, b"<script"),
    Bad("a name of a picture for a page", "foto.jpg", lambda: HTML, "wrong_content"),
    Bad("a name of a picture for a drawing with a script", "foto.png", lambda: SVG, "wrong_content"),
    Bad("a drawing with a script", "logo.svg", lambda: SVG, "unknown_type"),
    Bad("a name of a picture for a program", "foto.jpg", lambda: EXE, "wrong_content"),
    Bad("a kind of picture few can open", "scan.tif", lambda: saved(picture(), "TIFF"), "unknown_type"),
    Bad("the same under another name", "scan.jpg", lambda: saved(picture(), "TIFF"), "wrong_content"),
    Bad("an uncompressed picture", "bild.bmp", lambda: saved(picture(), "BMP"), "unknown_type"),
    Bad("the same under another name", "bild.png", lambda: saved(picture(), "BMP"), "wrong_content"),
    Bad("an icon", "bild.ico", lambda: saved(picture(), "ICO"), "unknown_type"),
    Bad("the same under another name", "bild.gif", lambda: saved(picture(), "ICO"), "wrong_content"),
    Bad("PostScript as a picture", "bild.jpg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(x) run", "wrong_content"),
    Bad("a picture of nothing", "foto.jpg", lambda: b"", "empty"),
    Bad("only the beginning of a photo", "foto.jpg", lambda: jpeg()[:20], "damaged"),
    Bad("half a photo", "foto.jpg", lambda: jpeg()[: len(jpeg()) // 2], "damaged"),
    Bad("half a drawing", "bild.png", lambda: png()[: len(png()) // 2], "damaged"),
    Bad("a drawing with a changed byte", "bild.png", broken_png, "damaged"),
    Bad("a drawing without size", "bild.png", lambda: png_of(0, 0), "damaged"),
    Bad("a drawing with a false size", "bild.png", lambda: png_of(3000, 3000, zlib.compress(b"x")), "damaged"),
    Bad("a drawing as large as a wall", "bild.png", lambda: png_of(40_000, 40_000), "too_many_pixels"),
    Bad("a drawing that unpacks without end", "bild.png", png_bomb, "too_many_pixels"),
    Bad("a note that unpacks without end", "bild.png", text_bomb, "damaged"),
    Bad("a profile that unpacks without end", "bild.png", profile_bomb, "damaged"),
    Bad("a moving picture as large as a wall", "bild.gif", huge_gif, "too_many_pixels"),
    Bad("a photo as large as a wall", "foto.jpg", huge_jpeg, "too_many_pixels"),
    Bad("a WebP as large as a wall", "foto.webp", huge_webp, "too_many_pixels"),
    Bad("an HEIC of noise", "foto.heic", lambda: b"\0\0\0\x1cftypheic\0\0\0\0mif1heic" + bytes(400), "damaged"),
]

OTHERS = [
    Bad("a program", "rechnung.exe", lambda: EXE, "unknown_type"),
    Bad("a program with two endings", "rechnung.pdf.exe", lambda: EXE, "unknown_type"),
    Bad("a script of a web server with two endings", "foto.jpg.php", lambda: jpeg() + PHP, "unknown_type"),
    Bad("a script with two endings", "rechnung.pdf.bat", lambda: b"@echo off", "unknown_type"),
    Bad("a script", "datei.js", lambda: b"WScript.Shell", "unknown_type"),
    Bad("a page", "seite.html", lambda: HTML, "unknown_type"),
    Bad("a page of Windows", "seite.hta", lambda: HTML, "unknown_type"),
    Bad("a shortcut", "Bescheid.lnk", lambda: b"L\0\0\0\x01\x14\x02\0" + bytes(80), "unknown_type"),
    Bad("a shortcut under another name", "Bescheid.pdf", lambda: b"L\0\0\0\x01\x14\x02\0" + bytes(80), "wrong_content"),
    Bad("a mail with a file", "post.eml", lambda: b"From: a\nContent-Type: multipart/mixed", "unknown_type"),
    Bad("a mail of Outlook", "post.msg", lambda: OLE, "unknown_type"),
    Bad("an archive", "alles.zip", lambda: archive({"a.txt": "x"}), "unknown_type"),
    Bad("an archive with the scanners' test file", "eicar.zip", lambda: archive({"eicar.com": EICAR}), "unknown_type"),
    Bad("the scanners' test file", "eicar.com", lambda: EICAR, "unknown_type"),
    Bad("an archive under another name", "alles.pdf", lambda: archive({"a.txt": "x"}), "wrong_content"),
    Bad("an archive as a document", "alles.docx", lambda: archive({"a.txt": "x"}), "wrong_content"),
    Bad(
        "a program for Android as a table",
        "app.xlsx",
        lambda: archive({"AndroidManifest.xml": b"\3\0", "classes.dex": b"dex"}),
        "wrong_content",
    ),
    Bad("a Java program", "app.jar", lambda: archive({"META-INF/MANIFEST.MF": "x"}), "unknown_type"),
    Bad("another archive as PDF", "alles.pdf", lambda: b"Rar!\x1a\x07\0" + bytes(50), "wrong_content"),
    Bad("a disk as PDF", "alles.pdf", lambda: bytes(0x8001) + b"CD001", "wrong_content"),
    Bad("an old document", "brief.doc", lambda: OLE, "unknown_type"),
    Bad("an old or locked document under a new name", "brief.docx", lambda: OLE, "old_office"),
    Bad("bytes without name and kind", "blob", lambda: bytes(range(256)), "unknown_type"),
    Bad("bytes that claim to be text", "notiz.txt", lambda: bytes(range(256)), "wrong_content"),
    Bad("text of nothing but space", "notiz.txt", lambda: b" \n\t\n", "empty"),
    Bad("commands for a terminal in a text", "notiz.txt", lambda: b"Hallo \x1b]0;x\x07\x1b[31m", b"\x1b"),
    Bad("a null character in a document's part", "brief.docx", lambda: docx(word__x_D_xml=b"<a>\0</a>"), "damaged"),
]

NAMES = {
    "bild.php\0.jpg": ".jpg",
    "x" * 300 + ".jpg": ".jpg",
    "Rechnung\u202egpj.exe.jpg": ".jpg",
    "../../../etc/passwd.jpg": "passwd.jpg",
    "..\\..\\Windows\\win.jpg": "win.jpg",
    "=cmd|' /C calc'!A0.jpg": ".jpg",
    "+1-2@SUM(A1).jpg": ".jpg",
    "<img src=x onerror=alert(1)>.jpg": ".jpg",
    "a\r\nSet-Cookie: x=y.jpg": ".jpg",
    "CON.jpg": "file-CON.jpg",
    ".htaccess.jpg": "htaccess.jpg",
    "a\u00adb\u200bc\ufeffd.jpg": "abcd.jpg",
    " . .jpg": "file.jpg",
    "\u2066x\u2069.jpg": "x.jpg",
    "bild.jpg::$DATA.jpg": ".jpg",
    "\ud800.jpg": "file.jpg",
}
"""Names that do something on some system, and how the name ends that is kept."""
