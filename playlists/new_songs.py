"""Say how looking for songs beyond a library stands, and what came of it for a list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from playlists.recipes import Recipe
from playlists.services.building import Preview
from playlists.services.searching import Search, search_of
from playlists.services.suggestions import looks_beyond


@dataclass(frozen=True, slots=True)
class NewSongs:
    """What a page shows: a sentence or two, and where to ask again while they are looked for.

    `state` is one of "off", "looking", "found", "nothing", "no_seeds" and "unavailable".
    """

    state: str
    words: str
    poll: str = ""


def show_new_songs(user: User, shown: Preview) -> NewSongs | None:
    """How the search for a previewed list stands; None where the list asks for none."""
    if not shown.recipe.beyond:
        return None
    if not looks_beyond(shown.recipe):
        return NewSongs("off", _("This site has no source of new songs switched on."))
    search = search_of(user, shown.recipe)
    if search.is_live:
        return show_looking(shown.recipe)
    if shown.found_beyond:
        return NewSongs("found", " ".join(_found(user, shown)))
    return _nothing(search)


def is_looking(user: User, recipe: Recipe) -> bool:
    """Whether songs are being looked for."""
    return search_of(user, recipe).is_live


def show_looking(recipe: Recipe) -> NewSongs:
    """That songs are being looked for, and where to ask again."""
    words = _("Looking for songs beyond your library … that takes about half a minute.")
    poll = urlencode({"start": recipe.start or "", "mood": recipe.mood or ""})
    return NewSongs("looking", words, poll=f"{reverse('build-new-songs')}?{poll}")


def _found(user: User, shown: Preview) -> list[str]:
    found, fitting = shown.found_beyond, shown.fitting_beyond
    words = ngettext(
        "ReccoBeats found %(found)s song beyond your library; %(fitting)s of them fits.",
        "ReccoBeats found %(found)s songs beyond your library; %(fitting)s of them fit.",
        found,
    )
    told = [words % {"found": number_format(found), "fitting": number_format(fitting)}]
    allowed = user.allow_explicit if shown.recipe.explicit is None else shown.recipe.explicit
    if not allowed:
        told.append(_("Whether they are explicit is not known, so none is taken while such songs stay out."))
    elif shown.recipe.discovery == 0:
        told.append(_("None is in the list, because the share of songs you never heard is zero."))
    return told


def _nothing(search: Search) -> NewSongs:
    if search.hindrance == "no_seeds":
        words = _("ReccoBeats knows none of your songs of this kind yet, so there is nothing to start from.")
        return NewSongs("no_seeds", words)
    if search.hindrance:
        words = _("ReccoBeats does not answer at the moment. Ask again in a quarter of an hour.")
        return NewSongs("unavailable", words)
    return NewSongs("nothing", _("ReccoBeats found nothing new beyond your library for this."))
