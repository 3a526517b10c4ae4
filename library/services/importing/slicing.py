"""Long lists of values cut into slices that one query can take."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

MOST_VALUES = 500
"""SQLite keeps its last 128 statements, each as large as its list is long: that was 40 MB."""


def slices(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in their order, at most MOST_VALUES at a time; nothing for none."""
    rest = iter(values)
    while taken := list(islice(rest, MOST_VALUES)):
        yield taken
