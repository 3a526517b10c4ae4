"""Uploads that are not Spotify's download but can be read all the same, told by what is inside.

Apps that build on this one register how; the Import page takes such files like any other.
"""

import zipfile
from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO, Protocol

from jobs.kinds import Run
from library.imports.archive import open_archive
from library.imports.errors import DownloadRefused
from library.models import HistoryImport


class Format(Protocol):
    """Another kind of file: which one it is, and what reads it."""

    def is_told_by(self, names: Collection[str]) -> bool:
        """Whether a ZIP with files of these names is of this kind."""
        ...

    def read(
        self, history_import: HistoryImport, archive: zipfile.ZipFile, *, run: Run, now: datetime
    ) -> bool:
        """Read on from where it stands; whether it has come to its end. Raises DownloadRefused."""
        ...


_formats: list[Format] = []


def register_format(found: Format) -> None:
    """Let the Import page take files of this kind, too."""
    if found not in _formats:
        _formats.append(found)


def other_format(file: BinaryIO) -> tuple[Format, zipfile.ZipFile] | None:
    """How to read the file and the opened file, or None for Spotify's download and everything else."""
    try:
        archive = open_archive(file)
    except DownloadRefused:
        return None
    names = archive.namelist()
    found = next((one for one in _formats if one.is_told_by(names)), None)
    return (found, archive) if found else None
