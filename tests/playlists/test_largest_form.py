"""The largest form of the site, the builder with everything chosen, and what comes of more than that."""

import pytest
from django import forms
from django.conf import settings

from library.models import Artist
from moods.models import ArtistGenres
from playlists.models import Playlist
from playlists.recipes import Recipe
from tests.playlists.builders import a_song, fill_library
from tests.playlists.spotify_side import a_playlist

pytestmark = pytest.mark.django_db

DRAFT = {"revision": "1", "shown": "", "locked": "", "dropped": "", "apart": ""}
BESIDES = {**DRAFT, "name": "Everything", "csrfmiddlewaretoken": "x" * 64, "do": "save"}


@pytest.fixture
def playlist(alice) -> Playlist:
    """A playlist whose recipe, made with the API, leaves out 499 of 500 artists; there are 40 genres."""
    tracks = fill_library(alice, [a_song(number, artist=f"Artist {number}") for number in range(500)])
    artists = list(Artist.objects.order_by("pk"))
    ArtistGenres.objects.bulk_create(
        ArtistGenres(artist=artist, source="musicbrainz", status="hit", genres=[f"genre {number}"])
        for number, artist in enumerate(artists[:40])
    )
    recipe = Recipe(tracks=1, without_artists=tuple(artist.pk for artist in artists[1:]))
    playlist = a_playlist(alice, tracks[:1])
    Playlist.objects.filter(pk=playlist.pk).update(recipe=recipe.as_json())
    playlist.refresh_from_db()
    return playlist


def everything_chosen(form: forms.Form) -> dict[str, object]:
    """What a browser sends when each choice of the form is made."""
    several = (forms.MultipleChoiceField, forms.TypedMultipleChoiceField)
    chosen = {name: field for name, field in form.fields.items() if isinstance(field, several)}
    return {
        name: [value for value, _ in chosen[name].choices] if name in chosen else form[name].value() or ""
        for name in form.fields
    }


def count_of(sent: dict[str, object]) -> int:
    return sum(len(value) if isinstance(value, list) else 1 for value in sent.values())


def test_builder_takes_every_choice_at_once_and_forgets_no_artist(client, alice, playlist):
    client.force_login(alice)
    before = set(playlist.recipe["without_artists"])
    form = client.get(f"{playlist.get_absolute_url()}edit/").context["form"]
    sent = {**everything_chosen(form), "beyond": "on", "genres": [], **BESIDES}
    with_genres = {**sent, "genres": everything_chosen(form)["genres"], "do": ""}
    chosen_before = set(form["without_artists"].value())
    sent["without_artists"] = [pk for pk in sent["without_artists"] if int(pk) in chosen_before]

    every_choice = client.post(f"{playlist.get_absolute_url()}edit/", with_genres)
    kept = client.post(f"{playlist.get_absolute_url()}edit/", sent)

    playlist.refresh_from_db()
    assert (every_choice.status_code, kept.status_code) == (200, 302)
    assert set(playlist.recipe["without_artists"]) == before
    assert 180 < count_of(with_genres) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_page_says_so_when_more_is_sent_than_any_form_has(client, alice):
    client.force_login(alice)

    answer = client.post("/build/", {"genres": [str(number) for number in range(201)]})

    assert answer.status_code == 413
    assert "choose less, and send it in several goes" in answer.content.decode()


def test_page_says_so_when_a_form_is_larger_than_any_of_ours(client, alice):
    client.force_login(alice)

    answer = client.post("/build/", {"name": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})

    assert answer.status_code == 413
    assert "choose less, and send it in several goes" in answer.content.decode()
