"""A library's columns as bytes, for the other processes: small numbers, nothing that could be run."""

import io
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

_QUICK = 1
_KINDS = (np.int8, np.int16, np.int32, np.int64)
_EXACT = frozenset({"last_listen_at"})
"""Seconds since 1970 need more digits than a short float has."""


def shorten(arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Whole numbers in as few bytes as hold them, others with seven digits."""
    return {name: values if name in _EXACT else _short(values) for name, values in arrays.items()}


def pack(arrays: Arrays, words: Mapping[str, Any]) -> bytes:
    """Arrays, with what else belongs to them as JSON."""
    written = io.BytesIO()
    told = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    np.savez(written, allow_pickle=False, **arrays, words=told)
    return zlib.compress(written.getbuffer(), _QUICK)


def unpack(packed: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What `pack` was given."""
    with np.load(io.BytesIO(zlib.decompress(packed)), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return arrays, json.loads(arrays.pop("words").tobytes())


def _short(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    if values.dtype.kind != "i" or not values.size:
        return values
    low, high = int(values.min()), int(values.max())
    kind = next(kind for kind in _KINDS if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return values.astype(kind)
