"""Addresses that break, each in its way, beside the real handler of what broke."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.urls import path

from moodsite import urls as site

handler500 = "moodsite.views.broken"


@login_not_required
def mistake(request):
    raise ValueError(f"refused with {request.GET.get('told')}")


@login_not_required
def database_away(request):
    raise OperationalError("server closed the connection unexpectedly")


urlpatterns = [*site.urlpatterns, path("mistake", mistake), path("database-away", database_away)]
