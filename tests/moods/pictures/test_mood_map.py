"""The mood map."""

from math import nan

from moods.pictures.mood_map import Cloud, MapPoint, MoodMap, Quarter, mood_map

LIVELY = MapPoint(0.8, 0.9, 0.1, 30, "energetic", "Up", "The Kites", "/tracks/1/")
GLOOMY = MapPoint(0.2, 0.25, 0.01, 10, "sad", "Down", "The Wells", "/tracks/2/")
NOWHERE = MapPoint(nan, nan, nan, 5, "unknown")


def test_map_is_empty_when_there_are_no_songs():
    names = ("lively_bright", "lively_dark", "calm_dark", "calm_bright")

    assert mood_map([]) == MoodMap(
        view_box="0 0 1000 1000",
        outlines=(),
        clouds=(),
        quarters=tuple(Quarter(name, 0) for name in names),
        songs=0,
        unknown=0,
    )


def test_songs_are_placed_by_brightness_and_energy_when_known():
    picture = mood_map([GLOOMY, LIVELY, NOWHERE])

    assert (picture.clouds, picture.songs, picture.unknown) == (
        (Cloud("800", "100", "100", "20", LIVELY), Cloud("200", "750", "20", "14.08", GLOOMY)),
        2,
        1,
    )


def test_quarters_share_plays_when_songs_lie_in_them():
    songs = [LIVELY, GLOOMY, MapPoint(0.1, 0.9, 0.1, 40, "angry"), MapPoint(0.9, 0.1, 0.1, 20, "romantic")]

    assert mood_map(songs).quarters == (
        Quarter("lively_bright", 30),
        Quarter("lively_dark", 40),
        Quarter("calm_dark", 10),
        Quarter("calm_bright", 20),
    )


def test_outlines_go_from_wide_to_narrow_when_songs_are_known():
    outlines = mood_map([LIVELY, GLOOMY]).outlines

    assert [len(outline) for outline in outlines] == sorted(
        (len(outline) for outline in outlines), reverse=True
    )


def test_only_the_most_played_get_clouds_when_there_are_many():
    songs = [MapPoint(0.5, 0.5, 0.1, plays, "calm") for plays in range(10)]

    picture = mood_map(songs, most_clouds=2)

    assert ([cloud.point.plays for cloud in picture.clouds], picture.songs) == ([9, 8], 10)


def test_songs_never_played_are_drawn_when_they_are_only_liked():
    picture = mood_map([MapPoint(0.5, 0.5, 0.1, 0, "calm")])

    assert ([cloud.radius for cloud in picture.clouds], picture.quarters[0].percent) == (["6"], 0)
