"""Why two organisations may be one: names without legal form and town, numbers and addresses. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from rapidfuzz import fuzz

from bsoo.registry.doubles.likeness import FREE_DOMAINS, Likeness, Reason, summed
from bsoo.registry.doubles.spelling import alike, bones
from bsoo.registry.imports.listed import organisation_key

_SHORT = {
    "st": "stichting",
    "stg": "stichting",
    "ver": "vereniging",
    "vd": "van de",
    "gem": "gemeente",
    "a dam": "amsterdam",
    "adam": "amsterdam",
    "r dam": "rotterdam",
    "rdam": "rotterdam",
    "ctr": "centrum",
    "dienstverl": "dienstverlening",
    "mij": "maatschappij",
    "maatsch": "maatschappelijk",
    "org": "organisatie",
    "prot": "protestantse",
    "rk": "rooms katholieke",
    "adv": "advocaten",
    "advocatuur": "advocaten",
    "advocatenkantoor": "advocaten",
    "huisartsenpraktijk": "huisartsen",
    "huisartspraktijk": "huisartsen",
}
_SHORT_WORDS = re.compile(r"\b(?:" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")\b")
_FORMS = "stichting vereniging bv b v nv n vof o f cooperatie cooperatief ua u a foundation association io i"
_LEGAL = frozenset(_FORMS.split())
_LITTLE = "de het een t s en van voor der den te in op aan bij the of for and"
_SMALL = frozenset(_LITTLE.split())
_ALIKE = 88
"""Of 100: rapidfuzz' token sort ratio from which two names are a slip of the pen apart."""
_LETTERS_OF_SHORT_NAME = (3, 7)
_PART_OF = 2
"""Words that a name must have before it counts as a part of a longer one."""


@dataclass(frozen=True, slots=True)
class House:
    """What tells one organisation from another."""

    id: UUID
    name: str
    aliases: tuple[str, ...] = ()
    place: str = ""
    postcode: str = ""
    street: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    kvk: str = ""
    parent_id: UUID | None = None
    people: int = 0
    """How many contacts work there."""
    region_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Towns:
    """The places that occur in names, which tell branches apart."""

    words: frozenset[str] = frozenset({"amsterdam", "almere", "rotterdam", "groningen", "utrecht", "haarlem"})

    def in_name(self, name: str) -> frozenset[str]:
        return frozenset(_words(name)) & self.words


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name in full: "St. Gem. A'dam" gives stichting, gemeente, amsterdam."""
    return tuple(_SHORT_WORDS.sub(lambda found: _SHORT[found[0]], organisation_key(name)).split())


def core(name: str, towns: Towns) -> tuple[str, ...]:
    """The words that make a name: without legal form, small words and town; all words when nothing else is left."""
    bare = tuple(word for word in _words(name) if word not in _LEGAL | _SMALL and word not in towns.words)
    return bare or _words(name)


def likeness(one: House, other: House, towns: Towns) -> Likeness | None:
    """How much two organisations look like one; None when they do not look alike enough to ask."""
    if other.id == one.parent_id or one.id == other.parent_id:
        return None
    reasons = list(_marks(one, other))
    if named := _best_name(one, other, towns):
        reasons.append(named)
    if apart := _towns_apart(one, other, towns):
        reasons.append(apart)
    if not named and not any(reason.code == "same-kvk" for reason in reasons):
        return None
    return summed(reasons)


def keys(house: House, towns: Towns) -> Iterator[tuple[str, str]]:
    """Marks that one organisation's records share at least one of."""
    for name in (house.name, *house.aliases):
        words = core(name, towns)
        for word in words:
            yield "word", bones(word)
        yield "all", bones("".join(sorted(words)))
        yield "letters", "".join(word[0] for word in _words(name) if word not in _SMALL)
        yield "letters", "".join(words)
    for kind, value in (("kvk", house.kvk), ("domain", domain_of(house)), ("postcode", house.postcode)):
        if value:
            yield kind, value
    for number in house.phones:
        yield "phone", number


def domain_of(house: House) -> str:
    """The domain of the website, else of the address; a free mail service says nothing."""
    written = re.sub(r"^https?://(?:www\.)?", "", house.website.lower()).partition("/")[0]
    domain = written or house.email.lower().partition("@")[2]
    return "" if domain in FREE_DOMAINS else domain


def _best_name(one: House, other: House, towns: Towns) -> Reason | None:
    """The best that two names, or other names of them, have in common."""
    found = [
        reason
        for mine in (one.name, *one.aliases)
        for theirs in (other.name, *other.aliases)
        if (reason := _names(mine, theirs, towns))
    ]
    return max(found, key=lambda reason: reason.points, default=None)


def _names(mine: str, theirs: str, towns: Towns) -> Reason | None:
    if organisation_key(mine) == organisation_key(theirs):
        return Reason("same-house-name", mine, 80)
    first, second = core(mine, towns), core(theirs, towns)
    if _numbers(first) != _numbers(second):
        return None
    if sorted(first) == sorted(second):
        forms = set(_words(mine)) & _LEGAL, set(_words(theirs)) & _LEGAL
        return Reason("but-for-form", theirs, 50 if all(forms) and forms[0] != forms[1] else 62)
    if _is_short_for(mine, theirs) or _is_short_for(theirs, mine):
        return Reason("short-for", theirs, 45)
    return _nearly(first, second, theirs)


def _nearly(first: tuple[str, ...], second: tuple[str, ...], shown: str) -> Reason | None:
    """Two names that are a slip of the pen apart, or of which one is the longer form of the other."""
    score = fuzz.token_sort_ratio(" ".join(first), " ".join(second), score_cutoff=_ALIKE)
    if score and _differ_by_a_slip(first, second):
        return Reason("near-house-name", shown, round(score) - 40)
    few, many = sorted((set(first), set(second)), key=len)
    return Reason("part-of-name", shown, 38) if len(few) >= _PART_OF and few < many else None


def _differ_by_a_slip(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """The words that differ look alike each: Noord and West are two places, Kade and Kaade are one."""
    left, right = sorted(set(first) - set(second)), sorted(set(second) - set(first))
    if len(left) != len(right):
        return "".join(first) == "".join(second)
    return all(alike(one, other) for one, other in zip(left, right, strict=True))


def _numbers(words: tuple[str, ...]) -> list[str]:
    """Inloophuis 3 and Inloophuis 4 are two."""
    return sorted(word for word in words if any(sign.isdigit() for sign in word))


def _is_short_for(short: str, name: str) -> bool:
    """Whether a name of a few capitals is the first letters of another: ASKV, GGD."""
    low, high = _LETTERS_OF_SHORT_NAME
    if not (short.isupper() and short.isalpha() and low <= len(short) <= high):
        return False
    letters = "".join(word[0] for word in _words(name))
    essential = "".join(word[0] for word in _words(name) if word not in _SMALL)
    return short.lower() in {letters, essential}


def _marks(one: House, other: House) -> Iterator[Reason]:
    """What two organisations share besides their names."""
    if one.kvk and one.kvk == other.kvk:
        yield Reason("same-kvk", one.kvk, 60)
    if (domain := domain_of(one)) and domain == domain_of(other):
        yield Reason("same-website", domain, 25)
    if same := sorted(set(one.phones) & set(other.phones)):
        yield Reason("same-phone", same[0], 20)
    if one.postcode and one.postcode == other.postcode:
        same_street = bool(one.street) and organisation_key(one.street) == organisation_key(other.street)
        yield Reason("same-street", one.street, 18) if same_street else Reason("same-postcode", one.postcode, 12)
    elif one.street and organisation_key(one.street) == organisation_key(other.street):
        yield Reason("same-street", one.street, 15)
    elif one.place and organisation_key(one.place) == organisation_key(other.place):
        yield Reason("same-place", one.place, 5)


def _towns_apart(one: House, other: House, towns: Towns) -> Reason | None:
    """Gemeente Amsterdam and Gemeente Almere share a name and nothing else; a town that is said once counts half."""
    mine, theirs = towns.in_name(one.name), towns.in_name(other.name)
    if mine and theirs and mine != theirs:
        return Reason("", "", -60)
    known = organisation_key(one.place), organisation_key(other.place)
    if all(known) and known[0] != known[1]:
        return Reason("", "", -20)
    return None
