"""The Celery application: how jobs reach the worker. The jobs themselves live in the database."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")
# Small machines show more cores than they give: numpy with a thread for each is many times slower there.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

TRANSPORT_ALIASES["folder"] = "moodsite.broker:Transport"

app = Celery("moodsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
