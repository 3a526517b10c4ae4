"""How gunicorn serves Moodsite: few processes, many threads, slow clients kept apart."""

import os

bind = f"{os.environ.get('BIND_HOST', '[::]')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "16"))
worker_class = "gthread"
# A process that has served its share is followed by a fork of what is loaded already, not by seconds of
# loading.
preload_app = True
timeout = 25
graceful_timeout = 25
keepalive = 75
max_requests = 10_000
max_requests_jitter = 2_000
limit_request_fields = 50
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
control_socket_disable = True
accesslog = None
errorlog = "-"
# Only Heroku's router stands in front there, and it always sets the header itself.
forwarded_allow_ips = "*" if "DYNO" in os.environ else "127.0.0.1"
