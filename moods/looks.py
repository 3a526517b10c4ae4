"""The sources that this installation asks, each with its client, from the settings."""

from datetime import timedelta

from django.conf import settings

from moods.pacing import Pacer, spacing_for
from moods.services.enrichment import Look, genres_look, sound_look, words_look
from moods.services.waiting import LRCLIB, MUSICBRAINZ, RECCOBEATS
from moods.sources import lrclib, musicbrainz, reccobeats


def sources_in_use() -> list[str]:
    """Names of the sources that are switched on (SOURCES)."""
    return [source for source in (RECCOBEATS, LRCLIB, MUSICBRAINZ) if source in settings.SOURCES]


def look_at(source: str) -> Look | None:
    """How to ask `source`; None where it is switched off or unknown."""
    if source not in sources_in_use():
        return None
    agent = settings.USER_AGENT
    if source == RECCOBEATS:
        return sound_look(_reccobeats())
    if source == LRCLIB:
        url = settings.LRCLIB_URL
        return words_look(lrclib.Lrclib(url, agent, pace=_pace(source, url, lrclib.MIN_SPACING)))
    url = settings.MUSICBRAINZ_URL
    return genres_look(musicbrainz.MusicBrainz(url, agent, pace=_pace(source, url, musicbrainz.MIN_SPACING)))


def source_of_new_songs() -> reccobeats.ReccoBeats | None:
    """Whom to ask for songs like others; None where that source is switched off."""
    return _reccobeats() if RECCOBEATS in sources_in_use() else None


def _reccobeats() -> reccobeats.ReccoBeats:
    url = settings.RECCOBEATS_URL
    pace = _pace(RECCOBEATS, url, reccobeats.MIN_SPACING)
    return reccobeats.ReccoBeats(url, settings.USER_AGENT, pace=pace)


def _pace(source: str, url: str, spacing: timedelta) -> Pacer:
    return Pacer(source, spacing_for(url, spacing))
