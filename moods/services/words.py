"""Ask LRCLIB for the words of tracks, turn them into numbers at once, and keep only those."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from library.models import Track
from moods.classifier.lyrics import score_lyrics
from moods.classifier.lyrics_scores import LYRICS_VERSION
from moods.classifier.titles import score_title
from moods.models import LookUp, LyricsSignal
from moods.services.answers import as_values, put_off, rows_by_subject, settle, write_rows
from moods.services.asking_again import after_miss
from moods.services.waiting import LRCLIB
from moods.sources.lrclib import Lrclib
from moods.sources.types import Failed, Hit, Instrumental, LyricsText, Miss

_STORED = ("language", "instrumental", "scores", "title_scores", "version")


@dataclass(frozen=True, slots=True)
class Words:
    """What is kept of a song's words: numbers. `instrumental` songs have none."""

    lrclib_id: int
    instrumental: bool
    language: str = ""
    scores: dict[str, Any] | None = None
    title_scores: dict[str, Any] | None = None


WordsAnswer = Words | Miss | Failed


def ask_words(client: Lrclib, track: Track) -> WordsAnswer:
    """Ask for the words of one track. Their text is gone when this returns."""
    answer = client.lyrics(
        title=track.title,
        artist=track.artist_name,
        album=track.album_name or None,
        duration_ms=track.duration_ms,
    )
    if isinstance(answer, Hit):
        return _numbers_of(answer.value)
    if isinstance(answer, Instrumental):
        return Words(lrclib_id=answer.lrclib_id, instrumental=True)
    return answer


def store_words(tracks: Sequence[Track], answers: Sequence[WordsAnswer], *, now: datetime) -> dict[str, int]:
    """Keep the answers, one per track; how many were hits, misses and failures. Call it in a transaction."""
    ids = [track.pk for track in tracks]
    rows = rows_by_subject(LyricsSignal, subject="track", source=LRCLIB, ids=ids)
    counts = {"hits": 0, "misses": 0, "failed": 0}
    for track, answer in zip(tracks, answers, strict=True):
        counts[_store_one(rows[track.pk], track, answer=answer, now=now)] += 1
    write_rows(LyricsSignal, rows.values(), subject="track", fields=_STORED)
    return counts


def _store_one(row: LyricsSignal, track: Track, *, answer: WordsAnswer, now: datetime) -> str:
    if isinstance(answer, Failed):
        put_off(row, answer, now=now)
        return "failed"
    if isinstance(answer, Miss):
        settle(row, status=LookUp.MISS, now=now, next_try_at=after_miss(track, now=now))
        return "misses"
    settle(row, status=LookUp.HIT, now=now)
    row.matched_by, row.source_ref = "artist_title", str(answer.lrclib_id)
    row.version, row.instrumental = LYRICS_VERSION, answer.instrumental
    row.language, row.scores, row.title_scores = answer.language, answer.scores, answer.title_scores
    return "hits"


def _numbers_of(lyrics: LyricsText) -> Words:
    scores = score_lyrics(lyrics.text)
    return Words(
        lrclib_id=lyrics.lrclib_id,
        instrumental=False,
        language=scores.language if scores else "",
        scores=dict(scores.as_json()) if scores else None,
        title_scores=as_values(score_title(lyrics.name), LYRICS_VERSION),
    )
