"""How looking for songs beyond the library stands, for a listener and what a recipe aims at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from jobs.models import Job
from playlists.recipes import Recipe

SUGGEST = "playlists.suggest"
"""The kind of the job that looks."""

FRESH_FOR = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(minutes=15)
"""After a question that brought nothing because something failed."""

LOOKED_THROUGH = 60
"""So many of the listener's songs tell what to look for."""


@dataclass(frozen=True, slots=True)
class Search:
    """How looking for songs stands: being done now, when it last ended, and what hindered it then.

    `hindrance` is "" or one of "no_seeds" (nothing of the library is known to the source) and
    "unavailable" (the source did not answer).
    """

    is_live: bool = False
    ended_at: datetime | None = None
    hindrance: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether it is worth looking (again)."""
        if self.is_live:
            return False
        wait = ASK_AGAIN_AFTER if self.hindrance else FRESH_FOR
        return self.ended_at is None or self.ended_at < now - wait


def aim_key(recipe: Recipe) -> str:
    """The mood or the journey that songs are looked for, in a word."""
    return f"{recipe.start or ''}>{recipe.mood or ''}"


def aim_of_key(aim: str) -> Recipe:
    """A recipe that brings out what the listener likes of that mood or journey."""
    start, _, mood = aim.partition(">")
    return Recipe(mood=mood or None, start=start or None, tracks=LOOKED_THROUGH, discovery=0, variety=0)


def search_of(user: User, recipe: Recipe) -> Search:
    """How the search for songs for this recipe stands."""
    jobs = Job.objects.for_user(user).of_kind(SUGGEST).filter(key=search_key(user, recipe)).newest_first()
    job = jobs.first()
    if job is None:
        return Search()
    hindrance = job.result.get("hindrance", "") if job.state == Job.State.DONE else "unavailable"
    return Search(job.state in Job.LIVE_STATES, job.finished_at, hindrance)


def search_key(user: User, recipe: Recipe) -> str:
    """Of the job: one search at a time for each listener and mood."""
    return f"{user.pk}:{aim_key(recipe)}"
