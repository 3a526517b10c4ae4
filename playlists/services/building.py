"""Make a list from a recipe without writing anything: the preview that a listener turns knobs on."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from playlists.models import Playlist
from playlists.recipes import MOST_TRACKS, BadRecipe, Recipe
from playlists.selection import Request, Selection, alternatives, build, count_matching
from playlists.selection.arrays import Bools
from playlists.services.candidates import Library
from playlists.services.discovering import beyond_first
from playlists.services.filters import Wishes, check_ownership, eligible_rows, request_of
from playlists.services.suggestions import is_from_beyond, library_wanted


@dataclass(frozen=True, slots=True)
class Draft:
    """What the listener made of a list so far.

    `revision` counts shuffles. `shown` is the list as last shown, by track id. Where `is_arranged` it
    stands as it is; otherwise the list is made anew, the `locked` tracks staying where they stand in
    `shown`. `dropped` tracks are not chosen.
    """

    revision: int = 0
    shown: tuple[int, ...] = ()
    locked: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()
    is_arranged: bool = False

    @property
    def locks(self) -> tuple[tuple[int, int], ...]:
        """Position and id of each locked track."""
        return tuple((at, track) for at, track in enumerate(self.shown) if track in self.locked)


@dataclass(frozen=True, slots=True)
class Preview:
    """A list as it would be saved. `matching`: songs of the library that fit; `total`: all it has.

    `found_beyond`: songs found beyond the library, where the recipe asks for them, and `fitting_beyond`:
    those of them that fit.
    """

    recipe: Recipe
    draft: Draft
    selection: Selection
    matching: int
    total: int
    found_beyond: int = 0
    fitting_beyond: int = 0

    @property
    def track_ids(self) -> tuple[int, ...]:
        """The tracks in order."""
        return self.selection.track_ids


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """A listener's library with a recipe laid over it, to make lists on at one moment."""

    library: Library
    request: Request
    eligible: Bools
    now: datetime


def preview(
    user: User, recipe: Recipe, *, draft: Draft, now: datetime, library: Library | None = None
) -> Preview:
    """The list that `recipe` and `draft` come to; nothing is written, the same asked twice is the same.

    `library` is the listener's, where the caller has it at hand.
    Raises BadRecipe where they name tracks that are not the listener's, or too many.
    """
    bench = lay_out(user, recipe, draft=draft, now=now, library=library)
    check_ownership(bench.library, {*recipe.without_tracks, *draft.locked, *draft.shown})
    selection = _as_arranged(bench, draft) if draft.is_arranged else _made(bench)
    settled = replace(draft, shown=selection.track_ids, is_arranged=False)
    beyond = is_from_beyond(bench.library)
    found = int(beyond.sum())
    return Preview(
        recipe,
        settled,
        selection,
        matching=_matching(bench, ~beyond),
        total=len(bench.library) - found,
        found_beyond=found,
        fitting_beyond=_matching(bench, beyond) if found else 0,
    )


def lay_out(
    user: User, recipe: Recipe, *, draft: Draft, now: datetime, library: Library | None = None
) -> Bench:
    """The listener's library as `recipe` sees it at `now`."""
    library = library_wanted(user, recipe, library)
    wishes = Wishes(draft.revision, draft.locks, draft.dropped)
    request = request_of(recipe, user=user, wishes=wishes)
    eligible = eligible_rows(library, recipe, user=user, now=now)
    return Bench(library, request, eligible, now)


def draft_of(playlist: Playlist) -> Draft:
    """The current list of a playlist as one to change: tracks the library does not have are left out."""
    library = library_wanted(playlist.user, Recipe.from_json(playlist.recipe))
    held = set(library.track_ids.tolist())
    rows = playlist.newest_version().entries.order_by("position").values_list("track_id", "locked")
    entries = [(track, locked) for track, locked in rows if track in held]
    removed = playlist.removals.values_list("track_id", flat=True)
    return Draft(
        revision=playlist.revision,
        shown=tuple(track for track, _ in entries),
        locked=frozenset(track for track, locked in entries if locked),
        dropped=frozenset(removed) & held,
        is_arranged=True,
    )


def shuffled(draft: Draft) -> Draft:
    """The draft with the dice thrown again."""
    return replace(draft, revision=draft.revision + 1, is_arranged=False)


def without(draft: Draft, track_id: int) -> Draft:
    """The draft without a track, which does not come back."""
    shown = tuple(track for track in draft.shown if track != track_id)
    return _rearranged(draft, shown, dropped=draft.dropped | {track_id})


def moved(draft: Draft, track_id: int, *, by: int) -> Draft:
    """The draft with a track so many places further down (negative: up)."""
    shown = [track for track in draft.shown if track != track_id]
    if len(shown) == len(draft.shown):
        return draft
    place = max(0, min(len(shown), draft.shown.index(track_id) + by))
    shown.insert(place, track_id)
    return _rearranged(draft, tuple(shown), dropped=draft.dropped)


def with_lock_turned(draft: Draft, track_id: int) -> Draft:
    """The draft with a track locked, or free again."""
    return replace(draft, locked=draft.locked ^ {track_id}, is_arranged=True)


def swapped(user: User, recipe: Recipe, *, draft: Draft, track_id: int, now: datetime) -> Draft:
    """The draft with a track exchanged for the next best; without it where there is none."""
    bench = lay_out(user, recipe, draft=replace(draft, locked=frozenset()), now=now)
    if track_id not in draft.shown:
        return draft
    position = draft.shown.index(track_id)
    found = alternatives(
        bench.library.prepared,
        bench.request,
        _as_arranged(bench, draft),
        position=position,
        now=now,
        most=1,
        eligible=bench.eligible,
    )
    others = [pick.track_id for pick in found]
    shown = (*draft.shown[:position], *others, *draft.shown[position + 1 :])
    return _rearranged(draft, shown, dropped=draft.dropped | {track_id})


def _rearranged(draft: Draft, shown: tuple[int, ...], *, dropped: frozenset[int]) -> Draft:
    return replace(draft, shown=shown, locked=draft.locked & set(shown), dropped=dropped, is_arranged=True)


def _made(bench: Bench) -> Selection:
    eligible = beyond_first(bench.library, bench.request, bench.eligible, now=bench.now)
    return build(bench.library.prepared, bench.request, now=bench.now, eligible=eligible)


def _as_arranged(bench: Bench, draft: Draft) -> Selection:
    """The listener's own list, with reasons where there are any."""
    shown = tuple(dict.fromkeys(draft.shown))
    if len(shown) > MOST_TRACKS:
        raise BadRecipe("tracks", _("That is too many songs for one playlist."))
    if not shown:
        return Selection((), None, bench.request.tuning.floor, bench.request.cap, bench.request.gap, ())
    everything = replace(
        bench.request,
        start=bench.request.start,
        tracks=len(shown),
        minutes=None,
        locked=tuple(enumerate(shown)),
    )
    selection = build(bench.library.prepared, everything, now=bench.now, eligible=bench.eligible)
    picks = tuple(replace(pick, locked=pick.track_id in draft.locked) for pick in selection.picks)
    return replace(selection, picks=picks)


def _matching(bench: Bench, among: Bools) -> int:
    """How many songs fit the mood well enough; on a journey or without a mood, how many may be used."""
    request = replace(bench.request, locked=())
    eligible = bench.eligible & among
    counted = count_matching(bench.library.prepared, request, now=bench.now, eligible=eligible)
    by_mood = request.start is None and request.aim.mood is not None
    return counted.matching if by_mood else counted.usable
