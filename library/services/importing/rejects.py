"""Rows that were not taken, packed small enough to keep all of them."""

import zlib
from collections.abc import Iterator, Sequence

import msgspec

from library.imports.report import RejectedRow
from library.models import HistoryImport, RejectedBatch

_PACKER = msgspec.json.Encoder()
_UNPACKER = msgspec.json.Decoder(list[RejectedRow])


def keep_rejected(history_import: HistoryImport, rows: Sequence[RejectedRow], *, number: int) -> None:
    """Keep `rows` as batch `number`; nothing for none. About ten bytes a row."""
    if not rows:
        return
    content = zlib.compress(_PACKER.encode(rows), level=1)
    RejectedBatch.objects.create(
        history_import=history_import, number=number, n_rows=len(rows), content=content
    )


def rejected_rows(history_import: HistoryImport) -> Iterator[RejectedRow]:
    """All rows of an import that were not taken, in the order of the file, a batch at a time."""
    contents = history_import.rejected_batches.order_by("number").values_list("content", flat=True)
    for content in contents.iterator(chunk_size=1):
        yield from _UNPACKER.decode(zlib.decompress(bytes(content)))


def count_rejected(history_import: HistoryImport) -> int:
    """How many rows were not taken."""
    return sum(history_import.rejected_batches.values_list("n_rows", flat=True))
