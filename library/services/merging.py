"""Make one track of two rows that turn out to be the same."""

from django.db import IntegrityError, models, transaction

from accounts.models import User
from library.models import LibraryTrack, Track
from library.services.counting import count_again


def merge_tracks(kept: Track, gone: Track) -> None:
    """Hang everything that points at `gone` on `kept` and delete `gone`.

    What `kept` has already (an answer of the same source, the same play) is dropped. Row by row,
    because that is rare; whichever app the rows belong to.
    """
    listeners = list(User.objects.filter(library__track__in=[kept, gone]).distinct().order_by("pk"))
    with transaction.atomic():
        LibraryTrack.objects.filter(track=gone).delete()
        for relation in Track._meta.related_objects:  # noqa: SLF001  # Django's documented way
            rows = relation.related_model._base_manager  # noqa: SLF001
            for row in rows.filter(**{relation.field.name: gone}):
                _hang(row, relation.field.name, kept)
        gone.delete()
        for listener in listeners:
            count_again(listener, [kept.pk])


def _hang(row: models.Model, field_name: str, kept: Track) -> None:
    setattr(row, field_name, kept)
    try:
        with transaction.atomic():
            row.save(update_fields=[field_name])
    except IntegrityError:
        row.delete()
