"""The mood curve of a playlist."""

from math import nan

from moods.pictures.curve import Curve, Step, curve


def test_curve_is_empty_when_the_playlist_is():
    assert curve([], arousal=[], moods=[]) == Curve("0 0 10 1000", "", "", "", ())


def test_curve_is_level_when_there_is_one_track():
    picture = curve([0.25], arousal=[0.75], moods=["calm"])

    assert picture == Curve(
        view_box="0 0 10 1000",
        valence="M0 750h5h5",
        arousal="M0 250h5h5",
        ground="M0 1000V250h5h5V1000Z",
        steps=(Step(1, "0%", "100%", "calm", 25, 75),),
    )


def test_curve_is_interrupted_when_a_track_is_unknown():
    picture = curve([0.5, nan, 0.5], arousal=[0.5, nan, 0.5], moods=["happy", "unknown", "happy"])

    assert (picture.arousal, picture.steps[1]) == (
        "M0 500h5h5M20 500h5h5",
        Step(2, "33.33%", "33.33%", "unknown", None, None),
    )


def test_curve_joins_tracks_smoothly_when_energy_rises():
    picture = curve([0.0, 0.0], arousal=[0.0, 1.0], moods=["calm", "energetic"])

    assert picture.arousal == "M0 1000h5C8.33 1000 11.67 0 15 0h5"
