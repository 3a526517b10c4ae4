"""Say in words why a song is in a list, what is weak about the list, and how its playlist is doing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from playlists.recipes import MOODS, Recipe
from playlists.selection import Notice, NoticeCode, Pick, ReasonCode

Numbers = Mapping[str, float]

MOOD_NAMES: Mapping[str, Promise | str] = {
    "happy": gettext_lazy("happy"),
    "sad": gettext_lazy("sad"),
    "energetic": gettext_lazy("energetic"),
    "calm": gettext_lazy("calm"),
    "angry": gettext_lazy("angry"),
    "romantic": gettext_lazy("romantic"),
}

DAYPART_NAMES: Mapping[str, Promise | str] = {
    "weekday_morning": gettext_lazy("weekday mornings"),
    "weekday_day": gettext_lazy("weekday daytimes"),
    "weekday_evening": gettext_lazy("weekday evenings"),
    "weekday_night": gettext_lazy("weekday nights"),
    "weekend_morning": gettext_lazy("weekend mornings"),
    "weekend_day": gettext_lazy("weekend daytimes"),
    "weekend_evening": gettext_lazy("weekend evenings"),
    "weekend_night": gettext_lazy("weekend nights"),
}

STEP = "step"
"""The code of a reason of ours: which step of a journey a song stands for."""


def reasons_of(pick: Pick) -> list[dict[str, Any]]:
    """Why a song was chosen, as JSON for `why` to put in words."""
    told = [{"code": reason.code.value, "numbers": dict(reason.numbers)} for reason in pick.reasons]
    if pick.step is None:
        return told
    return [{"code": STEP, "numbers": {"step": pick.step}}, *told]


def why(reasons: Sequence[Mapping[str, Any]]) -> str:
    """One line on why a song is in a list; empty where nothing raised its score."""
    on_the_way = any(reason["code"] == STEP for reason in reasons)
    told = {**_REASONS, ReasonCode.NEAR_TARGET: _near_on_the_way} if on_the_way else _REASONS
    parts = [told[reason["code"]](reason["numbers"]) for reason in reasons if reason["code"] in told]
    return " · ".join(part for part in parts if part)


def notice_words(notice: Notice, recipe: Recipe) -> str:
    """One sentence on what is weak about a list; empty for what need not be said."""
    if recipe.mood is None and notice.code in {NoticeCode.NOT_MOOD_MATCHED, NoticeCode.MOOD_RARE}:
        return ""
    return _NOTICES[notice.code](notice.numbers, recipe)


def mood_name(mood: str) -> str:
    """The mood in the language that is active, lower case."""
    return str(MOOD_NAMES.get(mood, mood))


def duration_words(duration_ms: int) -> str:
    """For instance "2 h 31 min", or "1 h"."""
    minutes = round(duration_ms / 60_000)
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes % 60 == 0:
        return _("%(hours)s h") % {"hours": minutes // 60}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def length_words(known_ms: int, *, timed: int, tracks: int) -> str:
    """How long `tracks` are of which the durations of `timed` are known; the others count as their mean."""
    if tracks and not timed:
        return _("length not known")
    if timed == tracks:
        return duration_words(known_ms)
    return _("about %(duration)s") % {"duration": duration_words(round(known_ms * tracks / timed))}


def _percent(share: float) -> str:
    return number_format(round(100 * share))


def _count(number: float) -> int:
    return round(number)


def _likely(numbers: Numbers) -> str:
    mood = mood_name(MOODS[_count(numbers["mood"])])
    words = _("%(percent)s %% likely %(mood)s")
    return words % {"percent": _percent(numbers["probability"]), "mood": mood}


def _near(numbers: Numbers) -> str:
    return _("close to the mood you asked for")


def _near_on_the_way(numbers: Numbers) -> str:
    return _("fits its place on the way")


def _played(numbers: Numbers) -> str:
    listens, days = _count(numbers["listens"]), int(numbers["days"])
    plays = ngettext("%(count)s play", "%(count)s plays", listens) % {"count": number_format(listens)}
    if days == 0:
        return _("%(plays)s, last today") % {"plays": plays}
    last = ngettext("last %(days)s day ago", "last %(days)s days ago", days) % {"days": number_format(days)}
    return f"{plays}, {last}"


def _unheard(numbers: Numbers) -> str:
    listens, days = _count(numbers["listens"]), int(numbers["days"])
    plays = ngettext("%(count)s play", "%(count)s plays", listens) % {"count": number_format(listens)}
    none = ngettext("none for %(days)s day", "none for %(days)s days", days) % {"days": number_format(days)}
    return f"{plays}, {none}"


def _by_known_artist(numbers: Numbers) -> str:
    songs = _count(numbers["songs"])
    words = ngettext(
        "you know %(songs)s song by this artist", "you know %(songs)s songs by this artist", songs
    )
    return words % {"songs": number_format(songs)}


def _finished(numbers: Numbers) -> str:
    return _("you usually hear %(percent)s %% of it") % {"percent": _percent(numbers["share"])}


def _artist_finished(numbers: Numbers) -> str:
    return _("you seldom skip this artist")


def _follows(numbers: Numbers) -> str:
    return _("follows well: similar energy and loudness")


def _step(numbers: Numbers) -> str:
    return _("step %(step)s of 10") % {"step": _count(numbers["step"])}


_REASONS: Mapping[str, Callable[[Numbers], str]] = {
    ReasonCode.LIKELY_MOOD: _likely,
    ReasonCode.NEAR_TARGET: _near,
    ReasonCode.PLAYED: _played,
    ReasonCode.UNHEARD: _unheard,
    ReasonCode.ARTIST_PLAYED: _by_known_artist,
    ReasonCode.FINISHED: _finished,
    ReasonCode.ARTIST_FINISHED: _artist_finished,
    ReasonCode.FOLLOWS_WELL: _follows,
    STEP: _step,
}


def _empty_library(numbers: Numbers, recipe: Recipe) -> str:
    return _("There are no songs in your library yet.")


def _nothing_left(numbers: Numbers, recipe: Recipe) -> str:
    total = _count(numbers["total"])
    words = ngettext(
        "None of your songs fits all of this: the %(total)s there is was filtered out.",
        "None of your songs fits all of this: all %(total)s were filtered out.",
        total,
    )
    return words % {"total": number_format(total)}


def _only_available(numbers: Numbers, recipe: Recipe) -> str:
    found = _count(numbers["found"])
    words = ngettext(
        "Only %(found)s song fits, where you asked for %(asked)s.",
        "Only %(found)s songs fit, where you asked for %(asked)s.",
        found,
    )
    return words % {"found": number_format(found), "asked": number_format(_count(numbers["asked"]))}


def _minutes_missed(numbers: Numbers, recipe: Recipe) -> str:
    words = _("It lasts %(minutes)s minutes, not %(asked)s: no other songs that fit would come closer.")
    minutes, asked = (number_format(_count(numbers[name])) for name in ("minutes", "asked"))
    return words % {"minutes": minutes, "asked": asked}


def _not_mood_matched(numbers: Numbers, recipe: Recipe) -> str:
    if numbers["all"]:
        return _("No mood is known for any of these songs yet: the list goes by your taste alone.")
    unknown = _count(numbers["unknown"])
    words = ngettext(
        "The mood of %(unknown)s song in it is not known.",
        "The mood of %(unknown)s songs in it is not known.",
        unknown,
    )
    return words % {"unknown": number_format(unknown)}


def _mood_rare(numbers: Numbers, recipe: Recipe) -> str:
    mood = mood_name(recipe.mood or "")
    told = _("Few of your songs sound %(mood)s, so some that fit less were taken.") % {"mood": mood}
    if numbers.get("fitting", 0) >= numbers.get("asked", 1):
        words = _("Enough of your songs sound %(mood)s, but too few of the unheard or forgotten ones do.")
        told = words % {"mood": mood}
    if "precision" in numbers:
        share = _percent(numbers["precision"])
        told += " " + _("About %(share)s %% of them should feel %(mood)s.") % {"share": share, "mood": mood}
    if "nearest" in numbers:
        nearest = mood_name(MOODS[_count(numbers["nearest"])])
        told += " " + _("Your library is strongest in %(mood)s songs.") % {"mood": nearest}
    return told


def _journey_rough(numbers: Numbers, recipe: Recipe) -> str:
    return _("Your library has few songs along this way, so some steps are larger than they should be.")


def _journey_end_missed(numbers: Numbers, recipe: Recipe) -> str:
    mood = mood_name(MOODS[_count(numbers["mood"])])
    if numbers["is_end"]:
        return _("Few of your songs sound %(mood)s, so the way ends only near it.") % {"mood": mood}
    return _("Few of your songs sound %(mood)s, so the way starts only near it.") % {"mood": mood}


def _no_history(numbers: Numbers, recipe: Recipe) -> str:
    return _("You have heard none of these yet, so your taste could not help to choose.")


def _cap_raised(numbers: Numbers, recipe: Recipe) -> str:
    words = _("There are few artists to choose from: up to %(cap)s songs are by the same one.")
    return words % {"cap": number_format(_count(numbers["cap"]))}


def _gap_lowered(numbers: Numbers, recipe: Recipe) -> str:
    return _("Songs by the same artist stand closer together than usual.")


def _new_missing(numbers: Numbers, recipe: Recipe) -> str:
    found = _count(numbers["found"])
    if not found:
        return _("Your library has no song for this that you have never heard.")
    words = ngettext(
        "Your library has only %(found)s song for this that you have never heard.",
        "Your library has only %(found)s songs for this that you have never heard.",
        found,
    )
    return words % {"found": number_format(found)}


def _locked_missing(numbers: Numbers, recipe: Recipe) -> str:
    missing = _count(numbers["missing"])
    words = ngettext(
        "%(missing)s locked song is no longer in your library.",
        "%(missing)s locked songs are no longer in your library.",
        missing,
    )
    return words % {"missing": number_format(missing)}


def _durations_guessed(numbers: Numbers, recipe: Recipe) -> str:
    guessed = _count(numbers["guessed"])
    words = ngettext(
        "The length of %(guessed)s song is a guess.", "The length of %(guessed)s songs is a guess.", guessed
    )
    return words % {"guessed": number_format(guessed)}


_NOTICES: Mapping[NoticeCode, Callable[[Numbers, Recipe], str]] = {
    NoticeCode.EMPTY_LIBRARY: _empty_library,
    NoticeCode.NOTHING_LEFT: _nothing_left,
    NoticeCode.ONLY_AVAILABLE: _only_available,
    NoticeCode.MINUTES_MISSED: _minutes_missed,
    NoticeCode.NOT_MOOD_MATCHED: _not_mood_matched,
    NoticeCode.MOOD_RARE: _mood_rare,
    NoticeCode.JOURNEY_ROUGH: _journey_rough,
    NoticeCode.JOURNEY_END_MISSED: _journey_end_missed,
    NoticeCode.NO_HISTORY: _no_history,
    NoticeCode.CAP_RAISED: _cap_raised,
    NoticeCode.GAP_LOWERED: _gap_lowered,
    NoticeCode.NEW_MISSING: _new_missing,
    NoticeCode.LOCKED_MISSING: _locked_missing,
    NoticeCode.DURATIONS_GUESSED: _durations_guessed,
}
