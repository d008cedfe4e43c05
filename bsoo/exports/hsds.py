"""Services as Open Referral HSDS 3.0 (docs.openreferral.org): organisations, services, addresses, hours. Pure.

What has no value is left out: an empty text would say that it is empty. Sub-records get a UUIDv5 of the record they
belong to, so that the same registry always gives the same file.
"""

from datetime import UTC, datetime
from itertools import groupby
from typing import TypeAlias
from uuid import UUID, uuid5

from bsoo import i18n
from bsoo.exports.municipalities import municipality
from bsoo.exports.offers import House, Offer, Visit
from bsoo.i18n import gettext as _
from bsoo.registry.values import shown_phone
from bsoo.services import hours
from bsoo.services.words import EVERYBODY

VERSION = "3.0"
PROFILE = "https://docs.openreferral.org/en/3.0/hsds/"

Record: TypeAlias = dict[str, "str | int | bool | Record | list[Record]"]


def service(offer: Offer, *, full: bool = True) -> Record:
    """A service; `full` adds everything that belongs to it, else it is a line of the list."""
    facts: Record = {
        "id": str(offer.id),
        "organization_id": str(offer.house.id),
        "name": offer.name["nl"],
        "alternate_name": offer.name["en"] if offer.name["en"] != offer.name["nl"] else "",
        "description": _both(offer.description),
        "url": offer.website,
        "email": offer.email,
        "status": "temporarily closed" if offer.is_paused else "active",
        "application_process": _both(offer.note),
        "eligibility_description": ", ".join(offer.for_whom["nl"]) or _in_dutch(EVERYBODY),
        "assured_date": offer.checked_on.isoformat() if offer.checked_on else "",
        "last_modified": _moment(offer.changed_at),
        "organization": organization(offer.house, offer.region),
    }
    return _told(facts | _belongings(offer)) if full else _told(facts)


def organization(house: House, region: str) -> Record:
    """An organisation with at least one public service; never its people, nor where it sits."""
    with i18n.speaking("nl"):
        kind = _("%(kind)s in %(region)s", kind=house.kind["nl"], region=region)
    facts: Record = {
        "id": str(house.id),
        "name": house.name,
        "alternate_name": ", ".join(house.aliases),
        "description": kind,
        "website": house.website,
    }
    return _told(facts)


def organization_in_full(house: House, region: str) -> Record:
    """The same with its number in the trade register."""
    number: list[Record] = [
        {
            "id": _part(house.id, "kvk"),
            "organization_id": str(house.id),
            "identifier_scheme": "NL-KVK",
            "identifier_type": "KVK",
            "identifier": house.kvk,
        }
    ]
    return organization(house, region) | ({"organization_identifiers": number} if house.kvk else {})


# --- what belongs to a service ----------------------------------------------------------------------------------------


def _belongings(offer: Offer) -> Record:
    own = str(offer.id)
    phones: list[Record] = [
        {"id": _part(offer.id, f"phone:{number}"), "service_id": own, "number": shown_phone(number)}
        for number in offer.phones
    ]
    areas: list[Record] = [{"id": _part(offer.id, "area"), "service_id": own, "name": offer.region}]
    languages: list[Record] = [
        {"id": _part(offer.id, f"language:{code}"), "service_id": own, "name": name, "code": code}
        for code, name in zip(offer.languages, offer.spoken["en"], strict=True)
    ]
    return {
        "phones": phones,
        "schedules": _schedules(offer),
        "service_areas": areas,
        "service_at_locations": _places(offer),
        "languages": languages,
        "attributes": [_theme(offer)],
    }


def _schedules(offer: Offer) -> list[Record]:
    """One schedule for all days with the same hours; local time, because a weekly hour has no fixed distance to UTC."""
    by_time = sorted(offer.spans, key=lambda span: (span.opens, span.closes))
    found: list[Record] = []
    for (opens, closes), spans in groupby(by_time, key=lambda span: (span.opens, span.closes)):
        days = sorted((span.day for span in spans), key=hours.DAYS.index)
        record: Record = {
            "id": _part(offer.id, f"schedule:{opens}-{closes}"),
            "service_id": str(offer.id),
            "freq": "WEEKLY",
            "wkst": "MO",
            "byday": ",".join(day.upper() for day in days),
            "opens_at": opens,
            "closes_at": closes,
        }
        found.append(record)
    return found


def _places(offer: Offer) -> list[Record]:
    if offer.visit is None:
        return []
    location_id = _part(offer.id, "location")
    location: Record = {
        "id": location_id,
        "location_type": "physical",
        "name": f"{offer.visit.street}, {offer.visit.place}",
        "addresses": _addresses(offer.id, location_id, offer.visit),
    }
    own = {"id": _part(offer.id, "at-location"), "service_id": str(offer.id), "location_id": location_id}
    return [{**own, "location": _told(location)}]


def _addresses(service_id: UUID, location_id: str, visit: Visit) -> list[Record]:
    """HSDS wants postcode and province; without them the name of the location says where it is."""
    place = municipality(visit.place)
    if place is None or not visit.postcode:
        return []
    address: Record = {
        "id": _part(service_id, "address"),
        "location_id": location_id,
        "address_1": visit.street,
        "city": visit.place,
        "state_province": place.province.name,
        "postal_code": visit.postcode,
        "country": "NL",
        "address_type": "physical",
    }
    return [address]


def _theme(offer: Offer) -> Record:
    term_id = theme_id(offer.theme)
    term: Record = {
        "id": term_id,
        "code": offer.theme,
        "name": offer.theme_name["nl"],
        "description": offer.theme_name["en"],
        "taxonomy": "BSOO",
        "language": "nl",
    }
    return {
        "id": _part(offer.id, "theme"),
        "link_id": str(offer.id),
        "link_entity": "service",
        "link_type": "theme",
        "taxonomy_term_id": term_id,
        "taxonomy_term": term,
    }


_THEMES = UUID("7d1b9d6e-3f35-5a0b-9d43-5c9b8ad1c3f1")
"""The space of names of our themes; any fixed value would do."""


def theme_id(code: str) -> str:
    return _part(_THEMES, code)


def _part(record: UUID, name: str) -> str:
    return str(uuid5(record, name))


def _both(texts: dict[str, str]) -> str:
    """Dutch, and the English under it when there is one."""
    return "\n\n".join(dict.fromkeys(filter(None, (texts["nl"], texts["en"]))))


def _in_dutch(text: str) -> str:
    with i18n.speaking("nl"):
        return _(text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _told(record: Record) -> Record:
    return {name: value for name, value in record.items() if value not in ("", [])}
