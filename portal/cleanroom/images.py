"""Pictures: decoded to the end and painted anew. What a camera writes beside the picture is not carried over.

Photos become JPEG, drawings and screenshots PNG, because every office can open those; of a moving picture its first
frame stays. Place, time, device, comments, previews and anything appended to the file are gone.
"""

from __future__ import annotations

import contextlib
from io import BytesIO

import pillow_heif
from PIL import (  # noqa: F401  # noqa: F401 - loaded now: later the process opens no file any more
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from portal.cleanroom.refusal import Limits, Refused

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF")
DRAWN = {"PNG", "GIF"}
"""Formats that lose nothing; their pictures are written without loss again."""

HUGE = 8
"""A JPEG of a telephone may have this many times the pixels: it is decoded at a fraction of its size right away."""

QUALITIES = (90, 75, 50)
SRGB = ImageCms.createProfile("sRGB")

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
pillow_heif.options.DECODE_THREADS = 1
Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded


def rebuild(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """The picture anew and its ending. Raises `Refused`."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            kind = str(image.format)
            _fit(image, kind, limits["pixels"])
            image.load()
            picture = _plain(_upright(image))
    except Refused:
        raise
    except MemoryError as problem:
        raise Refused("too_many_pixels") from problem
    except Exception as problem:  # noqa: BLE001 - decoders raise whatever they like over a broken file
        raise Refused("damaged") from problem
    return _written(picture, kind, limits["bytes"])


def _fit(image: Image.Image, kind: str, most: int) -> None:
    width, height = image.size
    if width * height <= most:
        return
    if kind not in {"JPEG", "MPO"} or width * height > most * HUGE:
        raise Refused("too_many_pixels")
    for part in (2, 4, 8):
        if (width // part) * (height // part) <= most:
            image.draft(None, (width // part, height // part))  # type: ignore[arg-type]
            break
    if image.size[0] * image.size[1] > most:
        raise Refused("too_many_pixels")


def _upright(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    turned: Image.Image = image
    with contextlib.suppress(Exception):  # a note about the camera that nobody can read turns nothing
        turned = ImageOps.exif_transpose(image)
    if profile and turned.mode in {"RGB", "RGBA", "CMYK", "L"}:
        # Colours as the camera meant them; a broken profile leaves them as they are.
        with contextlib.suppress(Exception):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            wanted = "RGBA" if turned.mode == "RGBA" else "L" if turned.mode == "L" else "RGB"
            if wanted != "L":
                turned = ImageCms.profileToProfile(turned, source, SRGB, outputMode=wanted) or turned
    return turned


def _plain(image: Image.Image) -> Image.Image:
    """One of the modes L, RGB and RGBA, without anything but pixels."""
    if image.mode.startswith("I;16") or image.mode == "I":
        plain = image.point(lambda value: value * (1 / 257)).convert("L")
    elif image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        plain = image.convert("RGBA")
        if plain.getchannel("A").getextrema() == (255, 255):
            plain = plain.convert("RGB")
    elif image.mode in {"1", "L"}:
        plain = image.convert("L")
    else:
        plain = image.convert("RGB")
    fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    fresh.info = {}
    return fresh


def _written(picture: Image.Image, kind: str, most: int) -> tuple[bytes, str]:
    if kind in DRAWN or picture.mode == "RGBA":
        target = BytesIO()
        picture.save(target, "PNG", compress_level=4)
        if target.tell() <= most:
            return target.getvalue(), "png"
    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    for quality in QUALITIES:
        target = BytesIO()
        picture.save(target, "JPEG", quality=quality)
        if target.tell() <= most:
            return target.getvalue(), "jpg"
    raise Refused("too_many_pixels")
