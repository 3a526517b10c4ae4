"""What happens once a listener has come back from Spotify and is signed in."""

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.oauth.failures import Failure, failure_page
from accounts.oauth.flow import SpotifyFlow
from accounts.services import AccountTaken, connect_spotify
from jobs.starting import enqueue


def store_arrival(request: HttpRequest, flow: SpotifyFlow) -> HttpResponse | None:
    """Keep the grant and start fetching, if the person who came back is the one who is signed in.

    None when all is well or there is nothing to keep; otherwise the page that says what is wrong.
    """
    user = request.user
    login = flow.sociallogin
    if flow.grant is None or login is None or not isinstance(user, User):
        return None
    if login.account.pk is None or login.account.user_id != user.pk:
        return None
    try:
        connect_spotify(user, flow.grant)
    except AccountTaken:
        return failure_page(request, Failure.TAKEN)
    enqueue("library.sync", user=user, key=str(user.pk))
    return None
