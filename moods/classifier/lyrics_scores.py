"""What is kept of lyrics: numbers without the text."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Self

from moods.classifier.taxonomy import LYRICS_COLUMNS
from moods.classifier.wordlists import words_version

LYRICS_VERSION: Final = f"1.{words_version()}"
"""Changes when the same text would be scored differently.

Stored scores of another version need a fresh look.
"""


@dataclass(frozen=True, slots=True)
class LyricsScores:
    """What is kept of lyrics: numbers only, nothing the text could be rebuilt from.

    `language` is an ISO 639-1 code. `values` are in the order of LYRICS_COLUMNS, or None where the
    language is not English: unknown words, not neutral ones.
    """

    language: str
    values: tuple[float, ...] | None
    version: str = LYRICS_VERSION

    @property
    def known(self) -> bool:
        """Whether the words say anything about the mood, in a version this code can use."""
        return self.values is not None and self.version == LYRICS_VERSION

    def as_json(self) -> dict[str, object]:
        """A small dict of JSON types that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """Read what `as_json` wrote; raises KeyError or TypeError on anything else."""
        values = stored["values"]
        if values is None:
            return cls(str(stored["language"]), None, str(stored["version"]))
        if not isinstance(values, Sequence) or len(values) != len(LYRICS_COLUMNS):
            raise TypeError(f"lyrics scores need {len(LYRICS_COLUMNS)} values")
        return cls(
            str(stored["language"]),
            tuple(float(value) for value in values),
            str(stored["version"]),
        )
