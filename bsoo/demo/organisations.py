"""Fictional partner organisations of every sector, with a web address under example.org."""

import re
import unicodedata
from dataclasses import dataclass

from bsoo.demo.chance import pick, shuffled, whole
from bsoo.registry.models import Sector

WORDS: dict[str, tuple[str, ...]] = {
    "amsterdam": (
        "De Kade", "Waterkant", "De Meerpaal", "Noorderlicht", "De Ankerplaats", "Het Sluisje", "De Overtoom",
        "Zuiderster", "De Linde", "Het Baken", "De Veerpont", "Oosterwind", "De Schakel", "Het Kompas", "De Hefbrug",
        "Grachtzicht", "De Zeilmaker", "Het Touw", "De Boeg", "Roerdomp",
    ),
    "almere": (
        "De Polderpoort", "Het Gemaal", "De Wilg", "Zilvermeeuw", "De Dijk", "Het Weerwater", "De Populier",
        "Lepelaar", "De Nieuwe Haven", "Het Eiland", "De Vlinder", "Rietkraag", "De Zonnewijzer", "Het Spoor",
        "De Oase", "Bovenwater", "De Ooievaar", "Het Vaartje", "De Grutto", "Waterlelie",
    ),
    "rotterdam": (
        "De Maasboog", "Het Laadplein", "De Kraan", "Zuidoever", "De Loods", "Het Havenhoofd", "De Stuwadoor",
        "Westerkim", "De Pijler", "Het Dok", "De Trossen", "Riviergezicht", "De Pont", "Het Laantje", "De Waterstoker",
        "Kademuur", "De Singel", "Het Zakhuis", "De Bolder", "Stroomop",
    ),
    "groningen": (
        "De Borg", "Het Wad", "De Terp", "Noordster", "De Turfschuit", "Het Diep", "De Wierde", "Ommeland",
        "De Hanze", "Het Reitdiep", "De Graanschuur", "Martinivogel", "De Rietplas", "Het Veen", "De Klamp",
        "Kwelder", "De Molenaar", "Het Hoge", "De Aar", "Zonnehoek",
    ),
}  # fmt: skip
"""The words that make up names, other ones in each region."""

KINDS: dict[Sector, tuple[str, ...]] = {
    Sector.CARE: (
        "Huisartsenpraktijk", "Apotheek", "Verloskundigen", "Straatdokters", "GGZ", "Tandartspraktijk",
        "Wijkverpleging", "Ziekenhuis", "Consultatiebureau",
    ),
    Sector.SHELTER: (
        "Inloophuis", "Nachtopvang", "Opvanghuis", "Vrouwenhuis", "Dagopvang", "Logeerhuis", "Gezinsopvang",
    ),
    Sector.LEGAL: ("Rechtshulp", "Advocatenkantoor", "Rechtswinkel", "Steunpunt Recht", "Juristencollectief"),
    Sector.MIGRANT_LED: (
        "Vereniging", "Vrouwengroep", "Zelforganisatie", "Jongerengroep", "Oudergroep", "Regenbooggroep",
    ),
    Sector.FAITH: ("Kerk", "Parochie", "Moskee", "Diaconie", "Protestantse gemeente", "Migrantenkerk"),
    Sector.FOOD: ("Voedselpunt", "Buurtkeuken", "Weggeefwinkel", "Kledingpunt"),
    Sector.EDUCATION: ("Taalhuis", "Basisschool", "Schakelklas", "Bibliotheek", "Mbo", "Leerplein"),
    Sector.NGO: ("Steunpunt", "Buurtteam", "Stichting", "Meldpunt", "Maatjesproject", "Jongerenwerk", "Wijkcentrum"),
    Sector.OTHER: ("Studiegroep", "Fonds"),
}  # fmt: skip

HOW_MANY: dict[Sector, int] = {
    Sector.CARE: 30,
    Sector.SHELTER: 18,
    Sector.LEGAL: 13,
    Sector.MIGRANT_LED: 20,
    Sector.FAITH: 16,
    Sector.FOOD: 11,
    Sector.EDUCATION: 14,
    Sector.NGO: 20,
    Sector.OTHER: 3,
}
"""Organisations of a sector in one region, the municipality apart."""

DEPARTMENTS = (
    "Maatschappelijke opvang", "Zorg", "Jeugd", "Onderwijs", "Burgerzaken", "Openbare orde en veiligheid", "Inkomen",
    "Diversiteit", "Dienstverlening", "Wijkteam Noord", "Wijkteam Zuid", "GGD algemene gezondheidszorg",
    "GGD jeugdgezondheid",
)  # fmt: skip

THEMES: dict[Sector, tuple[str, ...]] = {
    Sector.MUNICIPALITY: ("samenwerking", "onderdak", "informatie", "veiligheid", "gezinnen"),
    Sector.CARE: ("medische-zorg", "psychische-gezondheid", "gezinnen"),
    Sector.SHELTER: ("onderdak", "voedsel", "veiligheid", "psychische-gezondheid"),
    Sector.LEGAL: ("rechten", "detentie", "terugkeer", "arbeid"),
    Sector.MIGRANT_LED: ("informatie", "arbeid", "discriminatie", "uitbuiting", "geld"),
    Sector.FAITH: ("voedsel", "psychische-gezondheid", "geld", "onderdak"),
    Sector.FOOD: ("voedsel", "geld", "gezinnen"),
    Sector.EDUCATION: ("onderwijs", "gezinnen", "informatie"),
    Sector.NGO: ("samenwerking", "informatie", "rechten", "uitbuiting", "terugkeer", "detentie"),
    Sector.OTHER: ("samenwerking", "informatie"),
}
"""What an organisation of a sector works on, and so brings signals about."""

STREETS = ("Kadeplein", "Wilgenpad", "Zonnelaan", "Stationsdreef", "Molenhof", "Havenkade", "Lindeplantsoen", "Veerweg")


@dataclass(frozen=True, slots=True)
class Partner:
    """One fictional organisation."""

    name: str
    sector: Sector
    themes: tuple[str, ...]
    domain: str
    street: str
    place: str


def partners(region: str, city: str) -> list[Partner]:
    """The organisations of a region: the departments of its municipality first."""
    departments = [_partner(f"Gemeente {city}, {name}", Sector.MUNICIPALITY, region, city) for name in DEPARTMENTS]
    return departments + [
        _partner(name, sector, region, city)
        for sector, number in HOW_MANY.items()
        for name in _names(region, sector, number)
    ]


def domain_of(name: str) -> str:
    """Inloophuis De Kade lives at inloophuis-de-kade.example.org."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") + ".example.org"


def _names(region: str, sector: Sector, number: int) -> list[str]:
    """Every kind in turn, each with the next word of the region."""
    words = shuffled(WORDS[region], region, sector)
    kinds = KINDS[sector]
    return [f"{kinds[index % len(kinds)]} {words[index % len(words)]}" for index in range(number)]


def _partner(name: str, sector: Sector, region: str, city: str) -> Partner:
    known = THEMES[sector]
    themes = tuple(shuffled(known, "themes", name)[: whole(1, min(3, len(known)), "how many", name)])
    street = f"{pick(STREETS, 'street', name)} {whole(1, 180, 'number', name)}"
    return Partner(name, sector, themes, domain_of(name), street, city)
