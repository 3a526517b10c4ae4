"""Take an uploaded file in and say at once when it is none that can be read."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from accounts.models import User
from library.imports.download import open_download
from library.imports.errors import DownloadRefused
from library.imports.names import shown
from library.models import HistoryImport
from library.services.importing.ending import fail_import
from library.services.importing.formats import other_format
from library.services.importing.upload import open_upload, store_upload


def receive_download(
    user: User,
    blocks: Iterable[bytes],
    *,
    file_name: str,
    leaves_out_incognito: bool = False,
    now: datetime,
) -> HistoryImport:
    """Store a file, waiting to be read; or failed, with the reason, when it is no download.

    Raises UploadTooLarge past `settings.UPLOAD_MAX_BYTES`, and then keeps nothing.
    """
    expected = expect_download(user, file_name=file_name, leaves_out_incognito=leaves_out_incognito, now=now)
    return receive_expected(expected, blocks, now=now)


def expect_download(
    user: User, *, file_name: str, leaves_out_incognito: bool = False, now: datetime
) -> HistoryImport:
    """An import whose file is still on its way."""
    return HistoryImport.objects.create(
        user=user, file_name=shown(file_name), leaves_out_incognito=leaves_out_incognito, created_at=now
    )


def receive_expected(
    history_import: HistoryImport, blocks: Iterable[bytes], *, now: datetime
) -> HistoryImport:
    """Store the file of an expected import, as `receive_download` does."""
    store_upload(history_import, blocks, most_bytes=settings.UPLOAD_MAX_BYTES)
    if other_format(open_upload(history_import)):
        return _waiting(history_import)
    try:
        open_download(open_upload(history_import), history_import.file_name)
    except DownloadRefused as refusal:
        fail_import(history_import, problem=str(refusal), now=now)
        return history_import
    return _waiting(history_import)


def _waiting(history_import: HistoryImport) -> HistoryImport:
    history_import.state = HistoryImport.State.WAITING
    history_import.save(update_fields=["state"])
    return history_import
