"""Migrations on a database that is full: backwards to the first ones, and forwards again."""

BACKWARDS = ("playlists", "moods", "library", "accounts", "jobs")
KEPT = (
    "SELECT username FROM accounts_user ORDER BY 1",
    "SELECT user_id, track_id, ms_played, source FROM library_play ORDER BY 1, 2, played_at",
    "SELECT user_id, track_id FROM library_savedtrack ORDER BY 1, 2",
    "SELECT spotify_id, title, artist_name FROM library_track ORDER BY 1",
    "SELECT track_id, source, status, energy, valence FROM moods_trackfeatures ORDER BY 1, 2",
    "SELECT track_id, mood, valence, arousal FROM moods_trackmood ORDER BY 1",
)


def test_migrations_keep_what_people_have_when_undone_and_done_again(installation):
    installation.manage("populate", "--users", "2", "--plays", "600", "--until", "2026-11-01")
    before = [installation.rows(query) for query in KEPT]
    assert [len(rows) for rows in before] == [2, 1200, 6, 50, 50, 50]

    installation.act("rewind", *BACKWARDS)
    installation.release()

    assert [installation.rows(query) for query in KEPT] == before
