"""Who does what where, as a table with a row of HXL tags under the headers (hxlstandard.org). Pure."""

from collections.abc import Sequence

from bsoo import i18n
from bsoo.exports.municipalities import municipality
from bsoo.exports.offers import Offer
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.services.words import EVERYBODY

COLUMNS: tuple[tuple[str, str], ...] = (
    (N_("Organisation"), "#org+name"),
    (N_("Other name"), "#org+acronym"),
    (N_("Organisation type"), "#org+type"),
    (N_("Theme"), "#sector+name+i_nl"),
    (N_("Theme code"), "#sector+code+v_bsoo"),
    (N_("Province"), "#adm1+name"),
    (N_("Province code (ISO)"), "#adm1+code+v_iso"),
    (N_("Municipality"), "#adm2+name"),
    (N_("Municipality code (CBS)"), "#adm2+code+v_cbs"),
    (N_("Service"), "#activity+name"),
    (N_("For whom"), "#beneficiary+type"),
    (N_("State"), "#status"),
    (N_("Last checked"), "#date+verified"),
)


def table(offers: Sequence[Offer]) -> list[list[str]]:
    """Headers that people read, the tags, then a row for each service; all in Dutch, as the tags say."""
    with i18n.speaking("nl"):
        header = [_(word) for word, _tag in COLUMNS]
        return [header, [tag for _word, tag in COLUMNS], *map(_row, offers)]


def _row(offer: Offer) -> list[str]:
    # The place of the address that everybody may know, else the region: never of one that is confidential.
    said = offer.visit.place if offer.visit else offer.region
    place = municipality(said) or municipality(offer.region)
    return [
        offer.house.name,
        offer.house.aliases[0] if offer.house.aliases else "",
        offer.house.kind["nl"],
        offer.theme_name["nl"],
        offer.theme,
        place.province.name if place else "",
        place.province.code if place else "",
        place.name if place else said,
        place.code if place else "",
        offer.name["nl"],
        ", ".join(offer.for_whom["nl"]) or _(EVERYBODY),
        _("closed for some time") if offer.is_paused else _("running"),
        offer.checked_on.isoformat() if offer.checked_on else "",
    ]
