"""The Build page: ready-made recipes, a builder, a live preview, and keeping what came out."""

import uuid
from dataclasses import dataclass, replace
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from playlists.forms import DraftForm, NameForm, RecipeForm, initial_of
from playlists.models import Playlist
from playlists.new_songs import is_looking, show_looking, show_new_songs
from playlists.ready_made import READY_MADE, ready_made
from playlists.recipes import MOODS, BadRecipe, Recipe
from playlists.services.building import (
    Draft,
    Preview,
    draft_of,
    moved,
    preview,
    shuffled,
    swapped,
    with_lock_turned,
    without,
)
from playlists.services.candidates import Library, library_for
from playlists.services.offers import offers_of
from playlists.services.publishing import ask_to_publish
from playlists.services.saving import save_edited, save_playlist
from playlists.showing import show_preview
from playlists.tasks import start_looking_beyond, start_publishing

USUAL = Recipe(mood="happy", minutes=60)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a button of the page asks for: a word, and the track it is about."""

    word: str
    track_id: int = 0


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest) -> HttpResponse:
    """Choose, look, change, keep."""
    library = library_for(_listener(request))
    if request.method == "GET":
        recipe = _wanted(request.GET)
        form = _form(request, library, recipe=recipe)
        return _page(request, form, _shown(request, library, recipe, Draft()))
    form, shown = _changed(request, library)
    if shown is None or not shown.track_ids or _wish(request).word not in {"save", "publish"}:
        return _page(request, form, shown)
    return _keep_new(request, shown)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """The same for a playlist that exists: what comes out becomes its next version."""
    playlist = get_object_or_404(Playlist.objects.for_user(_listener(request)), pk=playlist_id)
    library = library_for(_listener(request))
    if request.method == "GET":
        recipe = Recipe.from_json(playlist.recipe)
        begun = _shown(request, library, recipe, draft_of(playlist))
        return _page(request, _form(request, library, recipe=recipe), begun, playlist=playlist)
    form, shown = _changed(request, library)
    if shown is None or not shown.track_ids or _wish(request).word != "save":
        return _page(request, form, shown, playlist=playlist)
    now = timezone.now()
    save_edited(playlist, shown, now=now)
    if playlist.writing_version is not None:
        start_publishing(playlist, now=now)
    return _gone_to(request, playlist)


@require_safe
def new_songs(request: HttpRequest) -> HttpResponse:
    """The line on how looking for songs beyond the library stands; tells the builder when it is over."""
    recipe = Recipe(mood=_mood(request, "mood"), start=_mood(request, "start"), tracks=1, beyond=True)
    user = _listener(request)
    if is_looking(user, recipe):
        return render(request, "playlists/new_songs.html", {"new_songs": show_looking(recipe)})
    return HttpResponse(headers={"HX-Trigger": "new-songs"})


def _mood(request: HttpRequest, name: str) -> str | None:
    mood = request.GET.get(name, "")
    return mood if mood in MOODS else None


def _listener(request: HttpRequest) -> User:
    return cast(User, request.user)


def _wanted(query: QueryDict) -> Recipe:
    """The recipe that an address names: a ready-made one, or a mood."""
    chosen = ready_made(query.get("ready", ""))
    if chosen is not None:
        return chosen.recipe
    mood = query.get("mood", "")
    return replace(USUAL, mood=mood) if mood in MOODS else USUAL


def _form(request: HttpRequest, library: Library, *, recipe: Recipe | None = None) -> RecipeForm:
    """The builder as posted, or as a recipe has it."""
    posted = request.POST if recipe is None else None
    chosen = [str(pk) for pk in recipe.without_artists] if recipe else request.POST.getlist("without_artists")
    numbers = [int(pk) for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 19]
    offers = offers_of(library, chosen=numbers)
    initial = initial_of(recipe, further=offers.further) if recipe else None
    return RecipeForm(posted, initial=initial, genres=offers.genres, artists=offers.artists)


def _shown(request: HttpRequest, library: Library, recipe: Recipe, draft: Draft) -> Preview:
    return preview(_listener(request), recipe, draft=draft, now=timezone.now(), library=library)


def _changed(request: HttpRequest, library: Library) -> tuple[RecipeForm, Preview | None]:
    """The form, and the list after what was wished; no list where something cannot be meant."""
    form = _form(request, library)
    if not form.is_valid():
        return form, None
    draft = DraftForm(request.POST).draft()
    start_looking_beyond(_listener(request), form.recipe(), now=timezone.now())
    try:
        return form, _shown(request, library, form.recipe(), _done(request, form.recipe(), draft))
    except BadRecipe as bad:
        form.add_error(None, str(bad.words))
        return form, None


def _wish(request: HttpRequest) -> _Wish:
    word, _, number = request.POST.get("do", "").partition(":")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return _Wish(word, int(number) if is_number else 0)


def _done(request: HttpRequest, recipe: Recipe, draft: Draft) -> Draft:
    """The draft after what was wished; after a turned knob it is made anew."""
    wish = _wish(request)
    if wish.word == "swap":
        user, now = _listener(request), timezone.now()
        return swapped(user, recipe, draft=draft, track_id=wish.track_id, now=now)
    changes = {
        "shuffle": lambda: shuffled(draft),
        "drop": lambda: without(draft, wish.track_id),
        "up": lambda: moved(draft, wish.track_id, by=-1),
        "down": lambda: moved(draft, wish.track_id, by=1),
        "lock": lambda: with_lock_turned(draft, wish.track_id),
        "save": lambda: replace(draft, is_arranged=bool(draft.shown)),
        "publish": lambda: replace(draft, is_arranged=bool(draft.shown)),
    }
    change = changes.get(wish.word)
    return change() if change else draft


def _keep_new(request: HttpRequest, shown: Preview) -> HttpResponse:
    now, named = timezone.now(), NameForm(request.POST)
    name = named.cleaned_data["name"] if named.is_valid() else ""
    playlist = save_playlist(_listener(request), shown, name=name, now=now)
    if _wish(request).word == "publish":
        ask_to_publish(playlist, now=now)
        if not playlist.problem:
            start_publishing(playlist, now=now)
    return _gone_to(request, playlist)


def _gone_to(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": playlist.get_absolute_url()})
    return redirect(playlist)


def _page(
    request: HttpRequest, form: RecipeForm, shown: Preview | None, *, playlist: Playlist | None = None
) -> HttpResponse:
    user = _listener(request)
    context = {
        "form": form,
        "shown": shown,
        "listing": show_preview(user, shown) if shown else None,
        "new_songs": show_new_songs(user, shown) if shown else None,
        "is_empty": shown is not None and not shown.total,
        "playlist": playlist,
        "ready_made": READY_MADE,
        "chosen_ready": request.GET.get("ready", ""),
        "action": request.path,
        "posted_name": request.POST.get("name", ""),
        "connected": user.connection_or_none() is not None,
        "page_mood": (shown.recipe.mood if shown else None) or "mixed",
    }
    partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(request, "playlists/preview.html" if partial else "playlists/build.html", context)
