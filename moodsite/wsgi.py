"""The WSGI entry point that gunicorn serves; a bad configuration stops it before the first request."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")

application = get_wsgi_application()
call_command("check", tags=["configuration"])
