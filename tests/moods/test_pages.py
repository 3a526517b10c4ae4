"""The pages of moods: what they show, whose they are, and what may be done on them."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.services import start_job
from library.models import Album, Artist, Exclusion, Gap, HistoryImport, SyncRun, Track, TrackArtist
from moods.insights.heard import heard_by
from moods.models import Correction, LookUp, LyricsSignal, SourceHealth
from moods.services.classifying import classify_tracks
from moods.services.corrections import set_mood
from moods.services.stamping import restamp
from tests.moods.builders import MOODS, a_mood, a_track, heard, in_library, some_features
from tests.outside import NOW

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert("x")</script>'


class Outline(HTMLParser):
    """The tags of a page that matter here, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if tag == "a" and found.get("href") else []


def outline_of(response) -> Outline:
    outline = Outline()
    outline.feed(response.content.decode())
    return outline


@pytest.fixture
def page(client, alice) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def track(alice):
    """A happy song that alice heard twice."""
    album = Album.objects.create(name="Tides", release_year=2019, image_url="https://i.scdn.co/image/w")
    track = a_track("Blue Hour", spotify_id="1" * 22, album=album, album_name="Tides", isrc="GBAAA1900001")
    some_features(track, valence=0.95, energy=0.75)
    heard(alice, track, timezone.now() - timedelta(hours=1), timezone.now() - timedelta(days=40))
    classify_tracks([track.pk], now=NOW)
    return track


def queries_of(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


EVERY_PAGE = [
    "/home/",
    "/home/progress/",
    "/home/2026/",
    "/moods/",
    "/moods/calm/",
    "/tracks/",
    "/tracks/1/",
    "/tracks/1/choose/",
    "/settings/corrections/",
]
EVERY_WRITE = [
    "/tracks/1/mood/",
    "/tracks/1/undo/",
    "/tracks/1/never/",
    "/tracks/1/again/",
    "/tracks/1/never/1/",
    "/tracks/1/again/1/",
    "/settings/corrections/use/",
    "/settings/corrections/reset/",
]


class TestAnybody:
    @pytest.mark.parametrize("url", EVERY_PAGE)
    def test_a_page_asks_strangers_to_sign_in(self, client, url):
        response = client.get(url)

        assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={url}")

    @pytest.mark.parametrize("url", EVERY_WRITE)
    def test_nothing_is_written_by_a_get(self, page, url):
        assert page.get(url).status_code == 405

    @pytest.mark.parametrize(
        ("method", "url"),
        [
            ("get", "/tracks/{}/"),
            ("get", "/tracks/{}/choose/"),
            ("post", "/tracks/{}/mood/"),
            ("post", "/tracks/{}/undo/"),
            ("post", "/tracks/{}/never/"),
            ("post", "/tracks/{}/again/"),
            ("post", "/tracks/{}/never/1/"),
            ("post", "/tracks/{}/again/1/"),
        ],
    )
    def test_a_track_of_somebody_else_is_not_there(self, client, bob, track, method, url):
        client.force_login(bob)

        response = getattr(client, method)(url.format(track.pk), {"mood": "calm"})

        assert (response.status_code, Correction.objects.count(), Exclusion.objects.count()) == (404, 0, 0)

    @pytest.mark.parametrize("url", ["/moods/bored/", "/moods/mixed/", "/home/1600/", f"/tracks/{10**20}/"])
    def test_what_does_not_exist_is_not_found(self, page, url):
        assert page.get(url).status_code == 404

    @pytest.mark.parametrize(
        "url", ["/home/", "/moods/", "/moods/sad/", "/tracks/", "/home/2026/", "/settings/corrections/"]
    )
    def test_a_page_works_without_anything_to_show(self, page, url):
        assert page.get(url).status_code == 200

    @pytest.mark.parametrize("url", ["/home/", "/moods/happy/", "/tracks/", "/settings/corrections/"])
    def test_hostile_names_stay_text(self, page, alice, url):
        track = a_track(HOSTILE, HOSTILE, album_name=HOSTILE, spotify_id="2" * 22)
        a_mood(track, "happy")
        heard(alice, track, timezone.now())
        set_mood(alice, track, mood="happy", now=NOW)

        response = page.get(url)
        detail = page.get(f"/tracks/{track.pk}/")

        assert b"<script>alert" not in response.content + detail.content
        assert b"&lt;script&gt;alert" in response.content
        assert b"&lt;script&gt;alert" in detail.content

    @pytest.mark.parametrize(
        "url", ["/home/", "/moods/happy/", "/tracks/", "/tracks/{}/", "/settings/corrections/"]
    )
    def test_a_page_takes_as_many_queries_for_three_tracks_as_for_one(self, page, alice, track, url):
        set_mood(alice, track, mood="happy", now=NOW)
        one = queries_of(page, url.format(track.pk))
        for number in range(2):
            other = a_track(f"Song {number}", f"Artist {number}", spotify_id="xy"[number] * 22)
            a_mood(other, "happy")
            heard(alice, other, timezone.now())
            set_mood(alice, other, mood="happy", now=NOW)
        three = queries_of(page, url.format(track.pk))

        assert (one, one <= 12) == (three, True)

    def test_no_page_says_the_same_id_twice(self, page, track):
        for url in ("/home/", "/moods/happy/", "/tracks/", f"/tracks/{track.pk}/"):
            ids = outline_of(page.get(url)).ids
            assert sorted(set(ids)) == sorted(ids)


class TestHome:
    def test_home_says_what_to_do_before_there_is_music(self, page):
        response = page.get("/home/")

        assert "Where is your music?" in response.content.decode()
        assert {"/settings/", "/imports/"} <= set(outline_of(response).links)

    def test_home_promises_a_picture_while_the_first_sync_runs(self, page, alice):
        start_job("library.sync", user=alice)

        text = page.get("/home/").content.decode()

        assert "Your first picture is on its way" in text
        assert 'hx-get="/home/progress/' in text

    def test_home_shows_the_month_in_words_and_the_newest_plays(self, page, track):
        text = page.get("/home/").content.decode()

        assert "happy" in page.get("/home/").context["page"].month.title.lower()
        assert "Mood known for 1 of 1 track, 100 % of plays" in text
        assert "Blue Hour" in text
        assert "https://open.spotify.com/track/1111111111111111111111" in text

    def test_home_of_a_library_without_plays_shows_the_map(self, page, alice):
        track = a_track()
        a_mood(track, "sad")
        in_library(alice, track, is_liked=True)

        text = page.get("/home/").content.decode()

        assert "Nothing played yet" in text
        assert "Mood map" in text
        assert "Mood known for 1 of 1 track" in text

    @pytest.mark.parametrize(("asked", "shown"), [("month", "month"), ("all", "all"), ("nonsense", "season")])
    def test_the_picture_over_time_goes_back_as_far_as_asked(self, page, track, asked, shown):
        assert page.get(f"/home/?range={asked}").context["page"].range == shown

    def test_home_shows_the_shortest_range_that_holds_every_play(self, page, alice):
        shown = []
        for days in (1, 60, 300):
            heard(alice, a_track(f"Song {days}"), timezone.now() - timedelta(days=days))
            shown.append(page.get("/home/").context["page"].range)

        assert shown == ["month", "season", "year"]

    def test_home_asks_for_the_history_until_a_download_was_brought(self, page, alice):
        heard(alice, a_track(), timezone.now() - timedelta(days=1))
        before = page.get("/home/").context["lacks_history"]

        HistoryImport.objects.create(user=alice, file_name="my_spotify_data.zip", state="done")

        assert (before, page.get("/home/").context["lacks_history"]) == (True, False)

    def test_home_tells_of_a_source_that_does_not_answer_while_moods_are_missing(self, page, alice):
        heard(alice, a_track(), timezone.now() - timedelta(days=1))
        SourceHealth.objects.create(source="reccobeats", blocked_until=timezone.now() + timedelta(hours=1))
        SourceHealth.objects.create(source="lrclib", blocked_until=timezone.now() - timedelta(hours=1))
        resting = [rest.name for rest in page.get("/home/").context["progress"].rests]

        a_mood(Track.objects.get(), "calm")
        restamp([alice.pk])

        assert (resting, page.get("/home/").context["progress"].rests) == (["ReccoBeats"], [])

    def test_home_tells_of_gaps_and_of_what_keeps_the_sync(self, page, alice, track):
        Gap.objects.create(user=alice, from_at=NOW, to_at=NOW + timedelta(hours=3))
        SyncRun.objects.create(
            user=alice, kind="full", state="waiting", problem="quota", waits_until=NOW + timedelta(hours=1)
        )

        text = page.get("/home/").content.decode()

        assert "There is 1 gap in your plays" in text
        assert "Next try: Nov. 1, 2026, 1 p.m." in text

    def test_home_tells_what_only_a_person_can_mend(self, page, alice, track):
        SyncRun.objects.create(
            user=alice, kind="full", state="failed", problem="not_allowed", finished_at=NOW
        )

        assert "not on the list of this site" in page.get("/home/").content.decode()

    def test_progress_tells_the_page_to_draw_again_only_when_something_changed(self, page, alice, track):
        in_library(alice, a_track("Unknown"))
        start_job("moods.enrich", key="lrclib")
        marker = page.get("/home/").context["progress"].marker

        same = page.get(f"/home/progress/?marker={marker}")
        other = page.get("/home/progress/?marker=0-0-0")

        assert (same.headers.get("HX-Trigger"), other.headers.get("HX-Trigger")) == (None, "moods-changed")
        assert "Working out moods" in same.content.decode()

    def test_progress_counts_what_the_sync_has_read(self, page, alice):
        start_job("library.sync", user=alice)
        assert "Just begun" in page.get("/home/progress/").content.decode()

        SyncRun.objects.create(user=alice, kind="full", counts={"plays": {"read": 50}, "likes": {"read": 7}})

        assert "57 entries read" in page.get("/home/progress/").content.decode()

    def test_a_year_shows_its_days_and_leads_to_their_tracks(self, page, alice):
        heard(alice, a_track(), NOW)

        response = page.get("/home/2026/")

        assert "/tracks/?day=2026-11-01" in outline_of(response).links


class TestExplore:
    def test_the_index_leads_to_all_six_moods(self, page):
        links = outline_of(page.get("/moods/")).links

        assert {f"/moods/{mood}/" for mood in MOODS} <= set(links)

    def test_a_mood_shows_its_songs_and_leads_to_a_playlist(self, page, track):
        response = page.get("/moods/happy/?by=fit")

        assert "Blue Hour" in response.content.decode()
        assert "All of them (1 song)" in response.content.decode()
        assert "/build/?mood=happy" in outline_of(response).links

    def test_a_mood_without_songs_says_so(self, page, track):
        assert "No angry songs yet" in page.get("/moods/angry/").content.decode()


class TestTracks:
    def titles(self, page, url: str) -> list[str]:
        return [line.track.title for line in page.get(url).context["page"].lines]

    def test_the_library_can_be_searched_narrowed_and_sorted(self, page, alice, track):
        liked = a_track("Amber", "Otto Vale")
        a_mood(liked, "sad")
        in_library(alice, liked, is_liked=True, liked_at=NOW)
        artist = TrackArtist.objects.get(track=liked).artist_id
        week = (timezone.now() - timedelta(days=40)).date()

        assert self.titles(page, "/tracks/") == ["Blue Hour", "Amber"]
        assert self.titles(page, "/tracks/?sort=title") == ["Amber", "Blue Hour"]
        assert self.titles(page, "/tracks/?sort=recent") == ["Blue Hour"]
        assert self.titles(page, "/tracks/?sort=liked") == ["Amber"]
        assert self.titles(page, "/tracks/?q=tides blue") == ["Blue Hour"]
        assert self.titles(page, "/tracks/?mood=sad") == ["Amber"]
        assert self.titles(page, "/tracks/?source=liked") == ["Amber"]
        assert self.titles(page, f"/tracks/?artist={artist}") == ["Amber"]
        assert self.titles(page, f"/tracks/?week={week}") == ["Blue Hour"]
        assert self.titles(page, "/tracks/?since=2001-01-01&until=2001-12-31") == []

    @pytest.mark.parametrize(
        "query",
        [
            "page=%00",
            "page=W10",
            "page=abc",
            "sort=nonsense",
            "mood=bored",
            "artist=x",
            "week=9999-12-31",
            "week=soon",
            "artist=99999999999",
            "q=%00",
            "since=0001-01-01",
            "day=2300-01-01",
        ],
    )
    def test_what_makes_no_sense_is_passed_over(self, page, track, query):
        assert page.get(f"/tracks/?{query}").status_code == 200

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("since=2026-10-05", "since Oct. 5, 2026"),
            ("until=2026-10-05", "until Oct. 5, 2026"),
            ("day=2026-10-05", "Oct. 5, 2026"),
            ("month=2026-10-05", "Oct. 1, 2026 to Oct. 31, 2026"),
        ],
    )
    def test_a_period_is_told_in_words(self, page, track, query, words):
        assert page.get(f"/tracks/?{query}").context["page"].period == words

    def test_an_unknown_mood_can_be_looked_for(self, page, alice, track):
        in_library(alice, a_track("Riddle"))

        assert self.titles(page, "/tracks/?mood=unknown") == ["Riddle"]

    def test_pages_follow_each_other_forwards_and_backwards(self, page, alice):
        for number in range(45):
            in_library(alice, a_track(f"Song {number:02}"), listens=number // 3)
        expected = self.titles(page, "/tracks/")
        seen, url = [], "/tracks/"
        while url:
            shown = page.get(url).context["page"]
            seen.append([line.track.title for line in shown.lines])
            last, url = shown, f"/tracks/{shown.next_url}" if shown.next_url else ""
        back = page.get(f"/tracks/{last.previous_url}").context["page"]

        assert [len(titles) for titles in seen] == [20, 20, 5]
        assert len({title for titles in seen for title in titles}) == 45
        assert [line.track.title for line in back.lines] == seen[1]
        assert seen[0] == expected

    def test_pages_of_one_mood_pass_over_all_other_songs(self, page, alice):
        for number in range(250):
            in_library(alice, a_track(f"Song {number:03}"), listens=250 - number)
        for number in range(25):
            other = a_track(f"Rare {number:03}")
            a_mood(other, "angry")
            in_library(alice, other, listens=number % 5)

        first = page.get("/tracks/?mood=angry").context["page"]
        second = page.get(f"/tracks/{first.next_url}").context["page"]
        again = page.get(f"/tracks/{second.previous_url}").context["page"]

        assert (len(first.lines), len(second.lines), second.next_url) == (20, 5, "")
        assert [line.track.title for line in again.lines] == [line.track.title for line in first.lines]

    def test_an_empty_result_is_told_from_an_empty_library(self, page, track):
        assert "Nothing fits" in page.get("/tracks/?q=zzz").content.decode()
        track.library_rows.all().delete()
        assert "No tracks yet" in page.get("/tracks/").content.decode()


class TestTrack:
    def test_a_track_says_how_it_sounds_why_and_where_that_comes_from(self, page, track):
        LyricsSignal.objects.create(
            track=track, source="lrclib", status=LookUp.MISS, next_try_at=NOW + timedelta(days=30)
        )

        response = page.get(f"/tracks/{track.pk}/")
        shown = response.context["page"]

        assert (shown.mood.mood, len(shown.reasons), shown.rests_on) == ("happy", 3, "its own sound")
        assert [(line.label, line.text) for line in shown.sources] == [
            ("Sound", "found by Spotify id"),
            ("Words", "not known there"),
        ]
        assert "asked again on Dec. 1, 2026" in response.content.decode()
        assert "https://open.spotify.com/track/1111111111111111111111" in outline_of(response).links

    @pytest.mark.parametrize(
        ("signal", "text"),
        [
            ({"instrumental": True}, "an instrumental, no words"),
            ({"language": "pl"}, "words in another language (pl), not read"),
            ({"language": "en"}, "read and scored, not kept"),
        ],
    )
    def test_a_track_says_what_became_of_its_words(self, page, track, signal, text):
        LyricsSignal.objects.create(track=track, source="lrclib", status=LookUp.HIT, **signal)

        assert page.get(f"/tracks/{track.pk}/").context["page"].sources[1].text == text

    def test_a_source_that_failed_says_so(self, page, track):
        LyricsSignal.objects.create(track=track, source="lrclib", status=LookUp.RETRY, next_try_at=NOW)

        assert page.get(f"/tracks/{track.pk}/").context["page"].sources[1].text == "did not answer"

    def test_an_unknown_track_says_that_nothing_is_known(self, page, alice):
        track = a_track()
        in_library(alice, track, is_liked=True)

        text = page.get(f"/tracks/{track.pk}/").content.decode()

        assert "We do not know yet how it sounds" in text
        assert "No source has been asked yet." in text

    def test_its_plays_are_drawn_month_by_month_without_holes(self, page, track):
        bars = page.get(f"/tracks/{track.pk}/").context["page"].history.bars

        assert (sum(bar.plays for bar in bars), len(bars)) == (2, 12)

    def test_a_correction_is_kept_and_shown(self, page, alice, track):
        response = page.post(f"/tracks/{track.pk}/mood/", {"mood": "calm"}, follow=True)

        assert response.redirect_chain == [(f"/tracks/{track.pk}/", 302)]
        assert (response.context["page"].mood.mood, response.context["page"].said_mood) == ("calm", "calm")
        assert "For you it sounds calm now." in response.content.decode()

    def test_after_a_correction_the_reasons_stay_those_of_what_was_found(self, page, track):
        before = page.get(f"/tracks/{track.pk}/").content.decode()

        page.post(f"/tracks/{track.pk}/mood/", {"mood": "sad"})

        after = page.get(f"/tracks/{track.pk}/").content.decode()
        assert "Why happy?" in before
        assert ("Why happy?" in after, "What spoke for happy" in after) == (False, True)

    def test_saying_no_is_a_correction_too(self, page, track):
        page.post(f"/tracks/{track.pk}/mood/", {"mood": "happy", "applies": "no"})

        assert list(Correction.objects.values_list("mood", "applies")) == [("happy", False)]

    def test_a_correction_of_an_unknown_track_draws_its_petal(self, page, alice):
        track = a_track()
        in_library(alice, track)

        response = page.post(f"/tracks/{track.pk}/mood/", {"mood": "sad"}, follow=True)

        assert response.context["page"].fingerprint.leading == "sad"

    def test_a_mood_that_is_none_changes_nothing(self, page, track):
        response = page.post(f"/tracks/{track.pk}/mood/", {"mood": "bored"}, follow=True)

        assert ("Choose one of the moods." in response.content.decode(), Correction.objects.count()) == (
            True,
            0,
        )

    def test_a_correction_in_a_list_answers_with_the_row_alone(self, page, track):
        row = page.get(f"/tracks/{track.pk}/choose/", headers={"HX-Request": "true"})
        answer = page.post(f"/tracks/{track.pk}/mood/", {"mood": "calm"}, headers={"HX-Request": "true"})
        undone = page.post(f"/tracks/{track.pk}/undo/", headers={"HX-Request": "true"})

        assert outline_of(row).tags.count("button") >= 6
        assert ("html" in outline_of(answer).tags, answer.context["line"].mood.mood) == (False, "calm")
        assert undone.context["line"].mood.mood == "happy"

    def test_taking_back_goes_where_the_listener_was_but_never_off_the_site(self, page, track):
        here = page.post(f"/tracks/{track.pk}/undo/", {"next": "/tracks/?mood=sad"})
        away = page.post(f"/tracks/{track.pk}/undo/", {"next": "https://evil.example/"})

        assert (here.headers["Location"], away.headers["Location"]) == (
            "/tracks/?mood=sad",
            f"/tracks/{track.pk}/",
        )

    def test_a_track_or_an_artist_can_be_left_out_and_used_again(self, page, alice, track):
        artist = TrackArtist.objects.get(track=track).artist
        page.post(f"/tracks/{track.pk}/never/")
        page.post(f"/tracks/{track.pk}/never/{artist.pk}/")
        shown = page.get(f"/tracks/{track.pk}/").context["page"]
        page.post(f"/tracks/{track.pk}/again/")
        page.post(f"/tracks/{track.pk}/again/{artist.pk}/")

        assert (shown.is_excluded, shown.artists, Exclusion.objects.count()) == (True, [(artist, True)], 0)

    def test_an_artist_of_another_track_is_not_found(self, page, alice, track):
        other = TrackArtist.objects.get(track=a_track("Other", "Somebody")).artist_id

        assert page.post(f"/tracks/{track.pk}/never/{other}/").status_code == 404


class TestCorrections:
    def test_the_page_lists_what_was_said_and_lets_it_be_switched_off(self, page, alice, track):
        set_mood(alice, track, mood="calm", now=NOW)

        listed = page.get("/settings/corrections/").context["page"]
        page.post("/settings/corrections/use/", {"use": "no"})
        off = page.get("/settings/corrections/")

        assert ([line.track for line in listed.lines], listed.count, listed.is_used) == ([track], 1, True)
        assert "They are kept but do not count at the moment." in off.content.decode()

    def test_everything_can_be_forgotten(self, page, alice, track):
        set_mood(alice, track, mood="calm", now=NOW)

        response = page.post("/settings/corrections/reset/", follow=True)

        assert (Correction.objects.count(), "1 correction forgotten." in response.content.decode()) == (
            0,
            True,
        )

    def test_switching_on_again_makes_them_count(self, page, alice, track):
        alice.use_corrections = False
        alice.save()

        page.post("/settings/corrections/use/", {"use": "yes"})

        alice.refresh_from_db()
        assert alice.use_corrections


def test_home_is_drawn_from_the_cache_of_the_listener(page, alice, track):
    restamp([alice.pk])
    page.get("/home/")

    assert heard_by(alice) is heard_by(alice)


class TestExcluded:
    def test_the_page_lists_what_is_never_used_and_lets_it_be_used_again(self, page, alice, track):
        artist = TrackArtist.objects.get(track=track).artist
        by_track = Exclusion.objects.create(user=alice, track=track)
        by_artist = Exclusion.objects.create(user=alice, artist=artist)
        shown = page.get("/settings/excluded/").context["page"]

        page.post(f"/settings/excluded/{by_track.pk}/again/")
        page.post(f"/settings/excluded/{by_artist.pk}/again/")

        assert (shown.tracks, shown.artists) == ([[by_track]], [[by_artist]])
        assert "Everything may be used" in page.get("/settings/excluded/").content.decode()

    def test_each_name_leads_to_spotify_and_twenty_make_a_set(self, page, alice):
        for number in range(23):
            artist = Artist.objects.create(name=f"Artist {number}", spotify_id=f"{number:022d}")
            Exclusion.objects.create(user=alice, artist=artist)

        told = page.get("/settings/excluded/").content.decode().split('class="attribution"')

        assert [part.count("https://open.spotify.com/artist/") for part in told] == [20, 3, 0]

    def test_what_somebody_else_excluded_is_not_there(self, page, bob, track):
        theirs = Exclusion.objects.create(user=bob, track=track)

        assert page.post(f"/settings/excluded/{theirs.pk}/again/").status_code == 404
        assert page.post(f"/settings/excluded/{10**20}/again/").status_code == 404
        assert page.get("/settings/excluded/").context["page"].is_empty

    def test_strangers_are_asked_to_sign_in(self, client):
        assert client.get("/settings/excluded/").status_code == 302
