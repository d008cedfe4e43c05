"""Two languages: English source strings, a complete Dutch catalogue, read from .po files at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("nl", "en")
DEFAULT = "nl"
FOLDER = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language in force: "nl" or "en"."""
    return _language.get()


def speak(wanted: str) -> None:
    """Use a language for the rest of this context; anything unknown becomes the default."""
    _language.set(wanted if wanted in LANGUAGES else DEFAULT)


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Use a language inside a block, for a letter or a page of somebody else."""
    token = _language.set(wanted if wanted in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(text: str, **values: object) -> str:
    """The text in the language in force, with %(name)s filled in."""
    return catalogue(language()).gettext(text) % values


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The singular or plural text; %(num)s is the number."""
    return catalogue(language()).ngettext(one, many, num) % {"num": num, **values}


def N_(text: str) -> str:  # noqa: N802 -- the name that extraction tools know
    """Mark a text for the catalogue here and translate it where it is shown."""
    return text


@cache
def catalogue(wanted: str) -> NullTranslations:
    """The compiled catalogue of a language: all areas' .po files together; English is the source itself."""
    files = sorted((FOLDER / wanted / "LC_MESSAGES").glob("*.po"))
    if not files:
        return NullTranslations()
    merged = Catalog(locale=wanted)
    for file in files:
        with file.open("rb") as handle:
            for message in read_po(handle, locale=wanted):
                if message.id and message.string and not message.fuzzy:
                    merged.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def install(environment: Any) -> None:  # Any: a jinja2.Environment, which only the renderers may import
    """Give a template environment the same functions as Python code."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(_raw, _raw_plural, newstyle=True)


def _raw(text: str) -> str:
    return catalogue(language()).gettext(text)


def _raw_plural(one: str, many: str, num: int) -> str:
    return catalogue(language()).ngettext(one, many, num)
