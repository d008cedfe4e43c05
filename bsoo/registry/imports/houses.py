"""The organisations that a list names: found, made, or completed with what the list says of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bsoo import clock
from bsoo.registry import words
from bsoo.registry.finding import searching
from bsoo.registry.imports import vocabulary
from bsoo.registry.imports.changes import Changes, Difference, Values
from bsoo.registry.imports.hearing import Heard
from bsoo.registry.imports.known import House, Known
from bsoo.registry.imports.listed import Row, organisation_key
from bsoo.registry.models import Sector
from bsoo.registry.values import folded
from bsoo.terms.models import Vocabulary


class Houses:
    """The organisations of one list in one region."""

    def __init__(
        self,
        known: Known,
        region_id: UUID,
        region_name: str,
        changes: Changes,
        ids: Iterator[UUID],
        answers: Mapping[str, str],
    ) -> None:
        self.known, self.region_id, self.region_name = known, region_id, region_name
        self.changes, self.ids, self.answers = changes, ids, answers
        self.by_key: dict[str, House] = {}
        self.differences: dict[str, Heard] = {}

    def of(self, row: Row) -> House | None:
        """The organisation that a row names, if any."""
        return self.by_key.get(organisation_key(row.organisation)) if row.organisation else None

    def changed_by(self, row: Row) -> Heard:
        """What the list changes about the organisation of a row; told once, at the first row that names it."""
        heard = self.differences.pop(organisation_key(row.organisation), None) if row.organisation else None
        return heard or Heard({})

    def settle(self, rows: Sequence[Row]) -> None:
        """Gather per organisation what its rows say (the first word wins, themes add up) and find or make it once."""
        told: dict[str, _Told] = {}
        for row in rows:
            if row.counts and row.organisation and (key := organisation_key(row.organisation)):
                if key not in told:
                    told[key] = _Told(row.organisation, row.key)
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
            sector=facts.sector or words.sector_of(facts.name, self.known.listed) or Sector.OTHER,
            street=facts.street,
            postcode=facts.postcode,
            place=facts.city,
            website=facts.website,
            kvk=facts.kvk,
            themes=facts.themes,
            notes=vocabulary.noted("", facts.kept),
            in_region=True,
        )
        self.changes.add(
            "organisation",
            *(house.id, house.name, key[:200], house.sector, house.street, house.postcode, house.place),
            *(house.website, house.kvk, house.themes, house.notes),
        )
        house.listed = facts.listed()
        house.does = searching.text_of_new(self.known.listed, house.sector, house.themes, house.notes)
        self._bring_here(house)
        return house

    def _bring_here(self, house: House) -> None:
        house.region_row = next(self.ids)
        self.changes.add("organisation_region", house.region_row, house.id, self.region_id, house.listed)

    def _compare(self, house: House, facts: "_Told") -> Heard:
        """One of this region takes what the list says anew; one that is only elsewhere keeps what it has."""
        listed, heard = self.known.listed, Heard(house.listed, self.answers.get(facts.first))
        values: Values = {}
        if not house.in_region:
            house.listed = facts.listed()
            self._bring_here(house)
            heard.found.append(Difference("region", "", self.region_name))
        for name, after in facts.said().items():
            before: str = getattr(house, name)
            if heard.takes(name, before, after, only_empty=not house.in_region):
                values[name] = after
        if facts.sector and house.sector == Sector.OTHER != facts.sector:
            heard.found.append(Difference("sector", "", listed.name(Vocabulary.SECTOR, facts.sector)))
            values["sector"] = facts.sector
        if more := [code for code in facts.themes if code not in house.themes]:
            heard.found.append(Difference("themes", "", ", ".join(listed.names(Vocabulary.THEME, more))))
            values["themes"] = [*house.themes, *more]
        if fresh := vocabulary.not_yet(heard.last.get("kept", ""), facts.kept):
            values |= hear_kept(heard, house.notes, fresh)
        if values:
            self.changes.set("organisation", house.id, **values, updated_at=clock.now())
        if house.in_region and house.region_row and heard.listed != house.listed:
            self.changes.set("organisation_region", house.region_row, listed=heard.listed)
        return heard


def hear_kept(heard: Heard, notes: str, fresh: Sequence[str]) -> Values:
    """Put words that we have none for into the notes; the next list does not put them there again."""
    heard.said["kept"] = "\n".join(filter(None, [heard.last.get("kept", ""), *fresh]))
    longer = vocabulary.noted(notes, fresh)
    if longer == notes:
        return {}
    heard.found.append(Difference("notes", "", ", ".join(each.partition(":")[2] for each in fresh)))
    return {"notes": longer}


@dataclass(slots=True)
class _Told:
    """What the rows of one organisation say about it."""

    name: str
    first: str
    """The row that names it first."""
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    kvk: str = ""
    sector: str = ""
    themes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Words for which we have none of our own."""

    def listed(self) -> dict[str, str]:
        """What the next list is compared with."""
        return {**self.said(), "kept": "\n".join(self.kept)} if self.kept else self.said()

    def said(self) -> dict[str, str]:
        """The fields that may be edited here as well."""
        fields = (("street", self.street), ("postcode", self.postcode), ("place", self.city))
        more = (("website", self.website), ("kvk", self.kvk))
        return {name: said for name, said in (*fields, *more) if said}

    def hear(self, row: Row) -> None:
        if self.name.isupper() and not row.organisation.isupper():
            self.name = row.organisation
        self.street = self.street or row.street[:200]
        self.postcode = self.postcode or row.postcode[:10]
        self.city = self.city or row.city[:80]
        self.website = self.website or row.website[:300]
        self.kvk = self.kvk or (row.kvk if row.kvk.isdecimal() and len(row.kvk) == _KVK_DIGITS else "")
        self.sector = self.sector or row.sector
        if row.themes:
            self.themes.extend(code for code in row.themes if code not in self.themes)
        if row.kept:
            self.kept.extend(word for word in row.kept if word not in self.kept)


_KVK_DIGITS = 8
