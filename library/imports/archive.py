"""Opens a ZIP without trusting it: every claim it makes about itself is checked first."""

import os
import stat
import struct
import zipfile
from typing import BinaryIO

from library.imports import limits
from library.imports.errors import (
    BrokenDownload,
    EncryptedDownload,
    TooLarge,
    TooManyMembers,
    ZipBomb,
)

_END_RECORD = b"PK\x05\x06"
_END_RECORD_BYTES = 22
_END_SEARCH_BYTES = _END_RECORD_BYTES + 0xFFFF
_END64_RECORD = b"PK\x06\x06"
_END64_BYTES = 56 + 20
_SIZE_IN_END64 = 0xFFFFFFFF
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED_BIT = 0x1
_READABLE_COMPRESSION = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Open `file` after checking size claims, overlaps, encryption and the number of members.

    Raises BrokenDownload, EncryptedDownload, TooLarge, TooManyMembers or ZipBomb. Data
    descriptors are accepted: streamed archives have them.
    """
    # zipfile keeps an object per listed file: a 250 MB directory would take gigabytes.
    if _directory_bytes(file) > limits.DIRECTORY_BYTES:
        raise TooManyMembers
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError) as error:
        raise BrokenDownload from error
    _check_claims(archive.infolist())
    return archive


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether the entry is a symbolic link, which is never followed."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def can_unpack(entry: zipfile.ZipInfo) -> bool:
    """Whether the entry is stored or deflated; other methods unpack without a useful bound."""
    return entry.compress_type in _READABLE_COMPRESSION


def _directory_bytes(file: BinaryIO) -> int:
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - _END_SEARCH_BYTES)
    file.seek(start)
    tail = file.read(_END_SEARCH_BYTES)
    found = tail.rfind(_END_RECORD)
    if found < 0 or len(tail) - found < _END_RECORD_BYTES:
        raise BrokenDownload
    (size,) = struct.unpack_from("<I", tail, found + 12)
    if size != _SIZE_IN_END64:
        return int(size)
    return _directory_bytes_64(file, start + found)


def _directory_bytes_64(file: BinaryIO, end_record_at: int) -> int:
    file.seek(max(0, end_record_at - _END64_BYTES))
    record = file.read(56)
    if len(record) < 56 or not record.startswith(_END64_RECORD):
        raise BrokenDownload
    return int(struct.unpack_from("<Q", record, 40)[0])


def _check_claims(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > limits.MOST_MEMBERS:
        raise TooManyMembers
    if any(entry.flag_bits & _ENCRYPTED_BIT for entry in entries):
        raise EncryptedDownload
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.BOMB_BYTES and unpacked > limits.BOMB_RATIO * packed:
        raise ZipBomb
    if _share_bytes(entries) or _share_names(entries):
        raise BrokenDownload
    if unpacked > limits.TOTAL_BYTES:
        raise TooLarge


def _share_bytes(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether two entries overlap; Python before 3.12.2 unpacks the same bytes for both."""
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < reached:
            return True
        head = _LOCAL_HEADER_BYTES + len(entry.orig_filename)
        reached = entry.header_offset + head + entry.compress_size
    return False


def _share_names(entries: list[zipfile.ZipInfo]) -> bool:
    names = [entry.filename for entry in entries]
    return len(set(names)) < len(names)
