"""What somebody asks of the open data: filters that add up, and pages in the envelope of HSDS. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bsoo.exports.hsds import Record, theme_id
from bsoo.exports.offers import Offer
from bsoo.text import fold

MOST = 100
USUAL = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of HSDS that we know; what is empty or not clear leaves everything."""

    search: str = ""
    modified_after: str = ""
    taxonomy_term_id: str = ""
    organization_id: str = ""


def matching(offers: Sequence[Offer], asked: Asked) -> list[Offer]:
    since = _moment(asked.modified_after)
    return [
        offer
        for offer in offers
        if all(word in _searched(offer) for word in fold(asked.search).split())
        and (since is None or offer.changed_at > since)
        and asked.taxonomy_term_id in ("", theme_id(offer.theme))
        and asked.organization_id in ("", str(offer.house.id))
    ]


def houses(offers: Sequence[Offer], search: str = "") -> list[Offer]:
    """One offer of each organisation whose name is looked for, by that name."""
    words = fold(search).split()
    named = {offer.house.id: offer for offer in offers if all(word in fold(offer.house.name) for word in words)}
    return sorted(named.values(), key=lambda offer: (fold(offer.house.name), offer.house.id))


def page(records: Sequence[Record], number: int, size: int) -> Record:
    """One page; a number behind the last page is an empty page, as the specification has it."""
    total = len(records)
    pages = max(1, -(-total // size))
    contents = list(records[(number - 1) * size : number * size])
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _searched(offer: Offer) -> str:
    return fold(" ".join((*offer.name.values(), *offer.description.values(), offer.house.name)))


def _moment(written: str) -> datetime | None:
    """A day or a moment (ISO 8601); without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
