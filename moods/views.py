"""Home, the calendar of a year, and the pages of the moods."""

from datetime import date, datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.services import notice_for
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import Heard, heard_at, heard_by
from moods.overviews.explore import mood_cards, mood_page
from moods.overviews.home import (
    RANGES,
    HomeFacts,
    HomePage,
    home_facts,
    home_page,
    lacks_history,
    year_page,
)
from moods.overviews.keeping import keeping_of
from moods.overviews.progress import Progress, progress_of
from moods.services.listener_moods import MoodKey, mood_key

FIRST_YEAR, LAST_YEAR = 1970, 2200


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The listener's mood now and over time, and what is going on."""
    user, now = cast(User, request.user), timezone.now()
    key = mood_key(user)
    facts = home_facts(user, key, now=now)
    context: dict[str, object] = {
        "progress": progress_of(user, facts.coverage, now=now),
        "notice": notice_for(user, now=now),
        "has_library": facts.has_library,
    }
    if facts.has_library:
        context |= _body(request, key, facts, now=now)
    else:
        context["is_connected"] = hasattr(user, "connection")
    return render(request, "moods/home.html", context)


@require_safe
def home_progress(request: HttpRequest) -> HttpResponse:
    """The part of Home that says what is going on; tells the page when its pictures changed."""
    user, now = cast(User, request.user), timezone.now()
    facts = home_facts(user, mood_key(user), now=now)
    progress = progress_of(user, facts.coverage, now=now)
    response = render(request, "moods/home_progress.html", {"progress": progress})
    if _changed(request, progress):
        response["HX-Trigger"] = "moods-changed"
    return response


@require_safe
def year(request: HttpRequest, number: int) -> HttpResponse:
    """A year day by day."""
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Http404
    page = year_page(_heard(request), number)
    return render(request, "moods/year.html", {"page": page, "page_mood": page.mood.mood})


@require_safe
def moods(request: HttpRequest) -> HttpResponse:
    """All six moods."""
    heard = _heard(request)
    return render(request, "moods/moods.html", {"cards": mood_cards(heard, today=_today(heard))})


@require_safe
def mood(request: HttpRequest, name: str) -> HttpResponse:
    """One mood: its songs, when it is heard, a playlist of it."""
    if name not in MOODS:
        raise Http404
    heard = _heard(request)
    by_plays = request.GET.get("by") != "fit"
    page = mood_page(cast(User, request.user), heard, name, by_plays=by_plays, today=_today(heard))
    orders = [("plays", _("Most played"), "?by=plays"), ("fit", _("Fits best"), "?by=fit")]
    context = {"page": page, "page_mood": name, "orders": orders, "by": "plays" if by_plays else "fit"}
    return render(request, "moods/mood.html", context)


def _body(request: HttpRequest, key: MoodKey, facts: HomeFacts, *, now: datetime) -> dict[str, object]:
    """What Home shows of the listener's music; worked out only where it is not kept as it was drawn."""
    user, chosen = cast(User, request.user), request.GET.get("range", "")
    chosen = chosen if chosen in RANGES else facts.usual_range
    lacks = lacks_history(user, facts)

    def draw() -> HomePage:
        return home_page(user, heard_at(user, key), now=now, chosen_range=chosen)

    return {
        "page": SimpleLazyObject(draw),
        "keeping": keeping_of(user, key, now=now, about=f"{chosen} {lacks}"),
        "ranges": _ranges(),
        "page_mood": facts.mood,
        "lacks_history": lacks,
    }


def _heard(request: HttpRequest) -> Heard:
    return heard_by(cast(User, request.user))


def _today(heard: Heard) -> date:
    return timezone.now().astimezone(heard.zone).date()


def _ranges() -> list[tuple[str, str, str]]:
    names = {"month": _("Month"), "season": _("3 months"), "year": _("Year"), "all": _("All")}
    return [(name, names[name], f"?range={name}") for name in RANGES]


def _changed(request: HttpRequest, progress: Progress) -> bool:
    return request.GET.get("marker") != progress.marker
