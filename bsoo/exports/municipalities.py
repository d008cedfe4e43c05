"""Dutch municipalities by name: the code of Statistics Netherlands (CBS), and the province with its ISO 3166-2 code.

HXL asks for both codes of a place, and an address in HSDS has a province: without them nobody could lay our open data
beside other figures. A village is not looked up: a place that is no municipality keeps its name.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from bsoo.text import fold

_FILE = Path(__file__).parent / "municipalities.txt"


class Province(NamedTuple):
    """A province and its ISO 3166-2 code."""

    name: str
    code: str


class Municipality(NamedTuple):
    """A municipality and its CBS code."""

    name: str
    code: str
    province: Province


def municipality(name: str) -> Municipality | None:
    """The municipality that is called so."""
    return _by_name().get(fold(name.strip()))


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All of them, by province."""
    return tuple(dict.fromkeys(_by_name().values()))


@cache
def _by_name() -> dict[str, Municipality]:
    found: dict[str, Municipality] = {}
    province = Province("", "")
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        code, _space, names = line.partition(" ")
        if code.startswith("NL-"):
            province = Province(names, code)
        elif code.isdecimal():
            called = names.split(" | ")
            found |= {fold(name): Municipality(called[0], f"GM{code}", province) for name in called}
    return found
