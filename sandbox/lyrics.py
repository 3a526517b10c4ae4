"""Short invented lyrics, put together from lines written for each mood, some in other languages."""

from __future__ import annotations

import random

from sandbox.catalogue import Song

_THINGS = (
    "the harbour",
    "the kitchen",
    "your window",
    "the last train",
    "the garden",
    "the long road",
    "my coat",
    "the lighthouse",
    "the river",
    "the stairs",
    "the radio",
    "the old bridge",
)
_TIMES = (
    "tonight",
    "in the morning",
    "all summer",
    "in December",
    "on Sunday",
    "after midnight",
    "again",
    "this time",
)

_LINES: dict[str, tuple[str, ...]] = {
    "happy": (
        "I woke up laughing at {thing}",
        "Everybody smile, we are lucky {time}",
        "The sun is singing over {thing}",
        "Good news came dancing up to {thing}",
        "I love the way we celebrate {time}",
        "My happy feet have found {thing}",
        "Wonderful friends are coming over {time}",
        "We are free and the sky is bright {time}",
        "Best day of the year and it is ours {time}",
        "I won a smile from {thing}",
        "Sweet joy is spilling over {thing}",
        "Hooray for you, hooray for {thing}",
    ),
    "sad": (
        "I cry alone beside {thing}",
        "You left me lonely {time}",
        "My heart is broken by {thing}",
        "Nobody misses me {time}",
        "I lost you somewhere near {thing}",
        "The tears fall cold on {thing}",
        "Goodbye is a grey word {time}",
        "I am so tired of grief {time}",
        "Empty chair, empty room, empty {time}",
        "I regret the night at {thing}",
        "It hurts to walk past {thing}",
        "The sorrow sleeps in {thing}",
    ),
    "energetic": (
        "Run, run, run to {thing}",
        "Turn it up, we go {time}",
        "Hands up high over {thing}",
        "Jump until the floor shakes {time}",
        "Faster, faster, past {thing}",
        "Feel the power hit {thing}",
        "We never stop, we race {time}",
        "Shout it loud across {thing}",
        "Electric in my blood {time}",
        "Go, go, go, wake up {thing}",
        "The beat is breaking through {thing}",
        "We burn so bright, alive {time}",
    ),
    "calm": (
        "Slow water moves beside {thing}",
        "Breathe in, breathe out {time}",
        "The snow lies soft on {thing}",
        "I rest my head near {thing}",
        "Quiet hands and quiet rooms {time}",
        "A gentle wind comes over {thing}",
        "Nothing to do and nowhere to be {time}",
        "The moon is patient over {thing}",
        "Peace settles on {thing}",
        "Let the evening drift {time}",
        "Easy now, the tide turns {time}",
        "Still as a boat behind {thing}",
    ),
    "angry": (
        "I hate your lies about {thing}",
        "Burn it down, burn {thing}",
        "You cheat, you coward, you run {time}",
        "I will fight you by {thing}",
        "Rage is kicking at {thing}",
        "Your poison words destroyed {thing}",
        "Liar, get out of my way {time}",
        "I scream until it breaks {time}",
        "No mercy and no peace {time}",
        "You killed the trust in {thing}",
        "Damn the day I met you by {thing}",
        "My fists are done with waiting {time}",
    ),
    "romantic": (
        "Kiss me slowly by {thing}",
        "My darling, stay with me {time}",
        "I fell in love beside {thing}",
        "Your hand in mine near {thing}",
        "Sweetheart, hold me close {time}",
        "I adore the light on you {time}",
        "My tender heart is yours {time}",
        "Whisper my name by {thing}",
        "Your eyes are softer than {thing}",
        "Dance with me, beloved, {time}",
        "I want to marry you by {thing}",
        "Every kiss tastes like {time}",
    ),
}

_DARK = ("sad", "angry")
_FOREIGN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": (
        (
            "Die Sonne lacht über dem Hafen",
            "Ich tanze mit dir durch die Nacht",
            "Heute ist alles leicht und hell",
            "Du und ich, wir haben Zeit",
            "Komm, wir laufen bis ans Meer",
            "Mein Herz schlägt heute für dich",
        ),
        (
            "Ich weine allein in der Küche",
            "Du bist gegangen und kommst nicht zurück",
            "Der Regen fällt auf kaltes Gleis",
            "Ich habe dich verloren",
            "Alles ist leer ohne dich",
            "Die Nacht ist schwarz und viel zu lang",
        ),
    ),
    "es": (
        (
            "El sol baila sobre la bahía",
            "Ven conmigo a cantar esta noche",
            "Tu sonrisa ilumina la calle",
            "Hoy la vida es una fiesta",
            "Te quiero cerca del mar",
            "Mi corazón late contigo",
        ),
        (
            "Lloro solo junto al faro",
            "Te fuiste y no me dijiste adiós",
            "La lluvia borra nuestro nombre",
            "He perdido todo lo que amaba",
            "La casa está vacía sin ti",
            "Qué larga y fría es la noche",
        ),
    ),
    "fr": (
        (
            "Le soleil danse sur le quai",
            "Viens chanter avec moi ce soir",
            "Ton sourire éclaire la rue",
            "Aujourd'hui la vie est belle",
            "Je t'aime au bord de l'eau",
            "Mon cœur s'envole avec toi",
        ),
        (
            "Je pleure seul sous la pluie",
            "Tu es partie sans dire adieu",
            "La maison est vide sans toi",
            "J'ai perdu le goût des jours",
            "La nuit est froide et trop longue",
            "Plus rien ne sera comme avant",
        ),
    ),
    "pl": (
        (
            "Słońce tańczy nad zatoką",
            "Chodź ze mną śpiewać do rana",
            "Twój uśmiech rozjaśnia ulicę",
            "Dzisiaj wszystko jest łatwe",
            "Kocham cię nad brzegiem rzeki",
            "Moje serce bije dla ciebie",
        ),
        (
            "Płaczę sam przy starym moście",
            "Odeszłaś bez pożegnania",
            "Dom jest pusty bez ciebie",
            "Straciłem wszystko co kochałem",
            "Noc jest zimna i za długa",
            "Deszcz zmywa nasze imiona",
        ),
    ),
    "ja": (
        (
            "朝の光が港で踊る",
            "君と歩く坂道がすき",
            "今日はきっといい日になる",
            "笑い声が窓をたたく",
            "手をつないで海まで行こう",
            "胸の奥で歌がはじまる",
        ),
        (
            "雨の駅でひとり泣いた",
            "君はもう帰らない",
            "空っぽの部屋で夜を待つ",
            "名前を呼んでも返事はない",
            "冷たい風が灯りを消す",
            "なくしたものばかり数えてる",
        ),
    ),
}


def write_lyrics(song: Song) -> str | None:
    """The words of a recording, 8 to 20 lines with a refrain; None for an instrumental."""
    if song.language is None:
        return None
    rng = random.Random(f"words of {song.same_as if song.same_as is not None else song.index}")
    pool = _pool(song, rng)
    refrain = rng.sample(pool, 2)
    verses = [rng.sample(pool, rng.randint(3, 4)) for _ in range(rng.randint(2, 3))]
    lines: list[str] = []
    for verse in verses:
        lines += [*verse, *refrain, ""]
    return "\n".join(lines[:-1])


def _pool(song: Song, rng: random.Random) -> list[str]:
    """Lines that fit the mood, with a few strays, since words and sound do not always agree."""
    if song.language in _FOREIGN:
        return list(_FOREIGN[song.language][song.mood in _DARK])
    own = [_filled(line, rng) for line in _LINES[song.mood]]
    stray = rng.choice([mood for mood in _LINES if mood != song.mood])
    return own + [_filled(line, rng) for line in rng.sample(_LINES[stray], 3)]


def _filled(line: str, rng: random.Random) -> str:
    return line.format(thing=rng.choice(_THINGS), time=rng.choice(_TIMES))


def with_times(text: str, *, duration_ms: int) -> str:
    """The same lines with a time in front of each, as synced lyrics are written."""
    lines = [line for line in text.splitlines() if line]
    step_s = duration_ms / 1000 / (len(lines) + 2)
    return "\n".join(f"[{_stamp((place + 1) * step_s)}] {line}" for place, line in enumerate(lines))


def _stamp(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02d}:{rest:05.2f}"
