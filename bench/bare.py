"""The floor of every page: Django with one view that answers, no middleware, no database, no template."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__)


def answer(request: HttpRequest) -> HttpResponse:
    """A few bytes."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("", answer)]
application = get_wsgi_application()
