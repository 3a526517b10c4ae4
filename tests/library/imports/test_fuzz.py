import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.imports.errors import DownloadRefused
from library.imports.report import Report
from tests.library.imports.builders import AUDIO, opened, packed, plays, read, record, reported

JSON = json.dumps(plays(3)).encode()
ZIP = packed({AUDIO: plays(3), "Streaming_History_Audio_2024_1.json": [record()]})

edits = st.lists(
    st.tuples(st.integers(0, len(ZIP)), st.integers(0, 4), st.binary(max_size=4)), min_size=1, max_size=6
)


def damaged(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, removed, added in changes:
        content = content[:at] + added + content[at + removed :]
    return content


def report_or_refusal(content: bytes) -> Report | DownloadRefused:
    try:
        return reported(opened(content))
    except DownloadRefused as refusal:
        return refusal


@pytest.mark.parametrize("content", [JSON, ZIP], ids=["json", "zip"])
@given(changes=edits)
@settings(max_examples=150, deadline=None)
def test_damaged_download_is_read_or_refused_whatever_the_damage(content: bytes, changes: Any) -> None:
    ended = report_or_refusal(damaged(content, changes))

    assert isinstance(ended, DownloadRefused) or ended.status in ("complete", "partial", "failed")


@given(cut=st.integers(1, len(JSON) - 1))
def test_truncated_file_keeps_every_whole_row(cut: int) -> None:
    rows = read(opened(JSON[:cut]))

    assert len(rows) == JSON[:cut].count(b"}")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(rows=st.lists(st.dictionaries(st.sampled_from(sorted(record())), values), max_size=5))
@settings(deadline=None)
def test_every_record_gets_one_row_whatever_its_values(rows: list[Any]) -> None:
    numbers = [row.row_no for row in read(opened([*rows, record()]))]

    assert numbers == list(range(len(rows) + 1))
