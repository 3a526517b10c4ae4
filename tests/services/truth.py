"""What must be in the database in the end, whatever was killed on the way."""

from typing import Any

from sandbox import Sandbox
from tests.services.installation import Installation

PLAYS = """
    SELECT t.spotify_id, t.name_key, p.played_at, p.ms_played, p.repeat_no
    FROM library_play p JOIN library_track t ON t.id = p.track_id JOIN accounts_user u ON u.id = p.user_id
    WHERE u.username = '{name}' AND p.source <> 'api' ORDER BY 1, 2, 3, 4, 5
"""
LIKES = """
    SELECT t.spotify_id FROM library_savedtrack s
    JOIN library_track t ON t.id = s.track_id JOIN accounts_user u ON u.id = s.user_id
    WHERE u.username = '{name}' ORDER BY 1
"""
MISCOUNTED = """
    SELECT l.track_id, l.plays, count(p.id) FROM library_librarytrack l
    LEFT JOIN library_play p ON p.user_id = l.user_id AND p.track_id = l.track_id
    GROUP BY l.id HAVING l.plays <> count(p.id)
"""
REPORTED_TWICE = """
    SELECT user_id, reported_at, count(*) FROM library_play WHERE reported_at IS NOT NULL
    GROUP BY user_id, reported_at HAVING count(*) > 1
"""


def downloaded_plays(installation: Installation, name: str) -> list[tuple[Any, ...]]:
    """Every play of a listener that a download told of."""
    return installation.rows(PLAYS.format(name=name))


def assert_likes_are_true(installation: Installation, world: Sandbox, name: str) -> None:
    """The liked songs here are those there, each once."""
    liked = [row[0] for row in installation.rows(LIKES.format(name=name))]
    assert liked == sorted(song["id"] for song in world.liked(name))


def assert_nothing_is_doubled(installation: Installation) -> None:
    """No play is there twice, and what is added up agrees with the plays."""
    assert installation.rows(REPORTED_TWICE) == []
    assert installation.rows(MISCOUNTED) == []
