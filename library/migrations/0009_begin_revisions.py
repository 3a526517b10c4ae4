"""A revision for every library that is there already."""

import uuid

from django.db import migrations

AT_ONCE = 1000


def begin(apps, schema_editor):
    """One row for each listener."""
    revision = apps.get_model("library", "LibraryRevision")
    users = apps.get_model("accounts", "User").objects.order_by("pk").values_list("pk", flat=True)
    missing = users.filter(library_revision=None)
    while found := list(missing[:AT_ONCE]):
        revision.objects.bulk_create([revision(user_id=pk, token=uuid.uuid4()) for pk in found])


class Migration(migrations.Migration):
    dependencies = [("library", "0008_keep_a_revision")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop, elidable=True)]
