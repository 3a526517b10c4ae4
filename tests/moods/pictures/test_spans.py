"""Labels under pictures over time."""

from datetime import date, timedelta

from moods.pictures.spans import MAX_LABELS, Tick, ticks


def weeks(count: int, *, first: date = date(2026, 1, 5)) -> list[date]:
    return [first + timedelta(weeks=number) for number in range(count)]


def test_no_labels_when_there_are_no_periods():
    assert ticks([]) == ()


def test_one_label_when_there_is_one_week():
    assert ticks(weeks(1)) == (Tick("0%", date(2026, 1, 5), is_minor=False, names_year=True),)


def test_first_label_gives_way_when_the_next_month_is_close():
    labels = ticks(weeks(60, first=date(2026, 1, 26)))

    assert labels[0].start == date(2026, 2, 2)


def test_labels_never_exceed_what_fits_when_years_are_long():
    counts = [len(ticks(weeks(count))) for count in range(1, 600, 7)]

    assert max(counts) == MAX_LABELS


def test_year_is_named_once_when_labels_run_over_new_year():
    labels = ticks(weeks(20, first=date(2025, 10, 6)))

    assert [(label.start, label.names_year, label.is_minor) for label in labels] == [
        (date(2025, 10, 6), True, False),
        (date(2025, 11, 3), False, True),
        (date(2025, 12, 1), False, False),
        (date(2026, 1, 5), True, True),
        (date(2026, 2, 2), False, False),
    ]
