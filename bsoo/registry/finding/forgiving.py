"""A typing error is forgiven: who finds nobody under a word gets those whose word is nearly the same, and is told so.

The words to choose from are those of the people whom the reader may see, so that a guess never names anybody else.
Distances are counted here and not in the database: both databases then forgive the same, without an extension.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import exists, literal, union
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import prepared
from bsoo.registry.finding import version
from bsoo.registry.finding.narrowing import Part, conditions, parts
from bsoo.registry.finding.searching import both_names, terms
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Affiliation, Contact, Organisation
from bsoo.registry.rows import columns
from bsoo.registry.values import folded
from bsoo.terms import words as lists
from bsoo.terms.models import Vocabulary

_SHORTEST, _TWO_ERRORS_FROM = 4, 7
_MOST_WORDS = 6
_remembered = version.Remembered[Mapping[str, str]](20)

_SIGNS = str.maketrans(dict.fromkeys("()[],;:/\"'’.", " "))


@dataclass(frozen=True, slots=True)
class Forgiven:
    """What was looked for instead: `wanted` as the list can take it, and each word with the words it became."""

    typed: Wanted
    wanted: Wanted
    words: tuple[tuple[str, tuple[str, ...]], ...]


def forgive(db: Session, actor: Actor, wanted: Wanted) -> Forgiven | None:
    """The nearest words in place of those that nobody has; None when there is nothing near."""
    unknown = _unknown(db, actor, wanted)
    known = _vocabulary(db, actor, wanted.region_id) if unknown else {}
    near = {term: found for term in unknown if (found := _nearest(term, known))}
    if not near or len(near) < len(unknown):
        return None
    again = " ".join("|".join(near[term]) if term in near else term for term in terms(wanted.text))
    words = tuple((term, tuple(known[word] for word in found)) for term, found in near.items())
    return Forgiven(wanted, replace(wanted, text=again, page=1), words)


def _unknown(db: Session, actor: Actor, wanted: Wanted) -> list[str]:
    """The words that nobody has of whom the actor may see, whatever else is asked; one statement."""
    said = [part for part in parts(actor, replace(wanted, group=""), clock.today()) if part.name == "text"]
    said = [part for part in said if len(part.value) >= _SHORTEST and part.value.isalpha()]
    if not said:
        return []
    found = db.execute(columns(*(_somebody(actor, wanted.region_id, part) for part in said))).one()
    return [part.value for part, is_known in zip(said, found, strict=True) if not is_known]


def _somebody(actor: Actor, region_id: UUID | None, part: Part) -> Any:  # Any: a scalar of true or false
    here = parts(actor, Wanted(region_id=region_id), clock.today())[0].holds
    return exists(columns(Contact.id).where(col(Contact.archived_at).is_(None), here, part.holds))


def _nearest(term: str, known: Mapping[str, str]) -> list[str]:
    """The words with the fewest errors: one in a short word, two in a long one; a beginning counts as a word."""
    most = 2 if len(term) >= _TWO_ERRORS_FROM else 1
    found = process.extract(term, list(known), scorer=OSA.distance, score_cutoff=most, limit=_MOST_WORDS)
    least = min((errors for _word, errors, _place in found), default=0)
    return [word for word, errors, _place in found if errors == least]


def _vocabulary(db: Session, actor: Actor, region_id: UUID | None) -> Mapping[str, str]:
    """The words of the people in sight, folded, with how they are written; kept until something changes."""
    return _remembered.get(db, actor, region_id, lambda: _read(db, actor, region_id))


def _read(db: Session, actor: Actor, region_id: UUID | None) -> dict[str, str]:
    said = {text for (text,) in db.execute(_texts(actor, region_id, clock.today()))}
    listed = lists.known(db)
    said |= set(both_names(listed, Vocabulary.SECTOR, listed.of(Vocabulary.SECTOR)))
    words = (word.strip("-&+") for text in said for word in text.translate(_SIGNS).split())
    return {folded(word): word for word in words if len(word) >= _SHORTEST - 1}


@prepared
def _texts(actor: Actor, region_id: UUID | None, today: date) -> Any:  # Any: a union has no type for its columns
    """Each name and role once: far fewer than there are people."""
    here = conditions(actor, Wanted(region_id=region_id), today)
    people = [columns(part).where(*here) for part in (Contact.given_name, Contact.family_name)]
    seats = [
        columns(part)
        .select_from(Contact)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(*here)
        for part in (Affiliation.role, Affiliation.department, Organisation.name)
    ]
    return union(*people, *seats, columns(literal("")))
