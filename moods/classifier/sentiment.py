"""VADER polarity of one English line."""

from functools import lru_cache
from string import punctuation

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


@lru_cache(maxsize=1)
def _analyzer() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def polarity(line: str) -> float:
    """VADER compound of a line, -1 to 1 (Hutto & Gilbert 2014); 0 where no word is in its lexicon."""
    analyzer = _analyzer()
    words = line.lower().split()
    bare = [word.strip(punctuation) for word in words]
    if line.isascii() and analyzer.lexicon.keys().isdisjoint(words + bare):
        return 0.0  # what VADER would say too, at length; most titles end here
    return float(analyzer.polarity_scores(line)["compound"])
