"""What a column holds, by its cells: for columns without a telling header, or with one that they belie. Pure."""

import re
from collections.abc import Callable, Sequence

from bsoo.registry import people, values
from bsoo.registry.imports import days
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.values import Cell

_LONGEST_POSTCODE, _SHORTEST_PHONE, _MOST_NAMES = 8, 9, 5
_WEBSITE = re.compile(r"(?:https?://|www\.)\S+|[a-z0-9-]+\.(?:nl|org|com|eu)(?:/\S*)?", re.IGNORECASE)
_STREET = re.compile(r"[^\d,@]{4,}\s\d{1,4}(?:\s?[a-z]{1,3}|-\d+)?", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:stichting|vereniging|gemeente|huisarts\w*|apotheek|kerk|moskee|parochie|diaconie|ggz|ggd|school|praktijk|advocaten|"
    r"advocatenkantoor|inloophuis|opvang|\w+opvang|buurtteam|wijkteam|steunpunt|loket|voedsel\w+|taalhuis|ziekenhuis|centrum|"
    r"leger|kruis|foundation|bureau|raad|politie|kliniek|fonds|organisatie|team|huis)\b",
    re.IGNORECASE,
)


def share(cells: Sequence[Cell], holds: Callable[[str], object]) -> float:
    filled = [said for cell in cells if (said := values.text(cell))]
    return sum(1 for said in filled if holds(said)) / len(filled) if filled else 0.0


_KVK_DIGITS = 8


def by_content(cells: Sequence[Cell]) -> Meaning | None:
    """What a column without a telling header holds; only what most of its cells agree on."""
    rules: tuple[tuple[Meaning, float, Callable[[str], object]], ...] = (
        (Meaning.EMAIL, 0.5, values.addresses),
        (
            Meaning.POSTCODE,
            0.7,
            lambda said: (len(said) <= _LONGEST_POSTCODE and values.postcode(said) != said) or _is_postcode(said),
        ),
        (Meaning.INFIX, 0.9, people.is_infix),
        (Meaning.INVITED, 0.9, lambda said: values.yes_or_no(said) is not None),
        (Meaning.CONFIRMED, 0.8, lambda said: not said.isdecimal() and days.day(said)),
        (Meaning.PHONE, 0.6, lambda said: len(said) >= _SHORTEST_PHONE and values.phones(said)),
        (Meaning.WEBSITE, 0.6, _WEBSITE.fullmatch),
        (Meaning.STREET, 0.7, _STREET.fullmatch),
        (Meaning.ORGANISATION, 0.3, _ORGANISATION.search),
        (Meaning.NAME, 0.7, _looks_like_a_name),
    )
    return next((meaning for meaning, needed, holds in rules if share(cells, holds) >= needed), None)


def _is_postcode(said: str) -> bool:
    return re.fullmatch(r"[1-9]\d{3}\s?[A-Z]{2}", said) is not None


def _looks_like_a_name(said: str) -> bool:
    words = said.split()
    return (
        1 < len(words) <= _MOST_NAMES
        and all(word[0].isupper() or people.is_infix(word) for word in words)
        and not any(sign.isdigit() for sign in said)
    )


def is_a_job(said: str) -> bool:
    """EspoCRM and English lists call somebody's position their title."""
    return not people.are_titles(said)
