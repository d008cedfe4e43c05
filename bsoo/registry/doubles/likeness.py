"""Why two contacts may be one person: what they have in common, in points and in reasons. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar
from uuid import UUID

from rapidfuzz.distance import DamerauLevenshtein

from bsoo.registry.doubles.spelling import alike, bones, given_alike, initial, is_initials, plain
from bsoo.registry.mailboxes import DESKS

ENOUGH = 50
"""Points from which two records are shown to a person."""
MOST = 100

_SHARED_BY_MANY = 40
"""A mark that more records share says nothing about two of them: the number of a switchboard, a family name."""
_RARE = 2
_OFTEN, _OFTEN_OF = 8, 100
"""A family name of more than eight people, and of more than one in a hundred, says less."""
_LONG_LOCAL = 5

_FREE = """
    gmail.com googlemail.com hotmail.com hotmail.nl outlook.com outlook.nl live.nl live.com msn.com icloud.com me.com
    yahoo.com yahoo.nl protonmail.com proton.me ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl upcmail.nl home.nl
    hetnet.nl casema.nl chello.nl tele2.nl solcon.nl quicknet.nl freedom.nl
"""
FREE_DOMAINS = frozenset(_FREE.split())
"""Mail services that everybody can use: a domain that says nothing."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Reason:
    """What two records have in common; `code` has its words in words_of_likeness, `value` is shown with it."""

    code: str
    value: str
    points: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two records look like one, and why; the strongest reason first."""

    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """What tells one contact from another."""

    id: UUID
    given: str = ""
    infix: str = ""
    family: str = ""
    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    houses: tuple[tuple[UUID | None, str], ...] = ()
    """The organisations where this person works or worked: id and name."""
    postcodes: tuple[str, ...] = ()
    """Of those organisations."""
    has_left: bool = False
    """Works at none of them any more."""
    region_ids: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class Commonness:
    """How many contacts share a family name."""

    families: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, people: Iterable[Person]) -> "Commonness":
        return cls(Counter(bones(person.family) for person in people if person.family))

    def judged(self, family: str) -> Iterator[Reason]:
        """What the rarity of a family name adds, or takes away."""
        number = self.families[bones(family)]
        if number <= _RARE:
            yield Reason("rare-name", family, 10)
        elif number > max(_OFTEN, self.families.total() // _OFTEN_OF):
            yield Reason("", family, -10)


def likeness(one: Person, other: Person, common: Commonness | None = None) -> Likeness | None:
    """How much two contacts look like one person; None when they do not look alike enough to ask."""
    if bool(one.family) != bool(other.family):
        return None
    reasons = _name(one, other, common) if one.family else _mailbox(one, other)
    if reasons is None:
        return None
    return summed([*reasons, *_marks(one, other)])


def summed(reasons: Sequence[Reason]) -> Likeness | None:
    """The points of all reasons together, when they are enough to ask a person."""
    points = sum(reason.points for reason in reasons)
    if points < ENOUGH:
        return None
    shown = sorted((reason for reason in reasons if reason.code), key=lambda reason: -reason.points)
    return Likeness(min(points, MOST), tuple(shown))


def keys(person: Person) -> Iterator[tuple[str, str]]:
    """Marks that one person's records share at least one of: only those that share one are compared."""
    family, given = bones(person.family), bones(person.given)
    if person.family:
        yield "name", family + initial(person.given)
        yield "both", "+".join(sorted((family, given)))
        for word in plain(person.family).split():
            if len(word) > _LONG_LOCAL - 1:
                yield "word", bones(word) + initial(person.given)
        for house, _name_of_house in person.houses:
            yield "house", f"{house}{family[:2]}"
    for number in person.phones:
        yield "phone", number
    for email in person.emails:
        local, _, domain = email.partition("@")
        yield "local", local if local not in DESKS else email
        if domain not in FREE_DOMAINS:
            yield "domain", f"{domain}{family[:2]}"


def pairs_of(marked: Iterable[tuple[K, Iterable[Hashable]]], order: dict[K, int]) -> Iterator[tuple[K, K]]:
    """Every two records with a mark in common, once; a mark that too many share is no mark."""
    blocks: dict[Hashable, list[K]] = {}
    for key, marks in marked:
        for mark in dict.fromkeys(marks):
            blocks.setdefault(mark, []).append(key)
    seen: set[tuple[K, K]] = set()
    for block in blocks.values():
        if 1 < len(block) <= _SHARED_BY_MANY:
            for pair in combinations(sorted(block, key=order.__getitem__), 2):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _name(one: Person, other: Person, common: Commonness | None) -> list[Reason] | None:
    """What the two names say; None when they say that these are two people, unless a mark says otherwise."""
    full = f"{one.given} {one.family}", f"{other.given} {other.family}"
    if plain(full[0]) == plain(full[1]):
        reasons = [Reason("same-name", one.name, 55 if one.given else 30)]
    elif sorted(plain(full[0]).split()) == sorted(plain(full[1]).split()):
        reasons = [Reason("turned-name", other.name, 50)]
    elif _families_alike(one.family, other.family):
        fits = _given(one, other)
        if fits is None:
            return None
        reasons = [fits]
    else:
        return _other_name(one, other)
    if common is not None and one.given and other.given:
        reasons.extend(common.judged(one.family))
    return reasons


def _families_alike(one: str, other: str) -> bool:
    """One family name, spelled otherwise or one half of a double name."""
    if alike(one, other):
        return True
    first, second = set(plain(one).split()), set(plain(other).split())
    few, many = sorted((first, second), key=len)
    return few < many and any(len(word) > _LONG_LOCAL - 2 for word in few)


def _given(one: Person, other: Person) -> Reason | None:
    """What the given names add to family names that are alike; None when they differ outright."""
    shown = f"{one.name} / {other.name}"
    exact = plain(one.family) == plain(other.family)
    if not one.given or not other.given:
        return Reason("same-family", one.family, 25 if exact else 15)
    if is_initials(one.given) or is_initials(other.given):
        if initial(one.given) != initial(other.given):
            return None
        return Reason("initials", shown, 42 if exact else 30)
    if not given_alike(one.given, other.given):
        return None
    return Reason("spelling", shown, 50 if exact or alike(one.family, other.family) else 40)


def _other_name(one: Person, other: Person) -> list[Reason] | None:
    """Somebody who took another family name is known by the rest: given name and number, or given name and address."""
    if one.given and other.given and plain(one.given) == plain(other.given) and len(plain(one.given)) > 1:
        return [Reason("same-given", one.given, 15)]
    return None


def _mailbox(one: Person, other: Person) -> list[Reason]:
    """Two shared mailboxes are one when they belong to one organisation and say the same before the @."""
    locals_of = [{email.partition("@")[0] for email in each.emails} for each in (one, other)]
    if plain(one.name) != plain(other.name) and not _houses_of(one) & _houses_of(other):
        return []
    same = locals_of[0] & locals_of[1]
    return [Reason("same-mailbox", min(same), 45)] if same else []


def _marks(one: Person, other: Person) -> Iterator[Reason]:
    """What two records share besides their names."""
    yield from _phone(one, other)
    yield from _email(one, other)
    if same := sorted(_houses_of(one) & _houses_of(other)):
        yield Reason("same-organisation", same[0], 20)
    elif near := next((b for _a, a in one.houses for _b, b in other.houses if alike(a, b)), ""):
        yield Reason("near-organisation", near, 12)
    elif same := sorted(set(one.postcodes) & set(other.postcodes) - {""}):
        yield Reason("same-postcode", same[0], 8)
    elif one.has_left != other.has_left:
        yield Reason("has-left", (one if one.has_left else other).houses[0][1], 15)


def _houses_of(person: Person) -> set[str]:
    return {name for _id, name in person.houses}


def _phone(one: Person, other: Person) -> Iterator[Reason]:
    same = sorted(set(one.phones) & set(other.phones))
    if same:
        mobile = next((number for number in same if number.startswith("+316")), "")
        yield Reason("same-mobile", mobile, 35) if mobile else Reason("same-phone", same[0], 10)


def _email(one: Person, other: Person) -> Iterator[Reason]:
    """The strongest of what two addresses share."""
    family = bones(one.family).lstrip("aeiou")
    found = [reason for mine in one.emails for theirs in other.emails for reason in _addresses(mine, theirs, family)]
    if found:
        yield max(found, key=lambda reason: reason.points)


def _addresses(mine: str, theirs: str, family: str) -> Iterator[Reason]:
    """What is before the @ says little when it is the family name, which was counted already."""
    local, _, domain = mine.partition("@")
    other_local, _, other_domain = theirs.partition("@")
    if domain == other_domain:
        near = DamerauLevenshtein.distance(local, other_local, score_cutoff=1) <= 1
        if near and min(len(local), len(other_local)) >= _LONG_LOCAL:
            yield Reason("near-address", theirs, 25)
        elif domain not in FREE_DOMAINS:
            yield Reason("same-domain", domain, 8)
    elif local == other_local and local not in DESKS:
        same_house = domain.partition(".")[0] == other_domain.partition(".")[0]
        if same_house or not family or not bones(local).endswith(family):
            yield Reason("same-local", theirs, 20)
    elif domain.rpartition(".")[0] == other_domain.rpartition(".")[0] and domain not in FREE_DOMAINS:
        yield Reason("near-domain", other_domain, 8)
