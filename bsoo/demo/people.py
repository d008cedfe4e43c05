"""Fictional professionals: who works where, and how well we know them."""

import re
import unicodedata
from dataclasses import dataclass

from bsoo.demo.chance import happens, pick, share, weighted, whole
from bsoo.demo.organisations import Partner
from bsoo.demo.texts import read
from bsoo.registry.models import Sector
from bsoo.registry.people import is_infix, joined

TEAM_SIZES = (1, 2, 2, 3, 3, 3, 4, 5)
MAILBOXES = ("info", "secretariaat", "aanmelden")
NEVER_CONFIRMED, LONG_AGO = 0.03, 0.11


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be written to, as a coordinator knows them."""

    given: str
    infix: str
    family: str
    name: str
    email: str
    phone: str
    role: str
    language: str = "nl"
    is_mailbox: bool = False
    left: bool = False
    invited: bool = True
    confirmed_days_ago: int | None = None
    """None: never."""


def team(partner: Partner, taken: set[str]) -> list[Person]:
    """The people of one organisation; one in six has a shared mailbox as well. `taken` are the names that exist."""
    people = [_person(partner, place, taken) for place in range(pick(TEAM_SIZES, "size", partner.name))]
    if happens(0.16, "mailbox", partner.name):
        people.append(_mailbox(partner))
    return people


def _person(partner: Partner, place: int, taken: set[str]) -> Person:
    key = (partner.name, place)
    english = partner.sector is not Sector.MUNICIPALITY and happens(0.085, "english", *key)
    given, infix, family = _name(english, taken, *key)
    left = place > 0 and happens(0.07, "left", *key)
    return Person(
        given=given,
        infix=infix,
        family=family,
        name=joined(given, infix, family),
        email=f"{_letters(given)[:1]}.{_letters(infix + family)}@{partner.domain}",
        phone=_mobile(*key) if happens(0.8, "phone", *key) else "",
        role=pick(_roles(partner), "role", *key) if happens(0.93, "has role", *key) else "",
        language="en" if english else "nl",
        left=left,
        invited=not left and happens(0.93, "invited", *key),
        confirmed_days_ago=_confirmed(*key),
    )


def _mailbox(partner: Partner) -> Person:
    return Person(
        given="",
        infix="",
        family="",
        name=partner.name,
        email=f"{pick(MAILBOXES, 'box', partner.name)}@{partner.domain}",
        phone="",
        role="algemeen postvak",
        is_mailbox=True,
        invited=happens(0.5, "box invited", partner.name),
        confirmed_days_ago=_confirmed("box", partner.name),
    )


def _roles(partner: Partner) -> list[str]:
    """The roles of this kind of organisation, else those of its sector."""
    roles: dict[str, str] = read("roles")
    kind = partner.name.split()[0].lower()
    return roles.get(kind, roles[partner.sector]).split(", ")


def _name(english: bool, taken: set[str], *key: object) -> tuple[str, str, str]:
    """A name that nobody has yet; at one organisation nobody shares an initial and a family name either."""
    names = read("names")
    weights = {name: of["weight"] for name, of in names.items()}
    for attempt in range(100):
        drawn = (*key, attempt)
        origin = "english" if english else weighted(weights, "origin", *drawn)
        given = pick(names[origin]["given"].split(", "), "given", *drawn)
        infix, family = _parted(pick(names[origin]["family"].split(", "), "family", *drawn))
        short = f"{key[0]}|{given[0]}|{infix} {family}"
        if short not in taken and joined(given, infix, family) not in taken:
            break
    taken.update({short, joined(given, infix, family)})
    return given, infix, family


def _parted(written: str) -> tuple[str, str]:
    """The tussenvoegsel and the rest: "van der", "Meer"."""
    words = written.split()
    end = 0
    while end < len(words) - 1 and words[end][-1].islower() and is_infix(" ".join(words[: end + 1]).replace("’", "'")):
        end += 1
    return " ".join(words[:end]), " ".join(words[end:])


def _letters(written: str) -> str:
    plain = unicodedata.normalize("NFKD", written.replace("ı", "i")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)


def _mobile(*key: object) -> str:
    """06 0000 xxxx: no mobile number in the Netherlands begins with 06 0."""
    return f"+3160000{whole(0, 9999, 'mobile', *key):04}"


def _confirmed(*key: object) -> int | None:
    """Most confirmed within the year; one in twelve longer ago, a few never."""
    drawn = share("confirmed", *key)
    if drawn < NEVER_CONFIRMED:
        return None
    return whole(380, 700, "long ago", *key) if drawn < LONG_AGO else whole(3, 340, "recently", *key)


def has_moved(address: str) -> bool:
    """Whether mail to this address comes back: one in sixty-five left without telling."""
    return happens(0.015, "moved", address.lower())
