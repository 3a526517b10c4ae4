"""Raw genre names of any source, as families found by keyword and as the words they are made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

KEYWORDS: Final[dict[str, str]] = {
    "rock": r"\brock|rock\b|rockabilly|grunge|britpop|new wave|mellow gold|shoegaze|madchester|new romantic",
    "hard rock": r"hard rock|grunge|glam metal|post-grunge|nu metal|album rock|rap rock|rap metal",
    "soft rock": r"soft rock|mellow gold|adult standards|easy listening|yacht|lounge|piano",
    "metal": r"metal|djent|grind|thrash|slayer|\bdoom\b|deathcore|screamo|mathcore",
    "extreme metal": r"(black|death|groove|doom|sludge|industrial|speed).*metal|thrash|grind|deathcore",
    "punk": r"punk|hardcore|\boi\b|ska\b",
    "emo": r"\bemo\b|screamo|pop punk|post-hardcore|pixie",
    "industrial": r"industrial|\bebm\b|aggrotech|dark ?wave|goth",
    "alternative": r"alternative|modern rock|post-|permanent wave",
    "indie": r"indie|chamber|stomp and holler|lo-fi|freak folk|shoegaze|dream pop|bedroom"
    r"|slow ?core|sadcore|melancholia",
    "pop": r"\bpop\b|poptimism|[a-z]pop\b|boy band|girl group|teen|idol",
    "dance": r"dance|edm|disco|eurodance|hi-?nrg|big room|club|new rave|tropical",
    "house": r"house|garage\b.*uk|uk garage",
    "techno": r"techno|trance|drum and bass|jungle|dubstep|breakbeat|big beat|hardstyle|electroclash",
    "electronic": r"electro|synth|idm|electronica|glitch|chiptune|indietronica|house|techno|edm",
    "downtempo": r"downtempo|trip hop|chill|nu jazz|lounge|dub\b",
    "ambient": r"ambient|drone|new age|meditation|sleep|healing|compositional|post-rock|space",
    "hip hop": r"hip[ -]?hop|\brap\b|trap\b|crunk|grime|\bdrill\b|boom bap",
    "r&b": r"r&b|rnb|rhythm and blues|urban contemporary|new jack swing|quiet storm|neo soul",
    "soul": r"soul|motown|doo-?wop|gospel",
    "funk": r"funk|disco|boogie|p-funk",
    "jazz": r"jazz|bebop|swing|big band|bossa|ragtime",
    "vocal": r"adult standards|vocal jazz|crooner|torch song|show tunes|cabaret|standards|brill building",
    "blues": r"blues",
    "country": r"country|americana|bluegrass|honky|outlaw|nashville|cowboy|red dirt|roots",
    "folk": r"folk|celtic|traditional|bluegrass|roots",
    "singer-songwriter": r"singer-songwriter|songwriter|acoustic|lilith|neo mellow",
    "classical": r"classical|orchestra|baroque|opera|romantic era|piano|choral|early music|minimalism",
    "soundtrack": r"soundtrack|score|broadway|musical|show tunes|disney|hollywood|film|video game",
    "latin": r"latin|salsa|reggaeton|bossa|samba|mpb|bachata|cumbia|merengue|tango|flamenco|mariachi|bolero",
    "reggae": r"reggae|dancehall|ska\b|dub\b|rocksteady|soca|ragga",
    "k-pop": r"k-pop|j-pop|c-pop|\bkorean\b|mandopop|cantopop|anime",
    "oldies": r"rock-and-roll|rock ?(and|n|&) ?roll|rockabilly|doo-wop|merseybeat|bubblegum"
    r"|brill|british invasion|oldies",
    "classic rock": r"classic rock|album rock|southern rock|heartland|psychedelic|prog|art rock|blues rock",
    "christian": r"christian|worship|ccm|gospel|hymn",
    "experimental": r"experimental|avant|noise|krautrock|art pop|anti-folk",
    "comedy": r"comedy|parody|novelty|children|cartoon|christmas",
}
"""Family -> pattern of the names that belong to it; one name may belong to several families."""

FAMILIES: Final = tuple(KEYWORDS)
"""Names of the families."""

_PATTERNS: Final = tuple(re.compile(pattern) for pattern in KEYWORDS.values())
_WORD: Final = re.compile(r"[a-z&]+")
_PART: Final = re.compile(r"[a-z0-9&]+")
_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class GenreColumns:
    """Columns of genres: families, listed words of their names ("mellow"), listed names as a whole."""

    words: tuple[str, ...]
    names: tuple[str, ...] = ()
    _seen: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return self.bounds[-1]

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Where families, words and names begin, and where they end."""
        words = len(FAMILIES) + len(self.words)
        return 0, len(FAMILIES), words, words + len(self.names)

    def matrix(self, genres: Sequence[tuple[str, ...]]) -> Floats:
        """Genres of n songs -> (n, len(self)): families, words and names each of unit length.

        A row is NaN where no name is listed, of a family or has a listed word.
        """
        table = np.zeros((len(genres), len(self)))
        for row, names in enumerate(genres):
            for name in names:
                table[row, self.positions(name)] = 1.0
        table[~table.any(axis=1)] = np.nan
        for first, last in pairwise(self.bounds):
            part = table[:, first:last]
            part /= np.sqrt(np.maximum(part.sum(axis=1, keepdims=True), 1.0))
        return table

    def positions(self, name: str) -> tuple[int, ...]:
        """Columns that a raw genre name belongs to; empty where it says nothing."""
        found = self._seen.get(name)
        if found is None:
            found = (*families_of(name), *self._listed(name))
            if len(self._seen) < _REMEMBERED:
                self._seen[name] = found
        return found

    def _listed(self, name: str) -> tuple[int, ...]:
        _, words, names, _ = self.bounds
        said, whole = genre_words(name), genre_name(name)
        spoken = (i for i, word in enumerate(self.words, words) if word in said)
        return *spoken, *(i for i, listed in enumerate(self.names, names) if listed == whole)


def families_of(name: str) -> tuple[int, ...]:
    """Positions in FAMILIES that a raw genre name belongs to; empty where no keyword fits."""
    lowered = name.lower().replace("_", " ")
    return tuple(i for i, pattern in enumerate(_PATTERNS) if pattern.search(lowered))


def genre_name(name: str) -> str:
    """A genre name as sources that write it differently agree on it: "Hip-Hop" is "hip hop"."""
    return " ".join(_PART.findall(name.lower()))


def genre_words(name: str) -> frozenset[str]:
    """Words of a genre name, hyphens dropped: "Post-Grunge" is one word."""
    return frozenset(_WORD.findall(name.lower().replace("-", "")))
