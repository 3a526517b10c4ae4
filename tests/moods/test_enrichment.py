"""Sources are asked about everything that waits, most played first, and what they say is kept once."""

import logging
from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from jobs.kinds import LeaseLost, Postpone
from jobs.models import Job
from jobs.services import cancel_job
from moods.looks import look_at
from moods.models import ArtistGenres, LookUp, LyricsSignal, SourceHealth, TrackFeatures, TrackMood
from moods.services.enrichment import MoreToAsk, enrich
from moods.services.waiting import is_worth_asking, tracks_waiting
from moods.sources.musicbrainz import MusicBrainz
from moods.sources.types import Hit
from moods.tasks import enrich_from, start_due_enrichment
from sandbox import Sandbox
from tests.moods.builders import a_run, a_track, ids, in_library, songs_of_the_sandbox
from tests.outside import NOW

CANARY = "the zanzibar canary hums a violet telegram"


def everything_from(source: str) -> Counter[str]:
    """Ask until nothing waits, as a worker's job does over several units; what was counted."""
    counts: Counter[str] = Counter()
    for _ in range(20):
        try:
            enrich(look_at(source), run=a_run(), now=NOW)
        except MoreToAsk as more:
            counts.update(more.counts)
        else:
            return counts
    raise AssertionError("it never ends")


def known_to(sandbox: Sandbox, *, reccobeats: bool, number: int, **wanted) -> list[dict]:
    """Songs that are or are not in ReccoBeats under their own id."""
    songs = (song for song in sandbox.songs() if song["in_reccobeats"] is reccobeats)
    return [song for song in songs if all(song[key] == value for key, value in wanted.items())][:number]


class TestSound:
    def test_enrich_keeps_features_and_moods_of_tracks_that_the_source_knows(self, sandbox, alice):
        song = known_to(sandbox, reccobeats=True, number=1)[0]
        (track,) = songs_of_the_sandbox(alice, [song])

        counts = everything_from("reccobeats")

        row = TrackFeatures.objects.get(track=track)
        assert (row.status, row.matched_by, row.next_try_at) == (LookUp.HIT, "spotify_id", None)
        assert (row.valence, row.energy) == (song["features"]["valence"], song["features"]["energy"])
        assert counts == {"hits": 1, "misses": 0, "failed": 0, "moods": 1}
        assert TrackMood.objects.get(track=track).inputs == ["audio", "title"]

    def test_enrich_finds_by_isrc_what_is_listed_under_another_id(self, sandbox, alice):
        song = known_to(sandbox, reccobeats=False, in_reccobeats_by_isrc=True, number=1)[0]
        (track,) = songs_of_the_sandbox(alice, [song])

        everything_from("reccobeats")

        assert TrackFeatures.objects.get(track=track).matched_by == "isrc"

    def test_enrich_remembers_a_miss_for_a_month(self, sandbox, alice):
        song = known_to(sandbox, reccobeats=False, in_reccobeats_by_isrc=False, number=1)[0]
        song["release_date"] = "2001-05-04"
        (track,) = songs_of_the_sandbox(alice, [song])

        everything_from("reccobeats")

        row = TrackFeatures.objects.get(track=track)
        assert (row.status, row.next_try_at) == (LookUp.MISS, NOW + timedelta(days=30))
        assert tracks_waiting("reccobeats", user_id=alice.pk, now=NOW + timedelta(days=29)) == []
        assert tracks_waiting("reccobeats", user_id=alice.pk, now=NOW + timedelta(days=31)) == [track.pk]

    def test_enrich_asks_again_within_a_week_when_the_release_is_new(self, sandbox, alice):
        song = known_to(sandbox, reccobeats=False, in_reccobeats_by_isrc=False, number=1)[0]
        song["release_date"] = "2026-09"
        (track,) = songs_of_the_sandbox(alice, [song])

        everything_from("reccobeats")

        assert TrackFeatures.objects.get(track=track).next_try_at == NOW + timedelta(days=7)

    def test_enrich_asks_for_the_most_played_first(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=60))
        expected = {song["id"] for song in known_to(sandbox, reccobeats=True, number=40)}

        with pytest.raises(MoreToAsk):
            enrich(look_at("reccobeats"), run=a_run(), now=NOW)

        first = next(call for call in sandbox.journal() if call.kind == "reccobeats")
        assert set(first.query["ids"].split(",")) == expected

    def test_enrich_serves_two_listeners_in_turn(self, sandbox, alice, bob):
        songs = known_to(sandbox, reccobeats=True, number=90)
        songs_of_the_sandbox(alice, songs[:80])
        songs_of_the_sandbox(bob, songs[80:])

        everything_from("reccobeats")

        asked = [call.query["ids"] for call in sandbox.journal() if call.kind == "reccobeats"]
        assert set(asked[1].split(",")) == {song["id"] for song in songs[80:]}

    def test_enrich_asks_nothing_twice_when_run_twice(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=3))
        everything_from("reccobeats")
        sandbox.clear_journal()

        counts = everything_from("reccobeats")

        assert (counts, sandbox.journal()) == ({}, [])

    def test_enrich_learns_the_isrc_that_spotify_did_not_give(self, sandbox, alice):
        song = known_to(sandbox, reccobeats=True, number=1)[0]
        (track,) = songs_of_the_sandbox(alice, [song], isrc="")

        everything_from("reccobeats")

        track.refresh_from_db()
        assert track.isrc == song["isrc"]

    def test_enrich_leaves_tracks_without_an_id_alone(self, sandbox, alice):
        in_library(alice, a_track())

        assert everything_from("reccobeats") == {}
        assert sandbox.journal() == []

    def test_enrich_keeps_nothing_when_the_job_was_cancelled(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))
        run = a_run()
        cancel_job(run.job, now=NOW)

        with pytest.raises(LeaseLost):
            enrich(look_at("reccobeats"), run=run, now=NOW)

        assert (TrackFeatures.objects.count(), TrackMood.objects.count()) == (0, 0)


class TestTrouble:
    def test_enrich_puts_a_batch_off_when_the_source_fails_once(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))
        sandbox.fail("reccobeats", status=500)

        assert everything_from("reccobeats") == {"hits": 0, "misses": 0, "failed": 1, "moods": 0}

        row = TrackFeatures.objects.get()
        assert (row.status, row.attempts, row.next_try_at) == (LookUp.RETRY, 1, NOW + timedelta(minutes=5))
        assert SourceHealth.objects.get(pk="reccobeats").failures == 1

    def test_enrich_rests_after_five_failures_in_a_row(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=300))
        sandbox.fail("reccobeats", status=500, times=50)

        enrich(look_at("reccobeats"), run=a_run(), now=NOW)

        health = SourceHealth.objects.get(pk="reccobeats")
        assert (health.blocked_until, health.reason) == (NOW + timedelta(minutes=15), "status 500")
        assert len(sandbox.journal()) == 5
        assert not is_worth_asking("reccobeats", now=NOW + timedelta(minutes=14))
        assert is_worth_asking("reccobeats", now=NOW + timedelta(minutes=16))

    def test_enrich_stops_for_a_day_when_the_source_refuses_us(self, sandbox, alice):
        songs_of_the_sandbox(alice, sandbox.songs()[:3])
        sandbox.fail("lrclib", status=403)

        enrich(look_at("lrclib"), run=a_run(), now=NOW)

        health = SourceHealth.objects.get(pk="lrclib")
        assert health.blocked_until == NOW + timedelta(hours=24)
        assert [row.status for row in LyricsSignal.objects.all()] == [LookUp.BLOCKED]

    def test_enrich_waits_as_long_as_the_source_asks(self, sandbox, alice):
        songs_of_the_sandbox(alice, sandbox.songs()[:1])
        sandbox.fail("musicbrainz", status=503, retry_after=40)

        enrich(look_at("musicbrainz"), run=a_run(), now=NOW)

        health = SourceHealth.objects.get(pk="musicbrainz")
        assert health.blocked_until == NOW + timedelta(seconds=40)

    def test_an_answer_ends_the_count_of_failures(self, sandbox, alice):
        SourceHealth.objects.create(pk="reccobeats", failures=4)
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))

        everything_from("reccobeats")

        assert SourceHealth.objects.get(pk="reccobeats").failures == 0

    def test_a_failed_look_up_by_isrc_is_no_miss(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=2))
        sandbox.fail("reccobeats", status=200, body={"content": []})
        sandbox.fail("reccobeats", status=500)

        everything_from("reccobeats")

        assert sorted(row.status for row in TrackFeatures.objects.all()) == [LookUp.RETRY, LookUp.RETRY]

    def test_a_source_without_look_up_by_isrc_does_not_know_the_rest(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=False, in_reccobeats_by_isrc=True, number=1))
        sandbox.fail("reccobeats", status=200, body={"content": []})
        sandbox.fail("reccobeats", status=400)

        everything_from("reccobeats")

        assert TrackFeatures.objects.get().status == LookUp.MISS

    def test_features_are_kept_though_titles_could_not_be_had(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))
        sandbox.fail("reccobeats_track", status=500)

        everything_from("reccobeats")

        row = TrackFeatures.objects.get()
        assert (row.status, row.title_scores, row.duration_ms) == (LookUp.HIT, None, None)

    def test_genres_wait_when_the_artist_could_not_be_asked_for(self, sandbox, alice):
        songs_of_the_sandbox(alice, _songs_of_an_artist_with_genres(sandbox)[:1])
        sandbox.fail("musicbrainz", status=503, times=2)

        everything_from("musicbrainz")

        assert ArtistGenres.objects.get().status == LookUp.RETRY

    def test_the_next_look_goes_on_where_a_unit_ran_out_of_time(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))
        run = a_run()
        run._started -= 60

        with pytest.raises(MoreToAsk):
            enrich(look_at("reccobeats"), run=run, now=NOW)

        assert (sandbox.journal(), everything_from("reccobeats")["hits"]) == ([], 1)


class TestWords:
    def test_a_text_without_a_word_says_nothing(self, sandbox, alice):
        (track,) = songs_of_the_sandbox(alice, sandbox.songs()[:1])
        answer = {
            "id": 1,
            "trackName": track.title,
            "artistName": track.artist_name,
            "duration": track.duration_ms / 1000,
            "instrumental": False,
            "plainLyrics": "♪ ♪ ♪",
        }
        sandbox.fail("lrclib", status=200, body=answer)

        everything_from("lrclib")

        row = LyricsSignal.objects.get()
        assert (row.status, row.scores, row.language) == (LookUp.HIT, None, "")

    def test_an_instrumental_is_known_to_have_no_words(self, sandbox, alice):
        song = next(s for s in sandbox.songs() if s["in_lrclib"] and s["language"] is None)
        songs_of_the_sandbox(alice, [song])

        everything_from("lrclib")

        row = LyricsSignal.objects.get()
        assert (row.status, row.instrumental, row.scores) == (LookUp.HIT, True, None)

    def test_enrich_keeps_numbers_of_the_words(self, sandbox, alice):
        song = next(s for s in sandbox.songs() if s["in_lrclib"] and s["language"] == "en")
        (track,) = songs_of_the_sandbox(alice, [song])

        everything_from("lrclib")

        row = LyricsSignal.objects.get(track=track)
        assert (row.status, row.language, row.instrumental) == (LookUp.HIT, "en", False)
        assert row.scores["language"] == "en"
        assert "lyrics" in TrackMood.objects.get(track=track).inputs

    def test_the_words_themselves_reach_no_table_log_cache_or_job(self, sandbox, alice, caplog):
        caplog.set_level(logging.DEBUG)
        (track,) = songs_of_the_sandbox(alice, sandbox.songs()[:1])
        answer = {
            "id": 1,
            "trackName": track.title,
            "artistName": track.artist_name,
            "albumName": "",
            "duration": track.duration_ms / 1000,
            "instrumental": False,
            "plainLyrics": f"{CANARY}\n" * 4,
            "syncedLyrics": None,
        }
        sandbox.fail("lrclib", status=200, body=answer)

        everything_from("lrclib")

        assert LyricsSignal.objects.get().status == LookUp.HIT
        everything = [*_every_text_of_the_database(), *caplog.messages, str(getattr(cache, "_cache", ""))]
        words = {word for word in CANARY.split() if len(word) > 5}
        assert [text for text in everything if any(word in text for word in words)] == []

    def test_enrich_asks_again_for_words_that_an_older_scorer_read(self, sandbox, alice):
        songs_of_the_sandbox(alice, [s for s in sandbox.songs() if s["in_lrclib"] and s["language"]][:1])
        everything_from("lrclib")
        LyricsSignal.objects.update(version="0")

        counts = everything_from("lrclib")

        assert counts["hits"] == LyricsSignal.objects.exclude(version="0").count() == 1


class TestGenres:
    def test_enrich_asks_for_each_artist_once(self, sandbox, alice):
        songs_of_the_sandbox(alice, _songs_of_an_artist_with_genres(sandbox))

        everything_from("musicbrainz")

        assert ArtistGenres.objects.get().status == LookUp.HIT
        assert len(sandbox.journal()) <= 3

    def test_new_genres_have_all_tracks_of_the_artist_scored(self, sandbox, alice):
        tracks = songs_of_the_sandbox(alice, _songs_of_an_artist_with_genres(sandbox))

        everything_from("musicbrainz")

        stale = TrackMood.objects.filter(is_stale=True).values_list("track_id", flat=True)
        assert sorted(stale) == sorted(ids(tracks))

    def test_a_second_recording_is_tried_where_the_first_is_not_known(self, sandbox, alice):
        first, *others = _songs_of_an_artist_with_genres(sandbox)
        unknown = {**others[0], "isrc": "XXXXX0000000"}
        songs_of_the_sandbox(alice, [unknown, first])

        everything_from("musicbrainz")

        assert ArtistGenres.objects.get().status == LookUp.HIT

    def test_an_artist_of_whom_no_recording_is_known_is_a_miss(self, sandbox, alice):
        song = {**sandbox.songs()[0], "isrc": "XXXXX0000000"}
        songs_of_the_sandbox(alice, [song, {**song, "id": "y" * 22, "isrc": "not an isrc"}])

        everything_from("musicbrainz")

        row = ArtistGenres.objects.get()
        assert (row.status, row.next_try_at) == (LookUp.MISS, NOW + timedelta(days=30))

    def test_an_artist_that_is_credited_by_nobody_has_the_recordings_genres(self, sandbox, alice):
        songs_of_the_sandbox(alice, sandbox.songs()[:1])
        recording = {"id": "0" * 36, "genres": [{"name": "dub", "count": 2}]}
        sandbox.fail("musicbrainz", status=200, body={"recordings": [recording]})

        everything_from("musicbrainz")

        assert ArtistGenres.objects.get().genres == ["dub"]


class TestTick:
    @pytest.mark.parametrize("source", ["reccobeats", "lrclib", "musicbrainz"])
    def test_each_source_is_worth_asking_when_an_answer_falls_due(self, sandbox, alice, source):
        song = {**sandbox.songs()[0], "id": "z" * 22, "isrc": "XXXXX0000000", "title": "Nobody Knows It"}
        songs_of_the_sandbox(alice, [song])
        everything_from(source)
        SourceHealth.objects.update(complete_up_to=10**6)
        later = NOW + timedelta(days=40)
        SourceHealth.objects.update(complete_at=later - timedelta(hours=1))

        assert not is_worth_asking(source, now=later)
        SourceHealth.objects.update(complete_at=NOW + timedelta(days=29, hours=12))
        assert is_worth_asking(source, now=NOW + timedelta(days=30, hours=6))

    def test_the_tick_starts_one_job_for_each_source(self, sandbox, alice):
        songs_of_the_sandbox(alice, sandbox.songs()[:1])

        assert (start_due_enrichment(NOW), start_due_enrichment(NOW)) == (3, 3)
        assert sorted(Job.objects.values_list("key", flat=True)) == ["lrclib", "musicbrainz", "reccobeats"]

    def test_everything_is_looked_through_once_a_day(self, sandbox, alice):
        everything_from("lrclib")

        assert not is_worth_asking("lrclib", now=NOW + timedelta(hours=23))
        assert is_worth_asking("lrclib", now=NOW + timedelta(hours=25))

    def test_a_source_without_anything_new_is_not_worth_asking(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))
        everything_from("reccobeats")

        assert not is_worth_asking("reccobeats", now=NOW)

    def test_a_new_track_makes_a_source_worth_asking(self, sandbox, alice):
        first, second = known_to(sandbox, reccobeats=True, number=2)
        songs_of_the_sandbox(alice, [first])
        everything_from("reccobeats")

        songs_of_the_sandbox(alice, [second])

        assert is_worth_asking("reccobeats", now=NOW)

    def test_a_miss_makes_a_source_worth_asking_once_it_is_due(self, sandbox, alice):
        songs_of_the_sandbox(
            alice, known_to(sandbox, reccobeats=False, in_reccobeats_by_isrc=False, number=1)
        )
        everything_from("reccobeats")
        SourceHealth.objects.update(complete_at=NOW + timedelta(days=29, hours=23))

        assert is_worth_asking("reccobeats", now=NOW + timedelta(days=30, minutes=1))

    def test_the_task_goes_on_in_another_unit_when_there_is_more(self, sandbox, alice):
        songs_of_the_sandbox(alice, known_to(sandbox, reccobeats=True, number=1))

        with pytest.raises(Postpone):
            enrich_from(a_run(), source="reccobeats")

        assert enrich_from(a_run(), source="reccobeats") == {"hits": 0, "misses": 0, "failed": 0}

    def test_the_task_asks_nothing_of_a_source_that_is_switched_off(self, sandbox, alice, settings):
        settings.SOURCES = ["lrclib"]
        songs_of_the_sandbox(alice, sandbox.songs()[:1])

        assert (enrich_from(a_run(), source="reccobeats"), sandbox.journal()) == ({}, [])


def _songs_of_an_artist_with_genres(sandbox: Sandbox) -> list[dict]:
    """Three songs of one artist, the first of which MusicBrainz knows with genres."""
    client = MusicBrainz(sandbox.musicbrainz_url, "tests")
    songs = sandbox.songs()
    for song in songs:
        found = client.recording(song["isrc"])
        if isinstance(found, Hit) and found.value.genres:
            sandbox.clear_journal()
            others = [other for other in songs if other["artist"] == song["artist"] and other != song]
            return [song, *others[:2]]
    raise AssertionError("MusicBrainz knows nobody")


def _every_text_of_the_database() -> list[str]:
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            texts.extend(str(row) for row in cursor.fetchall())
    assert any(str(Job.objects.first().pk.hex) in text.replace("-", "") for text in texts)
    return texts
