"""The pictures of the landing page."""

from moods.pictures.examples import examples


def test_examples_are_full_pictures_when_drawn():
    drawn = examples()

    assert (
        len(drawn.timeline.periods),
        drawn.mood_map.songs,
        drawn.fingerprint.leading,
        [step.mood for step in drawn.curve.steps[::15]],
        drawn.calendar.days_heard,
    ) == (53, 71, "calm", ["calm", "energetic"], 248)


def test_example_songs_stay_on_the_map_when_scattered():
    clouds = examples().mood_map.clouds

    assert all(0 < float(place) < 1000 for cloud in clouds for place in (cloud.x, cloud.y))


def test_examples_are_drawn_once_when_asked_again():
    assert examples() is examples()
