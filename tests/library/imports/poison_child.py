"""Reads every file of the poison corpus in a folder, and says how each ended and what memory it took.

Run `python -m tests.library.imports.poison_child FOLDER`.
"""

import json
import sys
from pathlib import Path

from library.imports.download import open_download
from library.imports.errors import DownloadRefused
from tests.library.imports.builders import reported, told
from tests.library.imports.poison import CASES


def ended(path: Path, name: str) -> str:
    """How the file ends when it is read as an upload called `name`."""
    with path.open("rb") as file:
        try:
            return told(reported(open_download(file, name)))
        except DownloadRefused as refusal:
            return type(refusal).__name__


def peak_mb() -> float:
    """From the kernel's own mark: `ru_maxrss` would count the process that started this one."""
    status = Path("/proc/self/status").read_text()
    marks = dict(line.split(":", 1) for line in status.splitlines())
    return int(marks["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    outcomes = {case[0]: ended(Path(sys.argv[1], str(number)), case[1]) for number, case in enumerate(CASES)}
    print(json.dumps({"outcomes": outcomes, "peak_mb": peak_mb()}))
