"""A member of the download as UTF-8 text, with its bytes counted while they are read."""

import codecs
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

from library.imports import limits
from library.imports.rows import Damage

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_UNMARKED: tuple[tuple[bytes, str], ...] = ((b"[\x00", "utf-16-le"), (b"\x00[", "utf-16-be"))
_MARK_BYTES = 4
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""All that reading a damaged or dishonest archive can raise."""


class MemberUnreadable(Exception):
    """The rest of the member cannot be read; `damage` says why."""

    def __init__(self, damage: Damage) -> None:
        """Keep `damage` for the report."""
        super().__init__(damage)
        self.damage = damage


class MemberText:
    """Reads a member as UTF-8 bytes, whatever Unicode form and byte order mark it has."""

    def __init__(self, stream: IO[bytes], *, spend: Callable[[int], bool]) -> None:
        """Read from `stream`; `spend(n)` books n unpacked bytes and is False past the total."""
        self._stream = stream
        self._spend = spend
        self._bytes_read = 0
        self._start = self._read_raw(_MARK_BYTES)
        self._decoder = self._choose_decoder()

    def read(self, size: int) -> bytes:
        """About `size` bytes of UTF-8, empty at the end; raises MemberUnreadable."""
        raw = self._start + self._read_raw(max(1, size - len(self._start)))
        self._start = b""
        if self._decoder is None:
            return raw
        try:
            text = self._decoder.decode(raw, final=not raw)
            return text.encode() or (self.read(size) if raw else b"")
        except UnicodeError as error:
            raise MemberUnreadable(Damage.BAD_ENCODING) from error

    def _read_raw(self, size: int) -> bytes:
        try:
            raw = self._stream.read(size)
        except UNREADABLE as error:
            raise MemberUnreadable(Damage.BROKEN_ARCHIVE) from error
        self._bytes_read += len(raw)
        if self._bytes_read > limits.MEMBER_BYTES or not self._spend(len(raw)):
            raise MemberUnreadable(Damage.TOO_LARGE)
        return raw

    def _choose_decoder(self) -> codecs.IncrementalDecoder | None:
        for mark, encoding in _MARKS + _UNMARKED:
            if self._start.startswith(mark):
                marked = (mark, encoding) in _MARKS
                self._start = self._start[len(mark) :] if marked else self._start
                return None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        return None
