"""What a listener chose: time zone, language, what to leave out; and when they were last here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from django.conf import settings

from accounts.models import User

NOTE_VISIT_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Preferences:
    """A listener's choices. `time_zone` is an IANA name, `language` one of LANGUAGES, or "" for unset."""

    time_zone: str
    language: str
    allow_explicit: bool
    leave_out_incognito: bool
    use_corrections: bool


def save_preferences(user: User, chosen: Preferences) -> None:
    """Keep the choices."""
    user.time_zone = chosen.time_zone
    user.language = chosen.language
    user.allow_explicit = chosen.allow_explicit
    user.leave_out_incognito = chosen.leave_out_incognito
    user.use_corrections = chosen.use_corrections
    user.save(
        update_fields=[
            "time_zone",
            "language",
            "allow_explicit",
            "leave_out_incognito",
            "use_corrections",
        ]
    )


def take_choices(user: User, chosen: Preferences) -> None:
    """Take choices made elsewhere, unless the listener chose otherwise here; what does not exist is none."""
    stands = User.objects.get(pk=user.pk)
    zone = chosen.time_zone if chosen.time_zone in available_timezones() else ""
    language = chosen.language if chosen.language in dict(settings.LANGUAGES) else ""
    merged = Preferences(
        time_zone=stands.time_zone or zone,
        language=stands.language or language,
        allow_explicit=stands.allow_explicit and chosen.allow_explicit,
        leave_out_incognito=stands.leave_out_incognito and chosen.leave_out_incognito,
        use_corrections=stands.use_corrections and chosen.use_corrections,
    )
    save_preferences(user, merged)


def take_time_zone(user: User, time_zone: str) -> bool:
    """Take the browser's time zone, unless the listener has one. False when they had."""
    return bool(User.objects.filter(pk=user.pk, time_zone="").update(time_zone=time_zone))


def note_visit(user: User, *, now: datetime) -> bool:
    """Note that the listener is here, at most every quarter of an hour. False when it was noted."""
    if user.last_seen_at is not None and now - user.last_seen_at < NOTE_VISIT_EVERY:
        return False
    return bool(User.objects.filter(pk=user.pk).update(last_seen_at=now))
