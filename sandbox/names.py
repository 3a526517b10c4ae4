"""Invented names of artists, albums and songs, put together from word lists in several languages."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """Word lists of one language: patterns hold the fields {a} {n} {m} for adjective and nouns."""

    code: str
    market: str
    artist_patterns: tuple[str, ...]
    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    first_names: tuple[str, ...]
    surnames: tuple[str, ...]
    title_patterns: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH = Tongue(
    "en",
    "GB",
    ("The {a} {n}s", "{a} {n} Society", "{n} & the {m}s", "{f} {s}", "{f} {s}", "{n} {m}", "{a} {n}"),
    _words(
        "Amber Borrowed Candlelit Crooked Drowsy Faraway Feral Gilded Hollow Inland Lantern Marbled "
        "Northbound Ochre Paper Quiet Rusted Saltwater Tidal Unlit Velveteen Wandering Windfall "
        "Yonder"
    ),
    _words(
        "Almanac Bicycle Causeway Chimney Compartment Dovetail Elevator Ferryboat Greenhouse Harbour "
        "Inkwell Juniper Kettle Lighthouse Meadow Nettle Orchard Pavement Quarrel Rooftop Satellite "
        "Thicket Umbrella Viaduct Weathervane Archway Beacon Corridor Doorstep Envelope Footbridge "
        "Gaslamp Hillside Island Keepsake"
    ),
    _words(
        "Odette Marlow Tamsin Ewan Calla Bram Isolde Jory Linnet Perrin Romilly Soren Wilf Zora Dell Maeve"
    ),
    _words(
        "Ashgrove Birchall Corrigane Dunmarrow Elverside Fennimoor Gravelle Hathersedge Inglewick "
        "Kestleby Larkmead Merrowdown Oakhollow Pendlecombe Quillfeather Ravensthorpe Thistlewold "
        "Windermarsh"
    ),
    (
        "{a} {n}",
        "{n} and {m}",
        "Under the {n}",
        "{n}s at Dawn",
        "Leave the {n} On",
        "All My {n}s",
        "{a} Again",
        "Never Mind the {n}",
        "{n}",
        "How to Fold the {n}",
        "Meet Me by the {n}",
        "No More {n}s",
        "{a} Hours",
        "The {m} Song",
    ),
)
GERMAN = Tongue(
    "de",
    "DE",
    ("{n}kinder", "{a} {n}", "{f} {s}", "{n} & {m}"),
    _words("Stille Blaue Ferne Müde Wilde Leise Kalte Helle"),
    _words("Nebel Ufer Laternen Gleis Dachboden Mohn Möwen Fenster Schatten Sommer"),
    _words("Jella Fiete Runa Matthis Enna Levke Thore Smilla"),
    _words("Brandwerder Eichenau Kranzbühler Morgenrot Silberhain Tannwald Überlohe"),
    ("{a} {n}", "Bis zum {n}", "{n} und {m}", "Kein {n} mehr", "Wenn die {n} schweigen"),
)
SPANISH = Tongue(
    "es",
    "ES",
    ("Los de {n} {m}", "{n} {a}", "{f} {s}", "La {n}"),
    _words("Lejano Dorado Perdido Salvaje Callado Eterno Azulado"),
    _words("Faro Abril Marea Jardín Ceniza Verano Espejo Tejado Limonero"),
    _words("Amaranta Iker Noelia Leandro Jimena Eloy Marisol Tadeo"),
    _words("Valdeflores Montesclaro Riofrío Sotomar Villaluz Campoviento"),
    ("Dime, {n}", "{n} de {m}", "Sin {n}", "Baila, {n}", "Un {n} para ti", "{n} {a}"),
)
FRENCH = Tongue(
    "fr",
    "FR",
    ("Les {n}s", "{f} {s}", "{n} {a}"),
    _words("Lointain Tranquille Sauvage Bleuté Fragile"),
    _words("Phare Jardin Orage Soleil Miroir Quai Murmure Nuage"),
    _words("Apolline Côme Éloïse Léandre Maëlle Théodore"),
    _words("Clairvallon Montcendre Rivebois Saintelune Beaupré-Vert"),
    ("Le {n}", "Sous le {n}", "{n} {a}", "Encore un {n}", "Ni {n} ni {m}"),
)
POLISH = Tongue(
    "pl",
    "PL",
    ("{f} {s}", "{n}", "{n} i {m}"),
    _words("Cichy Daleki Zielony Dziki"),
    _words("Wieczór Ogród Żuraw Brzeg Świt Deszcz Cień"),
    _words("Bogna Lesław Mirka Zdzich Jagna Gniewko"),
    _words("Łąkowska Brzezicki Jeziorna Świetlicki-Mróz Wierzbowiec"),
    ("{a} {n}", "{n} i {m}", "Nie mów, {n}", "Ostatni {n}"),
)
JAPANESE = Tongue(
    "ja",
    "JP",
    ("{n}と{m}", "{a}{n}", "{n}クラブ"),
    ("静かな", "遠い", "青い", "夜更けの"),
    ("灯台", "坂道", "雨傘", "金魚", "窓辺", "線路"),
    ("澪",),
    ("灯野",),
    ("{a}{n}", "{n}の{m}", "さよなら{n}", "{n}まで"),
)
TONGUES = {tongue.code: tongue for tongue in (ENGLISH, GERMAN, SPANISH, FRENCH, POLISH, JAPANESE)}

_MOOD_TITLES: dict[str, tuple[str, ...]] = {
    "happy": ("Sunny {n}", "Laugh Like {n}s", "Good Morning, {n}", "{n} Holiday", "Lucky {n}"),
    "sad": ("Lonely {n}", "The Last {n} Home", "Goodbye, {n}", "Tears on the {n}", "Missing the {n}"),
    "energetic": ("Run the {n}", "{n} on Fire", "Faster Than {n}s", "Jump the {n}", "Wide Awake {n}"),
    "calm": ("Slow {n}", "{n} Lullaby", "Still the {n}", "Breathing {n}s", "Quiet {n} Hours"),
    "angry": ("Burn the {n}", "Liar's {n}", "Hate the {n}", "Broken {n}s", "War on the {n}"),
    "romantic": ("Kiss Me, {n}", "Your {n} Heart", "In Love with the {n}", "Darling {n}", "Hold My {n}"),
}
_MOOD_TITLE_SHARE = 0.35
_ALBUM_TAILS = ("", "", "", "", " (Deluxe)", ", Vol. 2", " EP", " (Expanded Edition)")


def _fill(pattern: str, tongue: Tongue, rng: random.Random) -> str:
    noun, other = rng.sample(tongue.nouns, 2)
    return pattern.format(
        a=rng.choice(tongue.adjectives),
        n=noun,
        m=other,
        f=rng.choice(tongue.first_names),
        s=rng.choice(tongue.surnames),
    )


def draw_artist_name(tongue: Tongue, rng: random.Random) -> str:
    """A name for an artist; the caller sees to it that no two are alike."""
    return _fill(rng.choice(tongue.artist_patterns), tongue, rng)


def draw_title(tongue: Tongue, rng: random.Random, *, mood: str | None = None) -> str:
    """A title for a song, at times an English one that speaks of the mood; titles repeat, as in life."""
    patterns = tongue.title_patterns
    if mood is not None and tongue is ENGLISH and rng.random() < _MOOD_TITLE_SHARE:
        patterns = _MOOD_TITLES[mood]
    return _fill(rng.choice(patterns), tongue, rng)


def draw_album_name(tongue: Tongue, rng: random.Random) -> str:
    """A title for an album, some with the tails that reissues carry."""
    return draw_title(tongue, rng) + rng.choice(_ALBUM_TAILS)
