"""Every setting, read from the environment through typed readers that refuse nonsense at start."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(env.str("DOTENV", default=str(BASE_DIR / ".env")))


def flag(name: str, *, default: bool) -> bool:
    """A yes or no; anything else is refused, where `env.bool` would take it for a no."""
    text = env.str(name, default=str(default)).strip().lower() or str(default).lower()
    if text in environ.Env.BOOLEAN_TRUE_STRINGS:
        return True
    if text in {"false", "off", "no", "n", "0"}:
        return False
    raise ImproperlyConfigured(f"{name} must be True or False, not {text!r}.")


def choice(name: str, *, of: tuple[str, ...]) -> str:
    """One of a few words, the first where nothing is set."""
    word: str = env.str(name, default="") or of[0]
    if word not in of:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(of)}, not {word!r}.")
    return word


# --- Where it runs -------------------------------------------------------------------------------
DEBUG = flag("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PORT = env.int("PORT", default=8000)
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
IS_PUBLIC = bool(set(ALLOWED_HOSTS) - LOOPBACK_HOSTS)
SITE_URL = env.str(
    "SITE_URL",
    default=f"https://{ALLOWED_HOSTS[0]}" if IS_PUBLIC else f"http://127.0.0.1:{PORT}",
).rstrip("/")
IS_HTTPS = urlsplit(SITE_URL).scheme == "https"
DEMO = flag("DEMO", default=False)
REGISTRATION_OPEN = flag("REGISTRATION_OPEN", default=True)

# --- The outside world ---------------------------------------------------------------------------
SPOTIFY_CLIENT_ID = env.str("SPOTIFY_CLIENT_ID", default="")
SPOTIFY_CLIENT_SECRET = env.str("SPOTIFY_CLIENT_SECRET", default="")
SPOTIFY_API_URL = env.str("SPOTIFY_API_URL", default="https://api.spotify.com/v1").rstrip("/")
SPOTIFY_ACCOUNTS_URL = env.str("SPOTIFY_ACCOUNTS_URL", default="https://accounts.spotify.com").rstrip("/")
SPOTIFY_CALLS_PER_30_SECONDS = env.int("SPOTIFY_CALLS_PER_30_SECONDS", default=60)
RECCOBEATS_URL = env.str("RECCOBEATS_URL", default="https://api.reccobeats.com/v1").rstrip("/")
LRCLIB_URL = env.str("LRCLIB_URL", default="https://lrclib.net/api").rstrip("/")
MUSICBRAINZ_URL = env.str("MUSICBRAINZ_URL", default="https://musicbrainz.org/ws/2").rstrip("/")
SOURCES = env.list("SOURCES", default=["reccobeats", "lrclib", "musicbrainz"])
MOOD_MODEL = env.str("MOOD_MODEL", default="default")
TOKEN_KEYS = env.list("TOKEN_KEYS", default=[])
VERSION = "1.0.0"
USER_AGENT = f"Moodsite/1.0 (+{SITE_URL})"

# --- Django --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "moodsite",
    "playlists",
    "moods",
    "library",
    "accounts",
    "accounts.oauth",
    "jobs",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "moodsite.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.session_limits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.listener_time_zone",
    "moodsite.staff_audit.staff_audit",
]
ROOT_URLCONF = "moodsite.urls"
WSGI_APPLICATION = "moodsite.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "moodsite.context.site",
                "accounts.context.listener",
            ],
        },
    },
]

# --- Database ------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
    "PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON",
}
POSTGRES_OPTIONS = {
    "options": "-c statement_timeout="
    + str(env.int("STATEMENT_TIMEOUT_MS", default=60_000))
    + " -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
    "connect_timeout": 5,
}


def _database() -> dict[str, Any]:
    """Django's database settings from DATABASE_URL, with what each engine needs to be safe."""
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'moodsite.sqlite3'}"
    on_heroku = "DYNO" in env.ENVIRON
    max_age_s = env.int("DATABASE_CONN_MAX_AGE", default=60)
    database: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=max_age_s, conn_health_checks=True, ssl_require=on_heroku)
    )
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = SQLITE_OPTIONS
        # A database in memory is shared by name, so that a test's server threads see it too.
        database["TEST"] = {"NAME": "file:moodsite-tests?mode=memory&cache=shared"}
        return database
    database["OPTIONS"] = {**database.get("OPTIONS", {}), **POSTGRES_OPTIONS}
    return database


DATABASES = {"default": _database()}

# --- Cache, broker, worker -----------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
REDIS_IS_TLS = REDIS_URL.startswith("rediss://")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "moodsite.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {
                # Django pickles by default: whoever can write to Redis could then run code here.
                "serializer": "moodsite.cache.JsonSerializer",
                "socket_timeout": 2,
                "socket_connect_timeout": 2,
                # Heroku's Redis shows a self-signed certificate.
                **({"ssl_cert_reqs": None} if REDIS_IS_TLS else {}),
            },
        },
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

BROKER_DIR = Path(env.str("BROKER_DIR", default=str(VAR_DIR / "broker")))
CELERY_BROKER_URL = REDIS_URL or "folder://"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 900,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }
    if REDIS_IS_TLS:
        CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": "none"}
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A message is only a hint: the lease of its job brings back what died. Messages that wait for their
# end make kombu give up the whole worker when Redis goes away (kombu issues 582, 970).
CELERY_TASK_ACKS_LATE = False
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 15
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# The schedule is one tick and the truth is the database: nothing to remember in a file.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
DISPATCH_EVERY = timedelta(seconds=env.float("DISPATCH_SECONDS", default=5.0))
CELERY_BEAT_SCHEDULE = {
    "dispatch": {
        "task": "jobs.tasks.dispatch",
        "schedule": DISPATCH_EVERY,
        "options": {"expires": DISPATCH_EVERY.total_seconds() * 2},
    },
}

# --- Signing in ----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.oauth.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
SOCIALACCOUNT_ADAPTER = "accounts.oauth.adapter.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SPOTIFY_READ_SCOPES = [
    "user-read-recently-played",
    "user-library-read",
    "user-top-read",
    "playlist-read-private",
    "playlist-read-collaborative",
]
SPOTIFY_WRITE_SCOPES = ["playlist-modify-private", "playlist-modify-public", "ugc-image-upload"]
SOCIALACCOUNT_PROVIDERS = {
    "spotify": {
        "APPS": [{"client_id": SPOTIFY_CLIENT_ID, "secret": SPOTIFY_CLIENT_SECRET, "key": ""}]
        if SPOTIFY_CLIENT_ID
        else [],
        "SCOPE": SPOTIFY_READ_SCOPES,
        "OAUTH_PKCE_ENABLED": True,
    },
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if IS_PUBLIC else 0)

# --- Security ------------------------------------------------------------------------------------
SESSION_COOKIE_AGE = 14 * 86_400
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL] if IS_HTTPS else []
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# The builder sends most: a field for each of up to 30 genres and 120 artists, and 38 others.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# A history of ten years, unpacked, may be chosen as one.
DATA_UPLOAD_MAX_NUMBER_FILES = 20
UPLOAD_MAX_BYTES = 250 * 1_048_576

# --- REST API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.IsListenerWithScope"],
    "DEFAULT_THROTTLE_CLASSES": [
        "accounts.throttling.ListenerThrottle",
        "accounts.throttling.ScopedThrottle",
    ],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "accounts.rest.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "accounts.rest.description.Description",
    "EXCEPTION_HANDLER": "accounts.rest.problems.answer_problem",
    # `format` is a parameter of our own: what a playlist is exported as.
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Moodsite API",
    "DESCRIPTION": "Listening history, moods and playlists of the listener who asks.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "MoodEnum": "moods.models.Mood",
        "MainMoodEnum": "moods.models.MainMood",
        "WebhookEventEnum": "accounts.services.hooks.Event",
        "PlaylistStateEnum": "playlists.models.Playlist.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.rest.description.without_last_slash",
        "moodsite.examples.with_examples",
    ],
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # Its links stand inside buttons, which no screen reader can tell apart.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Webhooks ------------------------------------------------------------------------------------
# Elsewhere a listener could make this machine call its own insides.
WEBHOOKS_TO_LOOPBACK = DEMO and not IS_PUBLIC

# --- Languages, time -----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed and compressed where it is served to the public; straight from the sources elsewhere.
WHITENOISE_USE_FINDERS = not IS_PUBLIC
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MANIFEST_STRICT = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PUBLIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

# --- Logs and errors -----------------------------------------------------------------------------
SENTRY_DSN = env.str("SENTRY_DSN", default="")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = choice("LOG_FORMAT", of=("line", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secrets": {"()": "moodsite.logs.SecretsFilter"}},
    "formatters": {
        "line": {
            "()": "moodsite.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "moodsite.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["secrets"],
            "formatter": LOG_FORMAT,
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Both would print bearer tokens or whole URLs of other people's services.
        "spotipy": {"level": "CRITICAL"},
        "urllib3": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
