"""The five tables of a region that the Red Cross' public app helpful-information reads. Pure.

The app finds a column by the first header that contains its tag, and a key of its page by the first cell that contains
it; so a tag that is the beginning of another one stands before it, and no key is left out, for the app then reads a row
by its number instead. Every cell is a text; the fields that the app shows as Markdown are escaped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from babel.dates import format_date

from bsoo import i18n
from bsoo.exports.helpful_page import referral_page
from bsoo.exports.markdown import plain
from bsoo.exports.offers import Offer
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry.values import shown_phone
from bsoo.services import hours
from bsoo.signals.themes import first_themes
from bsoo.text import slug_of

NEW_FOR = timedelta(days=30)
"""How long a change stands among the recent ones."""

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Category:
    """A group of themes, which the app shows as one tile."""

    id: int
    slug: str
    name: str
    themes: tuple[str, ...]


CATEGORIES = (
    Category(1, "onderdak-en-eten", N_("Shelter, food and money"), ("onderdak", "voedsel", "geld")),
    Category(2, "gezondheid", N_("Health"), ("medische-zorg", "psychische-gezondheid")),
    Category(3, "recht", N_("Rights and residence"), ("rechten", "detentie", "terugkeer")),
    Category(4, "gezin-school-werk", N_("Family, school and work"), ("gezinnen", "onderwijs", "arbeid")),
    Category(5, "veiligheid", N_("Safety"), ("veiligheid", "uitbuiting", "discriminatie")),
    Category(6, "informatie", N_("Information and more"), ("informatie", "samenwerking", "anders")),
)
_OF_THEME = {theme: category for category in CATEGORIES for theme in category.themes}
_NUMBER = {theme: number for number, theme in enumerate(first_themes(), 1)}
_NEW_THEMES = 100
"""Numbers of themes that an administrator added begin above this; each is made of its code, for places change."""


TABLES = ("Referral Page", "Categories", "Sub-Categories", "Offers", "Q&As")
"""As the app asks for them."""


def sheet(region_slug: str, language: str) -> str:
    """The name of a region's sheet: the Dutch one is called as the region, others carry their language."""
    return region_slug if language == i18n.DEFAULT else f"{region_slug}.{language}"


def tables(offers: Sequence[Offer], region: str, language: str, today: date) -> dict[str, Table]:
    """The tables by the names that the app asks for."""
    with i18n.speaking(language):
        return {
            "Referral Page": referral_page(region, language, today),
            "Categories": _categories(offers),
            "Sub-Categories": _sub_categories(offers, language),
            "Offers": _offers(offers, language),
            "Q&As": _questions(offers, language, today),
        }


def _categories(offers: Sequence[Offer]) -> Table:
    used = {_category(offer).id for offer in offers}
    header = ["#ID", "#NAME", "#SLUG", "#VISIBLE", "#DESCRIPTION", "#ICON"]
    return [
        header,
        *([str(one.id), _(one.name), one.slug, "Show", "", ""] for one in CATEGORIES if one.id in used),
    ]


def _sub_categories(offers: Sequence[Offer], language: str) -> Table:
    header = ["#CATEGORY", "#ID", "#NAME", "#SLUG", "#VISIBLE", "#DESCRIPTION", "#ICON"]
    themes = {offer.theme: offer for offer in offers}
    return [
        header,
        *(
            [str(_category(one).id), _number(one), one.theme_name[language], slug_of(one.theme), "Show", "", ""]
            for one in sorted(themes.values(), key=lambda one: one.theme_position)
        ),
    ]


_OFFER = """
#SUBCATEGORY #CATEGORY #CHAPTER #ID #VISIBLE #SLUG #NAME #DESCRIPTION #ICON #PHONENUMBERS #EMAILS #WEBURLS
#ADDRESS #OPENWEEK #OPENWEEKEND #NEEDTOKNOW #MOREINFO
"""


def _offers(offers: Sequence[Offer], language: str) -> Table:
    slugs = _slugs(offers, language)
    rows = [
        [
            _number(offer),
            str(_category(offer).id),
            "",
            str(_short_id(offer)),
            "Show",
            slugs[offer.id.hex],
            f"{offer.name[language]} – {offer.house.name}",
            plain(offer.description[language]),
            "",
            "\n".join(map(shown_phone, offer.phones)),
            offer.email,
            offer.website,
            plain(_address(offer)),
            _open(offer, weekend=False),
            _open(offer, weekend=True),
            plain("\n".join(_to_know(offer, language))),
            plain(_checked(offer, language)),
        ]
        for offer in offers
    ]
    return [_OFFER.split(), *rows]


_QUESTION = "#SUBCATEGORY #CATEGORY #VISIBLE #HIGHLIGHT #SLUG #PARENT #QUESTION #ANSWER #UPDATED"


def _questions(offers: Sequence[Offer], language: str, today: date) -> Table:
    """A question for each service, for the app searches in questions only; a recent change is among the news."""
    slugs = _slugs(offers, language)
    rows = [
        [
            _number(offer),
            str(_category(offer).id),
            "Show",
            "Yes" if today - offer.changed_at.date() <= NEW_FOR else "No",
            slugs[offer.id.hex],
            "",
            _("%(service)s of %(organisation)s: what, where and when?", **_called(offer, language)),
            plain("\n".join(_answer(offer, language))),
            max(offer.changed_at.date(), offer.checked_on or date.min).isoformat(),
        ]
        for offer in offers
    ]
    return [_QUESTION.split(), *rows]


def _called(offer: Offer, language: str) -> dict[str, str]:
    return {"service": offer.name[language], "organisation": offer.house.name}


def _answer(offer: Offer, language: str) -> Iterator[str]:
    yield offer.description[language]
    if offer.visit:
        yield _address(offer).replace("\n", ", ")
    yield from hours.shown(offer.spans)
    yield from _to_know(offer, language)
    yield ", ".join([*map(shown_phone, offer.phones), *filter(None, (offer.email, offer.website))])


def _address(offer: Offer) -> str:
    visit = offer.visit
    return f"{visit.street}\n{visit.postcode} {visit.place}".replace("\n ", "\n") if visit else ""


def _open(offer: Offer, *, weekend: bool) -> str:
    spans = [span for span in offer.spans if (span.day in hours.WEEKEND) is weekend]
    return plain("\n".join(hours.shown(spans)))


def _to_know(offer: Offer, language: str) -> Iterator[str]:
    if offer.is_paused:
        yield _("Closed for some time.")
    if offer.for_whom[language]:
        yield _("For: %(groups)s", groups=", ".join(offer.for_whom[language]))
    if offer.languages:
        yield _("Languages: %(languages)s", languages=", ".join(offer.spoken[language]))
    if offer.note[language]:
        yield offer.note[language]


def _checked(offer: Offer, language: str) -> str:
    if offer.checked_on is None:
        return ""
    return _("Last checked on %(day)s", day=format_date(offer.checked_on, "d MMMM y", locale=language))


# --- numbers and addresses --------------------------------------------------------------------------------------------


def _category(offer: Offer) -> Category:
    return _OF_THEME.get(offer.theme, CATEGORIES[-1])


def _number(offer: Offer) -> str:
    """The number of a theme, which never changes."""
    return str(_NUMBER.get(offer.theme, _NEW_THEMES + crc32(offer.theme.encode())))


def _short_id(offer: Offer) -> int:
    """A number that JavaScript can hold, out of the part of the id that is drawn by chance."""
    return offer.id.int % (1 << 48) or 1


def _slugs(offers: Sequence[Offer], language: str) -> dict[str, str]:
    """An address per service; of two that would have the same one, both carry a piece of their id."""
    wished = {offer.id.hex: slug_of(f"{offer.name[language]} {offer.house.name}") for offer in offers}
    taken = list(wished.values())
    return {key: f"{slug}-{key[-8:]}".strip("-") if taken.count(slug) > 1 else slug for key, slug in wished.items()}
