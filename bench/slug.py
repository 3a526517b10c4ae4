"""How large a deployment is: the locked packages and our own files, packed as a slug would be.

Run `python -m bench.slug`; `--quick` packs the packages less hard. Needs the packages installed beside it.
"""

import argparse
import gzip
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from bench.table import Line, show

ROOT = Path(__file__).resolve().parent.parent
MOST_MB = 500
MB = 1_000_000


class Counting:
    """A file that keeps nothing but its size."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, some: bytes) -> int:
        """Count them."""
        self.bytes += len(some)
        return len(some)

    def flush(self) -> None:
        """Nothing is held back."""


def main() -> int:
    """Print the table; 1 when it is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="pack less hard")
    level = 1 if parser.parse_args().quick else 6
    return show(_measure(level))


def _measure(level: int) -> Iterator[Line]:
    packages, own = list(_package_files()), list(_own_files())
    raw = sum(path.stat().st_size for path in packages) / MB
    yield Line("locked packages on disk", raw, "MB")
    yield Line("our own files on disk", sum(path.stat().st_size for path in own) / MB, "MB")
    packed = _packed_mb([*packages, *own], level=level)
    yield Line("slug: both, packed", packed, "MB", reach=MOST_MB)


def _package_files() -> Iterator[Path]:
    """Files of every package that requirements.txt names, without compiled ones."""
    locked = (ROOT / "requirements.txt").read_text()
    names = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==", locked, re.MULTILINE)
    for name in names:
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue  # Locked for another platform or Python.
        for file in files:
            path = Path(str(file.locate()))
            if path.is_file() and path.suffix != ".pyc":
                yield path


def _own_files() -> Iterator[Path]:
    """Tracked files that .slugignore leaves in."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    left_out = [line.strip("/") for line in (ROOT / ".slugignore").read_text().split()]
    for name in listed.splitlines():
        if not any(name == one or name.startswith(f"{one}/") for one in left_out):
            yield ROOT / name


def _packed_mb(paths: Iterable[Path], *, level: int) -> float:
    size = Counting()
    packer = gzip.GzipFile(fileobj=size, mode="wb", compresslevel=level)
    with packer, tarfile.open(fileobj=packer, mode="w|") as archive:
        for path in paths:
            archive.add(path, recursive=False)
    return size.bytes / MB


if __name__ == "__main__":
    sys.exit(main())
