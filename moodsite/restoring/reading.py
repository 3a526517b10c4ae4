"""Read an uploaded export into its listener's account: plays first, then all the rest."""

import zipfile
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jobs.kinds import Run
from library.imports.errors import DownloadRefused
from library.models import HistoryImport
from library.services.counting import count_whole_library
from library.services.holding import hold_library
from library.services.importing.ending import finish_restored
from library.services.importing.formats import register_format
from library.services.importing.progress import saved_report
from moodsite.exporting.writing import FORMAT, MANIFEST, VERSION
from moodsite.restoring.lines import Archive
from moodsite.restoring.naming import artists_here, tracks_here
from moodsite.restoring.plays import PlayKeeper, Progress
from moodsite.restoring.rest import Rest


class FromAnotherRelease(DownloadRefused):
    """The export was written by a release that is newer than this one."""

    def __str__(self) -> str:
        return str(_("This export was written by another release of Moodsite: update this one first."))


class MoodsiteExport:
    """An export as the Import page takes it (a `library.services.importing.formats.Format`)."""

    def is_told_by(self, names: Collection[str]) -> bool:
        """It has our manifest."""
        return MANIFEST in names

    def read(
        self, history_import: HistoryImport, archive: zipfile.ZipFile, *, run: Run, now: datetime
    ) -> bool:
        """Read on from where it stands; whether it has come to its end."""
        opened = Archive(archive)
        manifest = opened.manifest(MANIFEST)
        if manifest.get("format") != FORMAT or manifest.get("version") != VERSION:
            raise FromAnotherRelease
        tracks = tracks_here(opened, now=now)
        keeper = PlayKeeper(history_import, tracks=tracks, run=run, progress=_progress(history_import))
        if not keeper.read_on(opened):
            return False
        user = history_import.user
        rest = Rest(user, opened, tracks=tracks, artists=artists_here(opened), now=now)
        with transaction.atomic():
            hold_library(user)
            counts = rest.keep_all()
            count_whole_library(user)
            run.checkpoint(**counts)
            finish_restored(history_import, report=keeper.progress.report, now=now)
        return True


def _progress(history_import: HistoryImport) -> Progress:
    stored = history_import.cursor.get("restored", {})
    return Progress(stored.get("file", 0), stored.get("lines", 0), saved_report(history_import))


register_format(MoodsiteExport())
