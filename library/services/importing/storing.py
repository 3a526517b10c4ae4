"""Write one batch of a download: plays, what they add up to, and the rows that were left out."""

from collections.abc import Sequence

from accounts.models import User
from library.imports.limits import LISTEN_MS
from library.imports.report import rejected
from library.imports.rows import PlayRow, Precision, Row
from library.models import HistoryImport, Play
from library.services.counting import count_again
from library.services.importing.adding_up import Heard, add_to_library
from library.services.importing.inserting import insert_rows, moment_taker
from library.services.importing.known import StoredPlay
from library.services.importing.rejects import keep_rejected
from library.services.importing.sorting import Sorted, play_of, sort_batch
from library.services.importing.tracks import TrackRows

_COLUMNS = (
    "user_id",
    "track_id",
    "played_at",
    "ms_played",
    "repeat_no",
    "source",
    "skipped",
    "history_import_id",
)
_SKIPPING = frozenset({"fwdbtn", "backbtn", "endplay", "unknown"})


def store_batch(
    history_import: HistoryImport, rows: Sequence[Row], *, tracks: TrackRows, number: int
) -> Sorted:
    """Write what is new in `rows`; the rows come back with their final verdicts.

    Call it in a transaction that holds the library. `number` counts the batches of the import.
    """
    user = history_import.user
    places = [place for place, row in enumerate(rows) if row.is_stored]
    row_ids = tracks.ids_of([play_of(rows[place]) for place in places])
    batch = sort_batch(history_import, rows, track_ids=dict(zip(places, row_ids, strict=True)))
    _insert(history_import, batch.added)
    _replace(user, history_import, batch.replaced)
    keep_rejected(history_import, list(rejected(batch.rows)), number=number)
    return batch


def _insert(history_import: HistoryImport, added: Sequence[tuple[PlayRow, int]]) -> None:
    if not added:
        return
    user, import_id = history_import.user, history_import.pk
    moment = moment_taker()
    heard = [Heard(track_id, moment(play.ended_at), play.ms_played) for play, track_id in added]
    rows = [
        (
            user.pk,
            track_id,
            played_at,
            ms_played,
            play.repeat_no,
            source_of(play),
            was_skipped(play),
            import_id,
        )
        for (track_id, played_at, ms_played), (play, _) in zip(heard, added, strict=True)
    ]
    insert_rows(Play, rows, columns=_COLUMNS)
    add_to_library(user, heard)


def _replace(
    user: User, history_import: HistoryImport, replaced: Sequence[tuple[StoredPlay, PlayRow, int]]
) -> None:
    """Let rows that know more take the place of stored plays; what the API reported stays noted."""
    plays = [
        Play(
            pk=known.play_id,
            track_id=track_id,
            played_at=play.ended_at,
            ms_played=play.ms_played,
            repeat_no=play.repeat_no,
            source=source_of(play),
            skipped=was_skipped(play),
            history_import=history_import,
        )
        for known, play, track_id in replaced
    ]
    changed = ["track", "played_at", "ms_played", "repeat_no", "source", "skipped", "history_import"]
    Play.objects.bulk_update(plays, changed)
    count_again(
        user,
        {track_id for known, _, track_id in replaced} | {known.track_id for known, _, _ in replaced},
    )


def source_of(play: PlayRow) -> str:
    """Which of the two packages a row is from."""
    return Play.Source.ACCOUNT if play.precision is Precision.MINUTE else Play.Source.EXTENDED


def was_skipped(play: PlayRow) -> bool | None:
    """Whether the listener went on before thirty seconds, or what the row says, which is often nothing.

    Rows before 2022 say nothing or always no; how the play ended tells more.
    """
    if play.ms_played < LISTEN_MS and play.reason_end in _SKIPPING:
        return True
    return play.skipped
