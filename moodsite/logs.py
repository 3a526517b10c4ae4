"""Keep secrets out of every log line, whoever wrote it, and write lines for people or for machines."""

import json
import logging
import re
from datetime import UTC, datetime

# Spotify's tokens begin with BQ, AQ or similar and run on for a hundred characters and more;
# our own personal tokens begin with `moodsite_`; addresses of servers can hold a password.
SECRET_SHAPES = re.compile(
    r"\b(?:[AB]Q[A-Za-z0-9_\-]{16,}|moodsite_[A-Za-z0-9_\-]{8,}"
    r"|(?i:bearer|basic)\s+[A-Za-z0-9._~+/=\-]{8,}"
    r"|(?i:access_token|refresh_token|client_secret|code|state)=[^\s&'\"]+)"
    r"|(?<=://)[^\s/:@]*:[^\s/@]+(?=@)"
)


def without_secrets(text: str) -> str:
    """`text` with everything that looks like a token replaced by `[secret]`."""
    return SECRET_SHAPES.sub("[secret]", text)


class SecretsFilter(logging.Filter):
    """Rewrites each record's message, arguments included, without secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, cleaned."""
        record.msg = without_secrets(record.getMessage())
        record.args = None
        return True


class LineFormatter(logging.Formatter):
    """One line for a person, then the traceback, if any, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The cleaned text: an exception's message may quote what was sent."""
        return without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, process, thread, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, without secrets."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "process": record.process,
            "thread": record.threadName,
        }
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
