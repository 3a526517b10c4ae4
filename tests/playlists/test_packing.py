"""Columns as bytes and back."""

import numpy as np
import pytest

from playlists.services.packing import pack, shorten, unpack


def test_unpack_gives_back_what_was_packed():
    arrays = {"ids": np.array([1, 2**40]), "known": np.array([True, False]), "none": np.array([], dtype="i8")}

    found, words = unpack(pack(arrays, {"genres": [[7, ["folk"]]]}))

    assert {name: values.tolist() for name, values in found.items()} == {
        "ids": [1, 2**40],
        "known": [True, False],
        "none": [],
    }
    assert words == {"genres": [[7, ["folk"]]]}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (np.array([-1, 100]), "int8"),
        (np.array([0, 200]), "int16"),
        (np.array([-200, 3]), "int16"),
        (np.array([0, 2**31]), "int64"),
        (np.array([0.5]), "float32"),
        (np.array([True]), "bool"),
    ],
)
def test_shorten_takes_as_few_bytes_as_hold_the_numbers(values, kept):
    short = shorten({"column": values})["column"]

    assert (short.dtype.name, short.tolist()) == (kept, values.tolist())


def test_shorten_leaves_moments_exact():
    assert shorten({"last_listen_at": np.array([1_790_000_001.0])})["last_listen_at"][0] == 1_790_000_001
