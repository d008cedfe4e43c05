"""The shared list of themes: sixteen and "other", with a definition, examples and what belongs elsewhere."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlmodel import Session, select

from bsoo.signals.models import Theme
from bsoo.terms.first import make_first_terms

OTHER = "anders"
"""What nobody could place; never published as a theme."""

_FILE = Path(__file__).parent / "themes.toml"


@dataclass(frozen=True)
class FirstTheme:
    """A theme as the list begins with it; texts by language."""

    code: str
    icon: str
    name: dict[str, str]
    definition: dict[str, str]
    elsewhere: dict[str, str]
    examples: dict[str, list[str]]


@cache
def first_themes() -> dict[str, FirstTheme]:
    """The list by code, in its order."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["theme"]
    return {row["code"]: FirstTheme(**row) for row in rows}


def make_first_themes(db: Session) -> None:
    """Give an empty installation its themes, and the other lists; what has any is left alone."""
    make_first_terms(db)
    if db.exec(select(Theme.code).limit(1)).first() is not None:
        return
    for position, theme in enumerate(first_themes().values()):
        db.add(
            Theme(
                code=theme.code,
                name_nl=theme.name["nl"],
                name_en=theme.name["en"],
                definition_nl=f"{theme.definition['nl']} {theme.elsewhere['nl']}",
                definition_en=f"{theme.definition['en']} {theme.elsewhere['en']}",
                position=position,
            )
        )
    db.flush()


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme as a form or a page shows it, in the reader's language."""

    code: str
    name: str
    definition: str
    icon: str


def icon_of(code: str) -> str:
    """The icon of a theme; themes that were added later have a plain one."""
    found = first_themes().get(code)
    return found.icon if found else "tag"
