"""Cuts a stream of JSON text into records in constant memory and stops at no bad record."""

import re
from collections.abc import Callable, Iterator

from library.imports import limits
from library.imports.records import Record, decode_batch, decode_record, is_json
from library.imports.rows import Damage, InvalidReason
from library.imports.text import MemberUnreadable

Decoded = Record | InvalidReason

_SEPARATORS = b" \t\r\n,"
_GAP = re.compile(rb"[ \t\r\n,]*+")
_FLAT_RECORD = re.compile(rb'\{(?>[^"{}\[\]]++|"(?>[^"\\]++|\\.)*+")*+\}', re.DOTALL)
_SCALAR = re.compile(rb'"(?>[^"\\]++|\\.)*+"|[^ \t\r\n,\[\]{}"]++', re.DOTALL)
_STRUCTURE = re.compile(rb'"|[{\[]+|[}\]]+')
_STRING_REST = re.compile(rb'(?>[^"\\]++|\\.)*+("?)', re.DOTALL)


class Nesting:
    """Follows brackets and strings through blocks of text, to find where an element ends."""

    def __init__(self) -> None:
        """Start before the element's first bracket."""
        self.deepest = 0
        self.brackets = 0
        self._depth = 0
        self._in_string = False
        self._half_escape = False

    def end_in(self, block: bytes, start: int = 0) -> int:
        """Position after the element's last bracket, or -1 when it goes on in the next block."""
        position = self._leave_string(block, start)
        while match := _STRUCTURE.search(block, position):
            position = match.end()
            if match[0] == b'"':
                self._in_string = True
                position = self._leave_string(block, position)
            elif (end := self._count(match[0], position)) >= 0:
                return end
        return -1

    def _leave_string(self, block: bytes, position: int) -> int:
        if not self._in_string:
            return position
        rest = _STRING_REST.match(block, position + self._half_escape)
        end = rest.end() if rest else len(block)
        self._in_string = not (rest and rest[1])
        # What stops the pattern short of a quote is a backslash that ends the block.
        self._half_escape = self._in_string and end < len(block)
        return len(block) if self._in_string else end

    def _count(self, brackets: bytes, position: int) -> int:
        self.brackets += 1
        if brackets[0] in b"{[":
            self._depth += len(brackets)
            self.deepest = max(self.deepest, self._depth)
            return -1
        if len(brackets) < self._depth:
            self._depth -= len(brackets)
            return -1
        return position - (len(brackets) - self._depth)


class Splitter:
    """Records of one JSON file, batch by batch, holding at most one record's limit of text.

    Whole batches are decoded at once, which is what makes it quick; a batch that does not decode
    is cut record by record, so the bad ones are found and the good ones kept.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        """Read UTF-8 through `read(size)`, which returns b"" at the end or raises MemberUnreadable."""
        self.damage: Damage | None = None
        self._read = read
        self._buffer = b""
        self._ended = False
        self._closed = False
        self._rows = 0
        self._brackets_left = limits.MOST_BRACKETS

    def batches(self) -> Iterator[list[Decoded]]:
        """Yield the decoded records in order; afterwards `damage` says what is wrong, or is None."""
        self._refill()
        in_list = self._enter_list()
        while self._buffer and not self._closed:
            batch = self._take_whole() or self._take_singly()
            self._rows += len(batch)
            yield batch
            self._refill()
        self._conclude(in_list=in_list)

    def _refill(self) -> None:
        self._buffer = self._buffer.lstrip(_SEPARATORS)
        while not self._ended and (missing := limits.RECORD_BYTES - len(self._buffer)) > 0:
            block = self._next_block(missing)
            self._buffer = (self._buffer + block).lstrip(_SEPARATORS)

    def _next_block(self, size: int) -> bytes:
        try:
            block = self._read(size)
        except MemberUnreadable as error:
            self.damage = error.damage
            block = b""
        self._ended = not block
        return block

    def _enter_list(self) -> bool:
        if self._buffer.startswith(b"["):
            self._buffer = self._buffer[1:]
            self._refill()
            return True
        if self._buffer and not self._buffer.startswith(b"{"):
            self._stop(Damage.NOT_JSON)
        return False

    def _stop(self, damage: Damage) -> None:
        self.damage = self.damage or damage
        self._buffer = b""
        self._ended = True

    def _take_whole(self) -> list[Decoded]:
        cut = self._buffer.rfind(b"}") + 1
        records = decode_batch(self._buffer[:cut]) if cut else None
        if not records:
            return []
        self._buffer = self._buffer[cut:]
        return list(records)

    def _take_singly(self) -> list[Decoded]:
        found: list[Decoded] = []
        position = 0
        while (step := self._element(position)) is not None:
            position, decoded = step
            found.append(decoded)
        if position == 0 and self._buffer and not self._closed:
            return self._give_up_on_element()
        self._buffer = self._buffer[position:]
        return found

    def _element(self, position: int) -> tuple[int, Decoded] | None:
        match = _GAP.match(self._buffer, position)
        start = match.end() if match else position
        first = self._buffer[start : start + 1]
        if first == b"]":
            self._closed = True
            self._buffer = self._buffer[:position] + self._buffer[start + 1 :]
            return None
        if first in (b"{", b"["):
            return self._bracketed(start)
        return self._scalar(start)

    def _bracketed(self, start: int) -> tuple[int, Decoded] | None:
        if flat := _FLAT_RECORD.match(self._buffer, start):
            return flat.end(), decode_record(flat[0])
        if self._brackets_left < 0:
            self._stop(Damage.BROKEN_JSON)
            return None
        nesting = Nesting()
        end = nesting.end_in(self._buffer, start)
        self._brackets_left -= nesting.brackets
        if end < 0:
            return None
        if nesting.deepest > limits.MOST_NESTING:
            return end, InvalidReason.TOO_DEEP
        return end, decode_record(self._buffer[start:end])

    def _scalar(self, start: int) -> tuple[int, Decoded] | None:
        match = _SCALAR.match(self._buffer, start)
        if match is None or (match.end() == len(self._buffer) and not self._ended):
            return None
        if not is_json(match[0]):
            return None
        return match.end(), InvalidReason.NOT_A_RECORD

    def _give_up_on_element(self) -> list[Decoded]:
        if self._ended:
            self._stop(self._leftover_damage())
            return []
        if self._buffer[:1] not in (b"{", b"["):
            self._stop(Damage.BROKEN_JSON)
            return []
        return self._skip_oversized()

    def _leftover_damage(self) -> Damage:
        starts_well = self._buffer[:1] in (b"{", b"[", b'"')
        return Damage.TRUNCATED if starts_well else Damage.BROKEN_JSON

    def _skip_oversized(self) -> list[Decoded]:
        nesting = Nesting()
        block = self._buffer
        while (end := nesting.end_in(block)) < 0:
            block = self._next_block(limits.RECORD_BYTES)
            is_endless = nesting.brackets > self._brackets_left
            if is_endless or not block:
                self._stop(Damage.BROKEN_JSON if is_endless else Damage.TRUNCATED)
                return []
        self._brackets_left -= nesting.brackets
        self._buffer = block[end:]
        too_deep = nesting.deepest > limits.MOST_NESTING
        return [InvalidReason.TOO_DEEP if too_deep else InvalidReason.TOO_LARGE]

    def _conclude(self, *, in_list: bool) -> None:
        if self.damage is None:
            self.damage = self._final_damage(in_list=in_list)

    def _final_damage(self, *, in_list: bool) -> Damage | None:
        if not in_list:
            return Damage.NOT_A_LIST if self._rows else Damage.EMPTY
        if not self._closed:
            return Damage.TRUNCATED
        if self._buffer:
            return Damage.TRAILING_JUNK
        return None if self._rows else Damage.EMPTY
