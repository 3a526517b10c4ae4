import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from library.imports.errors import DownloadRefused
from tests.library.imports.builders import AUDIO, opened, plays, reported, told
from tests.library.imports.poison import CASES, MIB

ROOT = Path(__file__).resolve().parents[3]


def outcome(content: Any, name: str) -> str:
    try:
        return told(reported(opened(content, name)))
    except DownloadRefused as refusal:
        return type(refusal).__name__


@pytest.mark.parametrize(
    ("name", "make", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_poison_file_ends_with_its_named_outcome_when_read(name: str, make: Any, expected: str) -> None:
    content = make()
    started = time.process_time()

    ended = outcome(content, name)

    assert ended == expected
    assert time.process_time() - started < 10


def test_corpus_has_at_least_sixty_files_of_different_names() -> None:
    names = [case[0] for case in CASES]

    assert len(set(names)) == len(names) >= 60


def test_reading_takes_little_memory_when_the_file_is_large() -> None:
    content = json.dumps(plays(400) * 25).encode()
    nesting = b"[" * 2_000_000

    tracemalloc.start()
    outcome(content, AUDIO)
    outcome(nesting, AUDIO)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(content) > 2_000_000
    assert peak < 6 * MIB


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="Only Linux keeps the mark of most memory."
)
def test_one_process_reads_all_poison_files_within_300_mb_each_with_its_named_outcome(tmp_path: Path) -> None:
    for number, (_, _, make, _) in enumerate(CASES):
        content = make()
        (tmp_path / str(number)).write_bytes(
            content if isinstance(content, bytes) else json.dumps(content).encode()
        )
    command = [sys.executable, "-m", "tests.library.imports.poison_child", str(tmp_path)]

    child = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)

    said = json.loads(child.stdout)
    assert said["outcomes"] == {title: expected for title, _, _, expected in CASES}
    assert said["peak_mb"] < 300
