"""What a listener said about moods, all of it."""

from dataclasses import dataclass

from accounts.models import User
from moods.models import Correction, PersonalModel
from moods.overviews.lines import Line, lines_of_tracks
from moods.services.corrections import has_learnt

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SaidPage:
    """The newest corrections as rows, how many there are, whether they count and taught us something."""

    lines: list[Line]
    count: int
    is_used: bool
    has_learnt: bool


def said_page(user: User) -> SaidPage:
    """The page of a listener's corrections."""
    rows = Correction.objects.for_user(user)
    newest = list(dict.fromkeys(rows.newest_first().values_list("track_id", flat=True)))[:SHOWN]
    return SaidPage(
        lines=lines_of_tracks(user, newest),
        count=rows.count(),
        is_used=user.use_corrections,
        has_learnt=has_learnt(PersonalModel.objects.filter(user=user).first()),
    )
