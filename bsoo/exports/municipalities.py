"""Dutch municipalities by name: the code of Statistics Netherlands (CBS), and the province with its ISO 3166-2 code.

Some forty of the 342, the larger ones; a place that is not among them keeps its name and has no codes.
"""

from typing import NamedTuple

from bsoo.text import fold


class Province(NamedTuple):
    """A province and its ISO 3166-2 code."""

    name: str
    code: str


class Municipality(NamedTuple):
    """A municipality and its CBS code."""

    name: str
    code: str
    province: Province


_PROVINCES: dict[str, tuple[str, str]] = {
    "NL-DR": ("Drenthe", "Assen GM0106, Emmen GM0114"),
    "NL-FL": ("Flevoland", "Almere GM0034, Lelystad GM0995"),
    "NL-FR": ("Fryslân", "Leeuwarden GM0080"),
    "NL-GE": ("Gelderland", "Apeldoorn GM0200, Arnhem GM0202, Ede GM0228, Nijmegen GM0268"),
    "NL-GR": ("Groningen", "Groningen GM0014"),
    "NL-LI": ("Limburg", "Heerlen GM0917, Maastricht GM0935, Venlo GM0983"),
    "NL-NB": (
        "Noord-Brabant",
        "Breda GM0758, Eindhoven GM0772, Helmond GM0794, 's-Hertogenbosch GM0796, Tilburg GM0855",
    ),
    "NL-NH": (
        "Noord-Holland",
        "Alkmaar GM0361, Amstelveen GM0362, Amsterdam GM0363, Haarlem GM0392, Haarlemmermeer GM0394, Hilversum GM0402, "
        "Purmerend GM0439, Zaanstad GM0479",
    ),
    "NL-OV": ("Overijssel", "Deventer GM0150, Enschede GM0153, Zwolle GM0193"),
    "NL-UT": ("Utrecht", "Amersfoort GM0307, Utrecht GM0344"),
    "NL-ZE": ("Zeeland", "Middelburg GM0687, Vlissingen GM0718"),
    "NL-ZH": (
        "Zuid-Holland",
        "Delft GM0503, Dordrecht GM0505, 's-Gravenhage GM0518, Leiden GM0546, Rotterdam GM0599, Zoetermeer GM0637",
    ),
}

_KNOWN = {
    fold(name): Municipality(name, code, Province(province, iso))
    for iso, (province, listed) in _PROVINCES.items()
    for name, code in (entry.rsplit(" ", 1) for entry in listed.split(", "))
}
_OTHER_NAMES = {"den haag": "'s-gravenhage", "den bosch": "'s-hertogenbosch"}


def municipality(name: str) -> Municipality | None:
    """The municipality that is called so."""
    said = fold(name.strip())
    return _KNOWN.get(_OTHER_NAMES.get(said, said))
