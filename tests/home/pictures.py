"""Small pictures made on the spot."""

from io import BytesIO

from PIL import Image


def jpeg(width: int = 800, height: int = 600) -> BytesIO:
    """A JPEG file in memory."""
    data = BytesIO()
    Image.new("RGB", (width, height), (90, 140, 110)).save(data, "JPEG")
    data.seek(0)
    data.name = "picture.jpg"
    return data
