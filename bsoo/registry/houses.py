"""The organisations that a list names: found, made, or completed with what the list says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bsoo import clock
from bsoo.registry import words
from bsoo.registry.changes import Changes, Difference, Values
from bsoo.registry.known import House, Known
from bsoo.registry.listed import Row, organisation_key
from bsoo.registry.models import Sector
from bsoo.registry.values import folded


class Houses:
    """The organisations of one list in one region."""

    def __init__(self, known: Known, region_id: UUID, region_name: str, changes: Changes, ids: Iterator[UUID]) -> None:
        self.known, self.region_id, self.region_name = known, region_id, region_name
        self.changes, self.ids = changes, ids
        self.by_key: dict[str, House] = {}
        self.differences: dict[str, list[Difference]] = {}

    def of(self, row: Row) -> House | None:
        """The organisation that a row names, if any."""
        return self.by_key.get(organisation_key(row.organisation)) if row.organisation else None

    def changed_by(self, row: Row) -> list[Difference]:
        """What the list changes about the organisation of a row; told once, at the first row that names it."""
        return self.differences.pop(organisation_key(row.organisation), []) if row.organisation else []

    def settle(self, rows: Sequence[Row]) -> None:
        """Gather per organisation what its rows say (the first word wins, themes add up) and find or make it once."""
        told: dict[str, _Told] = {}
        for row in rows:
            if row.fault is None and row.organisation and (key := organisation_key(row.organisation)):
                if key not in told:
                    told[key] = _Told(row.organisation)
                told[key].hear(row)
        for key, facts in told.items():
            house = self._find(key, facts)
            if house is None:
                self.by_key[key] = self._make(key, facts)
            else:
                self.by_key[key] = house
                self.differences[key] = self._compare(house, facts)

    def _find(self, key: str, facts: "_Told") -> House | None:
        """The organisation of that name in this region; else one elsewhere, unless it is in another town."""
        for house in self.known.houses.get(key, ()):
            if house.in_region or not house.place or not facts.city or folded(house.place) == folded(facts.city):
                return house
        return None

    def _make(self, key: str, facts: "_Told") -> House:
        house = House(
            id=next(self.ids),
            name=facts.name,
            sector=facts.sector or words.sector_of(facts.name) or Sector.OTHER,
            street=facts.street,
            postcode=facts.postcode,
            place=facts.city,
            website=facts.website,
            kvk=facts.kvk,
            themes=facts.themes,
            in_region=True,
        )
        self.changes.add(
            "organisation",
            *(house.id, house.name, key[:200], house.sector, house.street, house.postcode, house.place),
            *(house.website, house.kvk, house.themes),
        )
        self._bring_here(house)
        return house

    def _bring_here(self, house: House) -> None:
        self.changes.add("organisation_region", next(self.ids), house.id, self.region_id)

    def _compare(self, house: House, facts: "_Told") -> list[Difference]:
        """An organisation of this region takes what the list says; one that is only elsewhere keeps what it has."""
        found: list[Difference] = []
        values: Values = {}
        if not house.in_region:
            self._bring_here(house)
            found.append(Difference("region", "", self.region_name))
        for name, after in (
            ("street", facts.street),
            ("postcode", facts.postcode),
            ("place", facts.city),
            ("website", facts.website),
            ("kvk", facts.kvk),
        ):
            before: str = getattr(house, name)
            if after and after != before and (house.in_region or not before):
                found.append(Difference(name, before, after))
                values[name] = after
        if facts.sector is not None and house.sector is Sector.OTHER and facts.sector is not Sector.OTHER:
            found.append(Difference("sector", "", facts.sector))
            values["sector"] = facts.sector
        if more := [code for code in facts.themes if code not in house.themes]:
            found.append(Difference("themes", "", ", ".join(more)))
            values["themes"] = [*house.themes, *more]
        if values:
            self.changes.set("organisation", house.id, **values, updated_at=clock.now())
        return found


@dataclass(slots=True)
class _Told:
    """What the rows of one organisation say about it."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    kvk: str = ""
    sector: Sector | None = None
    themes: list[str] = field(default_factory=list)

    def hear(self, row: Row) -> None:
        if self.name.isupper() and not row.organisation.isupper():
            self.name = row.organisation
        self.street = self.street or row.street[:200]
        self.postcode = self.postcode or row.postcode[:10]
        self.city = self.city or row.city[:80]
        self.website = self.website or row.website[:300]
        self.kvk = self.kvk or (row.kvk if row.kvk.isdecimal() and len(row.kvk) == _KVK_DIGITS else "")
        if self.sector is None and row.sector:
            self.sector = words.sector_of(row.sector)
        if row.themes:
            self.themes.extend(code for code in words.theme_codes(row.themes) if code not in self.themes)


_KVK_DIGITS = 8
