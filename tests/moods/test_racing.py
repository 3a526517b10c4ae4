"""Two writers of moods never end each other."""

from threading import Thread

import pytest
from django.db import close_old_connections, connection

from moods.models import TrackMood
from moods.services.classifying import classify_tracks, mark_stale
from tests.moods.builders import a_track, some_features
from tests.outside import NOW


def writing(errors: list[Exception], *steps) -> Thread:
    def work() -> None:
        try:
            for _ in range(10):
                for step in steps:
                    step()
        except Exception as error:  # noqa: BLE001  # told to the test's own thread
            errors.append(error)
        finally:
            close_old_connections()
            connection.close()

    return Thread(target=work)


@pytest.mark.services
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_scoring_and_marking_the_same_tracks_at_once_both_get_through():
    tracks = [a_track(str(number)) for number in range(30)]
    for track in tracks:
        some_features(track)
    first, second = [t.pk for t in tracks[:20]], [t.pk for t in tracks[10:]]
    errors: list[Exception] = []
    threads = [
        writing(errors, lambda: classify_tracks(first, now=NOW), lambda: mark_stale(second)),
        writing(errors, lambda: mark_stale(first), lambda: classify_tracks(second, now=NOW)),
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (errors, TrackMood.objects.count()) == ([], 30)
