"""The page of the share card and the picture it offers."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from PIL import Image

from library.queries import most_played
from moods.insights.heard import heard_by
from moods.overviews.share import card_of_month, shareable_months
from moods.sharing.card import Shape, Share
from tests.moods.builders import a_mood, a_track, heard

MAY, JUNE = datetime(2026, 5, 20, 12, tzinfo=UTC), datetime(2026, 6, 3, 12, tzinfo=UTC)


@pytest.fixture
def two_months(alice):
    """A sad May of one song, a happy June of another."""
    for title, mood, moments in (("Rain", "sad", [MAY]), ("Sun", "happy", [JUNE, JUNE.replace(hour=13)])):
        track = a_track(title, artist="Nila Ost")
        a_mood(track, mood)
        heard(alice, track, *moments)


@pytest.fixture
def page(client, alice):
    """Alice's browser."""
    client.force_login(alice)
    return client


def test_months_with_plays_can_be_shared_newest_first(alice, two_months):
    assert shareable_months(heard_by(alice)) == [date(2026, 6, 1), date(2026, 5, 1)]


def test_card_of_a_month_says_its_mood_plays_and_songs(alice, two_months):
    card = card_of_month(alice, heard_by(alice), date(2026, 6, 1), with_songs=True)

    assert (card.month, card.headline, card.songs) == ("June 2026", "Mostly happy", ("Sun – Nila Ost",))
    assert [share.name for share in card.shares] == ["happy", "mixed", "energetic", "angry", "romantic"]
    assert card.numbers == "2 plays · 7 minutes"


def test_songs_are_left_out_unless_they_are_wanted(alice, two_months):
    card = card_of_month(alice, heard_by(alice), date(2026, 5, 1), with_songs=False)

    assert (card.headline, card.songs) == ("Mostly sad", ())


def test_card_of_songs_without_a_mood_has_no_petals(alice):
    heard(alice, a_track(), MAY)

    card = card_of_month(alice, heard_by(alice), date(2026, 5, 1), with_songs=False)

    assert (card.headline, card.petals, card.shares) == (
        "Too early to tell",
        (),
        (Share("unknown", 1.0, "unknown"),),
    )


def test_most_played_counts_only_listens_of_the_period(alice, bob, two_months):
    played = a_track("Snow")
    heard(alice, played, JUNE.replace(day=5), ms_played=5_000)
    heard(bob, played, JUNE)

    found = most_played(alice, since=MAY, before=JUNE.replace(day=30), count=5)

    assert [track.title for track in found] == ["Sun", "Rain"]


def test_page_shows_the_newest_month_first(page, two_months):
    wanted = page.get("/share/").context["wanted"]

    assert (wanted.month, wanted.with_songs, wanted.shape) == (date(2026, 6, 1), False, Shape.PORTRAIT)


def test_page_shows_what_was_chosen(page, two_months):
    wanted = page.get("/share/?month=2026-05-01&songs=on&shape=square").context["wanted"]

    assert wanted.query == "month=2026-05-01&shape=square&songs=on"


def test_page_passes_over_what_makes_no_sense(page, two_months):
    wanted = page.get("/share/?month=never&shape=round").context["wanted"]

    assert (wanted.month, wanted.shape) == (date(2026, 6, 1), Shape.PORTRAIT)


def test_picture_is_downloaded_under_the_name_of_its_month(page, two_months):
    response = page.get("/share/card.png?month=2026-05-01&shape=square&download=1")

    assert Image.open(BytesIO(response.content)).size == (1080, 1080)
    assert (response["Content-Type"], response["Content-Disposition"], response["Cache-Control"]) == (
        "image/png",
        'attachment; filename="moodsite-2026-05.png"',
        "private, max-age=60",
    )


def test_picture_is_shown_in_the_page_when_it_is_not_downloaded(page, two_months):
    response = page.get("/share/card.png")

    assert (response.status_code, response.has_header("Content-Disposition")) == (200, False)


def test_without_a_play_there_is_nothing_to_share(page):
    assert "Nothing to share yet" in page.get("/share/").content.decode()
    assert page.get("/share/card.png").status_code == 404


def test_card_asks_whoever_is_not_signed_in_to_sign_in(client):
    found = [client.get(path)["Location"] for path in ("/share/", "/share/card.png")]

    assert found == ["/accounts/login/?next=/share/", "/accounts/login/?next=/share/card.png"]
