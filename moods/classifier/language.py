"""The language of a text, by py3langid, which is heavy: import this module only where texts are scored."""

import py3langid

_ENOUGH = 2_000


def language_of(text: str) -> str:
    """ISO 639-1 code of the likeliest language of the first 2,000 characters."""
    language, _ = py3langid.classify(text[:_ENOUGH])
    return str(language)
