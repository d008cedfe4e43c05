"""Names that sound or look alike: what spellings of one name have in common. Pure."""

import re
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from bsoo.registry.values import folded

_NO_LETTER = re.compile(r"[^a-z0-9]+")

_SAME_SOUND = (
    (re.compile(r"sch(?![aeiouy])"), "s"),
    (re.compile(r"e[iy]j?|ij|y"), "i"),
    (re.compile(r"ou|oe|ow|w(?=u)"), "u"),
    (re.compile(r"ph|v"), "f"),
    (re.compile(r"ck|c(?=[aou])|q"), "k"),
    (re.compile(r"kh|gh|ch"), "g"),
    (re.compile(r"th|dt|d(?=$)"), "t"),
    (re.compile(r"dj|dzj"), "j"),
    (re.compile(r"z|c(?=[eiy])"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"j"), "i"),
    (re.compile(r"h(?=$|[^aeiou])"), ""),
)
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<=.)[aeiou]+")
_ENOUGH = 3
"""Letters; a shorter beginning says nothing."""
_LONG = 7
"""Letters from which two slips of the pen still leave one name."""

_CALLED = """
    jan johan johannes hans johnny john; kees cornelis cor; piet pieter peter petrus; henk hendrik hendrikus rik;
    wim willem wilhelmus; gerard gerrit ger gerardus; bert albert hubert; tom thomas; bas sebastiaan bastiaan;
    els elisabeth liesbeth lisa betty; marijke maria marie ria mieke mia; anneke anna anne annie an; ineke ina;
    trudy geertruida truus; corrie cornelia; margriet greet margaretha griet marga; joke johanna jo hanneke hanna;
    mo mohammed mohamed muhammad mehmet; ali aliye; fatima fatma fatiha; yusuf youssef joesoef josef jozef jos;
    ahmed achmed ahmet; hassan hasan; ibrahim brahim abraham; abdel abdul abdelkader abdellah
"""
_NICKNAMES: dict[str, set[int]] = {}
for _place, _group in enumerate(_CALLED.split(";")):
    for _name in _group.split():
        _NICKNAMES.setdefault(_name, set()).add(_place)


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """A name without capitals, accents and signs: "El-Idrissi" and "el idrissi" are the same."""
    return _NO_LETTER.sub(" ", folded(name).replace("'", "")).strip()


@lru_cache(maxsize=50_000)
def sound(name: str) -> str:
    """What is heard, roughly: Meijer and Meyer, Youssef and Yusuf, Aakster and Akster come out the same."""
    heard = plain(name).replace(" ", "")
    for pattern, instead in _SAME_SOUND:
        heard = pattern.sub(instead, heard)
    return _TWICE.sub(r"\1", heard)


@lru_cache(maxsize=50_000)
def bones(name: str) -> str:
    """The first letter and the consonants of what is heard: Mohammed, Mohamed and Muhammad share them."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", sound(name)))


@lru_cache(maxsize=100_000)
def alike(one: str, other: str) -> bool:
    """Whether two spellings may be one name: the same sound, or one slip of the pen (two in a long name)."""
    first, second = plain(one), plain(other)
    if first == second or sound(one) == sound(other):
        return True
    shortest = min(len(first), len(second))
    if shortest <= _ENOUGH:
        return False
    slips = 2 if shortest >= _LONG else 1
    return DamerauLevenshtein.distance(first, second, score_cutoff=slips) <= slips


@lru_cache(maxsize=100_000)
def given_alike(one: str, other: str) -> bool:
    """Whether two given names may be one person's: alike, a pet name, or the beginning of the other."""
    first, second = plain(one), plain(other)
    if alike(one, other) or _NICKNAMES.get(first, set()) & _NICKNAMES.get(second, set()):
        return True
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _ENOUGH and longer.startswith(shorter)


@lru_cache(maxsize=50_000)
def is_initials(given: str) -> bool:
    """ "F.", "F.M." and "FM" are initials; "Jo" is a name."""
    bare = given.strip()
    words = bare.replace(".", " ").split()
    return bool(words) and ("." in bare or bare.isupper()) and all(len(word) <= _ENOUGH - 1 for word in words)


def initial(given: str) -> str:
    return plain(given)[:1]
