"""The uploaded file, kept in slices in the database, and read from there like any other file."""

import io
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from library.models import HistoryImport, UploadPart

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PART_BYTES = 1024 * 1024


class UploadTooLarge(Exception):
    """The file is larger than allowed; what had arrived of it was removed."""


def store_upload(history_import: HistoryImport, blocks: Iterable[bytes], *, most_bytes: int) -> None:
    """Keep `blocks` as parts of `history_import`, with the size and the SHA-256 of the whole.

    Holds one part in memory. Raises UploadTooLarge past `most_bytes`; the import is then deleted.
    """
    digest = sha256()
    size = 0
    for number, content in enumerate(_slices(blocks)):
        size += len(content)
        if size > most_bytes:
            history_import.delete()
            raise UploadTooLarge
        digest.update(content)
        UploadPart.objects.create(history_import=history_import, number=number, content=content)
    history_import.size, history_import.digest = size, digest.hexdigest()
    history_import.save(update_fields=["size", "digest"])


def _slices(blocks: Iterable[bytes]) -> Iterator[bytes]:
    pending = bytearray()
    for block in blocks:
        pending += block
        while len(pending) >= PART_BYTES:
            yield bytes(pending[:PART_BYTES])
            del pending[:PART_BYTES]
    if pending:
        yield bytes(pending)


class StoredUpload(io.RawIOBase):
    """The parts of an import as one seekable file; one part at a time is in memory."""

    def __init__(self, history_import: HistoryImport) -> None:
        """Start at the beginning."""
        super().__init__()
        self._parts = history_import.parts
        self._size = history_import.size
        self._position = 0
        self._loaded: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to `offset` from the start, from here or from the end; raises ValueError before the start."""
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}
        position = bases[whence] + offset
        if position < 0:
            raise ValueError(f"negative seek position {position}")
        self._position = position
        return position

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill `buffer` from the part that holds the position; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._position >= self._size:
            return 0
        number, offset = divmod(self._position, PART_BYTES)
        content = self._part(number)[offset : offset + len(view)]
        view[: len(content)] = content
        self._position += len(content)
        return len(content)

    def _part(self, number: int) -> bytes:
        if self._loaded[0] != number:
            content = self._parts.values_list("content", flat=True).get(number=number)
            self._loaded = (number, bytes(content))
        return self._loaded[1]


def open_upload(history_import: HistoryImport) -> io.BufferedReader:
    """The uploaded file, seekable, to be read from its beginning."""
    return io.BufferedReader(StoredUpload(history_import), buffer_size=64 * 1024)


def drop_upload(history_import: HistoryImport) -> None:
    """Delete the parts: the file is not needed any more."""
    history_import.parts.all().delete()
