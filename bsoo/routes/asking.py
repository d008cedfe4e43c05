"""What the list of people is asked for, as an address or a form says it, and back."""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from fastapi import Request
from sqlmodel import Session

from bsoo.regions import Region
from bsoo.registry.finding.wanted import GROUPS, LANGUAGES, LOOKS, ORDERS, Wanted
from bsoo.registry.keeping.trust import Trust
from bsoo.routes.edge import Typed, clean, page_number
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

_MOST = 20
_LONGEST = 200

Fields = Mapping[str, str | list[str]]


def in_address(request: Request) -> Typed:
    """The query of an address, read as a form is."""
    said: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        said.setdefault(clean(name), []).append(clean(value))
    return Typed(said)


def wanted_of(db: Session, region: Region | None, asked: Typed) -> Wanted:
    """The filters that an address or a form names; what they do not know is left out.

    An address lives longer than its words: what a merged one became is asked instead.
    """
    group, order = asked.get("groep", ""), asked.get("volgorde", "")
    return Wanted(
        text=asked.get("q", "")[:_LONGEST],
        region_id=region.id if region else None,
        group=group if group in GROUPS else "",
        sectors=_living(db, Vocabulary.SECTOR, _several(asked, "soort")),
        themes=_living(db, Vocabulary.THEME, _several(asked, "thema")),
        houses=_ids(asked, "bij"),
        roles=_several(asked, "functie"),
        languages=tuple(language for language in LANGUAGES if language in asked.all("spreekt")),
        trust=tuple(str(level) for level in Trust if level in asked.all("klopt")),
        look=tuple(look for look in LOOKS if look in asked.all("kijk")),
        order=order if order in ORDERS else "",
        page=page_number(asked.get("bladzijde", "1")),
    )


def fields_of(wanted: Wanted) -> Fields:
    """The same as fields of an address or a form; what is not asked has none."""
    return {
        "q": wanted.text,
        "groep": wanted.group,
        "soort": list(wanted.sectors),
        "thema": list(wanted.themes),
        "bij": [str(house) for house in wanted.houses],
        "functie": list(wanted.roles),
        "spreekt": list(wanted.languages),
        "klopt": list(wanted.trust),
        "kijk": list(wanted.look),
        "volgorde": wanted.order,
    }


def without(fields: Fields, name: str, value: str) -> Fields:
    """The fields when one filter is taken away."""
    kept = fields[name]
    return {**fields, name: [one for one in kept if one != value] if isinstance(kept, list) else ""}


def _several(asked: Typed, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:_LONGEST] for value in asked.all(name)[:_MOST] if value))


def _living(db: Session, kind: Vocabulary, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(known(db).living(kind, code) for code in codes))


def _ids(asked: Typed, name: str) -> tuple[UUID, ...]:
    """What is no id is left out, as a filter that nobody knows is."""
    found = []
    for value in _several(asked, name):
        with suppress(ValueError):
            found.append(UUID(value))
    return tuple(found)
