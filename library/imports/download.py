"""Opens what Spotify hands out, a ZIP or one of its JSON files, and lists what is inside."""

import os
import zipfile
from collections.abc import Callable
from typing import IO, BinaryIO

from library.imports import archive, limits
from library.imports.errors import NotADownload
from library.imports.names import kind_of, reading_order, shown
from library.imports.rows import ACCOUNT_KINDS, Damage, Kind, Member
from library.imports.sniffing import kind_by_content, seems_to_be, why_no_history
from library.imports.text import UNREADABLE, MemberText, MemberUnreadable

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD_BYTES = 64 * 1024


class Download:
    """An opened download: its members in reading order, and their text.

    Nothing is unpacked to disk. Bytes are counted as they are really read, over all members.
    """

    def __init__(self, members: tuple[Member, ...], *, open_member: Callable[[Member], IO[bytes]]) -> None:
        """Take `members`; `open_member` gives the bytes of one or raises MemberUnreadable."""
        self.members = members
        self._open_member = open_member
        self._bytes_left = limits.TOTAL_BYTES

    @property
    def history(self) -> tuple[Member, ...]:
        """The members that hold plays, in the order in which they must be read."""
        return tuple(member for member in self.members if member.is_history)

    @property
    def is_small_package(self) -> bool:
        """Whether there is only the one-year account package, without ids and seconds."""
        return all(member.kind in ACCOUNT_KINDS for member in self.history)

    def text(self, member: Member) -> MemberText:
        """The member as UTF-8 from its beginning; raises MemberUnreadable."""
        return MemberText(self._open_member(member), spend=self._spend)

    def _spend(self, size: int) -> bool:
        self._bytes_left -= size
        return self._bytes_left >= 0


def open_download(file: BinaryIO, name: str) -> Download:
    """Open a seekable `file` uploaded as `name`.

    Raises a DownloadRefused whose text tells the listener what to do instead. The size of the
    upload itself is the caller's to limit.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP_MARKS):
        return _open_zip(file)
    if reason := seems_to_be(head, name):
        raise NotADownload(reason)
    return _open_json(file, name, head=head)


def _open_zip(file: BinaryIO) -> Download:
    opened = archive.open_archive(file)
    entries = sorted(
        (entry for entry in opened.infolist() if not entry.filename.endswith("/")),
        key=lambda entry: reading_order(_entry_kind(entry), entry.filename),
    )
    members = tuple(
        Member(index, shown(entry.filename), _entry_kind(entry), entry.file_size)
        for index, entry in enumerate(entries)
    )
    if not any(member.is_history for member in members):
        raise NotADownload(why_no_history([entry.filename for entry in entries]))
    return Download(members, open_member=lambda member: _unpack(opened, entries[member.index]))


def _entry_kind(entry: zipfile.ZipInfo) -> Kind:
    return Kind.OTHER if archive.is_link(entry) else kind_of(entry.filename)


def _unpack(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    if not archive.can_unpack(entry):
        raise MemberUnreadable(Damage.UNSUPPORTED_COMPRESSION)
    if entry.file_size > limits.MEMBER_BYTES:
        raise MemberUnreadable(Damage.TOO_LARGE)
    try:
        return opened.open(entry)
    except UNREADABLE as error:
        raise MemberUnreadable(Damage.BROKEN_ARCHIVE) from error


def _open_json(file: BinaryIO, name: str, *, head: bytes) -> Download:
    kind = kind_by_content(head, kind_of(name))
    size = file.seek(0, os.SEEK_END)

    def rewind(_: Member) -> IO[bytes]:
        file.seek(0)
        return file

    return Download((Member(0, shown(name), kind, size),), open_member=rewind)
