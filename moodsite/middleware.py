"""Headers that tell the browser what our pages may do."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

SPOTIFY_IMAGES = "https://i.scdn.co https://mosaic.scdn.co https://*.spotifycdn.com"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_security_policy() -> str:
    """The policy of every page: own files only, pictures from Spotify, forms to Spotify's sign-in."""
    accounts = urlsplit(settings.SPOTIFY_ACCOUNTS_URL)
    api = urlsplit(settings.SPOTIFY_API_URL)
    images = SPOTIFY_IMAGES if api.scheme == "https" else f"{api.scheme}://{api.netloc}"
    directives = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: {images}",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        # Checked on the redirect after the form, too: Spotify's sign-in must be named.
        f"form-action 'self' {accounts.scheme}://{accounts.netloc}",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ]
    if settings.IS_HTTPS:
        directives.append("upgrade-insecure-requests")
    return "; ".join(directives)


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the headers to each answer; what belongs to a signed-in person is never stored."""
    policy = content_security_policy()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.method == "POST" and request.path == reverse("account_logout"):
            # What the browser keeps of a person goes with the person.
            response.headers.setdefault("Clear-Site-Data", '"cache", "storage"')
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
