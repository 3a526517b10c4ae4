"""A file that is written straight into the database, slice by slice."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from moodsite.models import Export, ExportPart

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PART_BYTES = 1024 * 1024


class PartsWriter(io.RawIOBase):
    """Keeps what is written as parts of `export`; one part at a time is in memory.

    `after_part(size so far)` is called after each stored part.
    """

    def __init__(self, export: Export, *, after_part: Callable[[int], object]) -> None:
        """Begin with an empty file."""
        super().__init__()
        self._export = export
        self._after_part = after_part
        self._pending = bytearray()
        self._number = 0
        self.size = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: "ReadableBuffer") -> int:
        """Take `content` in; how many bytes that was."""
        taken = bytes(content)
        self._pending += taken
        self.size += len(taken)
        while len(self._pending) >= PART_BYTES:
            self._store(PART_BYTES)
        return len(taken)

    def end(self) -> None:
        """Store what is left."""
        if self._pending:
            self._store(len(self._pending))

    def _store(self, size: int) -> None:
        content = bytes(self._pending[:size])
        del self._pending[:size]
        ExportPart.objects.create(export=self._export, number=self._number, content=content)
        self._number += 1
        self._after_part(self.size)
