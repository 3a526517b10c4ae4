"""Tell whether two catalogues mean the same song by title, artist and length."""

import re
import unicodedata

_LONGEST_TITLE = 300
_SAME_DURATION_S = 2.0
_SAME_DURATION_SHARE = 0.05
_EDITION = (
    r"remaster(?:ed)?|version|edit|mix|mono|stereo|single|bonus track|deluxe|original|"
    r"from [^()\[\]]*"
)
_GUESTS = re.compile(r"\s*[(\[](?:feat\.?|ft\.?|featuring|with)\s[^()\[\]]*[)\]]", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\[[^\[\]]*\]")
_EDITION_BRACKETS = re.compile(rf"\s*\([^()]*\b(?:{_EDITION})\b[^()]*\)", re.IGNORECASE)
_EDITION_TAIL = re.compile(rf"\s+[-–]\s+[^-–]*\b(?:{_EDITION})\b[^-–]*$", re.IGNORECASE)
_LIVE = re.compile(
    r"\s+(?:[-–]\s+|\()live(?:\s+(?:at|from|in|on|session|version|[0-9])[^()]*)?\)?\s*$",
    re.IGNORECASE,
)
_GUESTS_TAIL = re.compile(r"\s+(?:feat\.|ft\.|featuring)\s.*$", re.IGNORECASE)


def plain_title(title: str) -> str:
    """Return the title without edition, guests and brackets, or as it is if nothing remains."""
    plain = title[:_LONGEST_TITLE]
    for extra in (_GUESTS, _BRACKETS, _EDITION_BRACKETS, _EDITION_TAIL, _LIVE, _GUESTS_TAIL):
        plain = extra.sub("", plain)
    return plain.strip() or title


def normalized(text: str) -> str:
    """Return the text in lower case with neither accents, apostrophes nor punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in folded if not unicodedata.combining(letter))
    spaced = "".join(letter if letter.isalnum() else "" if letter in "'’`´" else " " for letter in kept)
    return " ".join(spaced.split())


def same_title(theirs: str, ours: str) -> bool:
    """Tell whether the titles agree but for edition, guests, case, accents and punctuation."""
    return normalized(plain_title(theirs)) == normalized(plain_title(ours))


def same_artist(theirs: str, ours: str) -> bool:
    """Tell whether one name is, or is among, the words of the other."""
    one, other = f" {normalized(theirs)} ", f" {normalized(ours)} "
    if not one.strip() or not other.strip():
        return theirs.strip() == ours.strip()
    return one in other or other in one


def same_duration(theirs_s: float | None, ours_s: float | None) -> bool:
    """Tell whether the lengths agree within 2 s or 5 %; an unknown one agrees with any."""
    if theirs_s is None or ours_s is None:
        return True
    return abs(theirs_s - ours_s) <= max(_SAME_DURATION_S, _SAME_DURATION_SHARE * ours_s)
