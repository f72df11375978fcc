"""How files arrive: in memory, never in a temporary file, because that would be what somebody sent, readable on a disk.

For every address of the product, so that no form and no misdirected post can be an exception. What is larger than
`LOTSE_UPLOAD_BYTES`, or more than `LOTSE_UPLOAD_REQUEST_BYTES` in one request, is counted and thrown away while it
arrives; the form then says so, and everything else in the request is there.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

DRAINED = 4
"""How many times the limit of a request is read before the line is cut: enough to answer in words."""


class Received(InMemoryUploadedFile):
    """A file in memory. `is_whole` is False where it was too large: then its content is gone and its size is true."""

    is_whole = True


class MemoryHandler(FileUploadHandler):
    """Django's handler for files, without disk. The only one there is (`FILE_UPLOAD_HANDLERS`)."""

    chunk_size = 64 * 2**10

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept = 0
        self.drained = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.content, self.size, self.is_whole = BytesIO(), 0, True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, as long as it fits."""
        self.size += len(raw_data)
        fits = (
            self.size <= settings.LOTSE_UPLOAD_BYTES
            and self.kept + len(raw_data) <= settings.LOTSE_UPLOAD_REQUEST_BYTES
        )
        if self.is_whole and fits:
            self.content.write(raw_data)
            self.kept += len(raw_data)
            return
        if self.is_whole:
            self.kept -= self.content.tell()
            self.content, self.is_whole = BytesIO(), False
        self.drained += len(raw_data)
        if self.drained > settings.LOTSE_UPLOAD_REQUEST_BYTES * DRAINED:
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> Received:
        """The file as the form sees it. Its size is counted here; what the browser claims means nothing."""
        self.content.seek(0)
        received = Received(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=self.size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        received.is_whole = self.is_whole
        return received
