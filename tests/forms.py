"""What a form may hold: the names that routes read, and the texts that pages show."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from html.parser import HTMLParser
from urllib.parse import quote_plus

from fastapi.routing import RouteContext
from pydantic import BaseModel
from sqlmodel import SQLModel

from bsoo.routes.edge import clean


def fields_of(route: RouteContext) -> list[str]:
    """The names that a route reads from forms: the fields of the models it checks, and those it asks for by name."""
    assert route.endpoint is not None
    return _fields_of(route.endpoint)


@cache
def _fields_of(endpoint: Callable[..., object]) -> list[str]:
    return sorted(set(_read_by(endpoint, set())))


def _read_by(function: Callable[..., object], seen: set[object]) -> Iterator[str]:
    """What a function reads, and the functions of its module that it calls."""
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(name))) if re.fullmatch(r"[\w-]+", name):
                yield name
            case ast.Call(func=ast.Attribute(attr="get" | "all"), args=[ast.Constant(value=str(name)), *_]):
                yield name
            case ast.Name(id=name):
                used = vars(inspect.getmodule(function)).get(name)
                if inspect.isclass(used) and issubclass(used, BaseModel) and not issubclass(used, SQLModel):
                    yield from used.model_fields
                elif inspect.isfunction(used) and used.__module__ == function.__module__ and used not in seen:
                    yield from _read_by(used, seen)


def as_sent(typed: Mapping[str, str]) -> str:
    """The body of a form; a long text that stands in every field is quoted once."""
    return "&".join(f"{name}={_quoted(text)}" for name, text in typed.items())


_quoted = lru_cache(20)(quote_plus)


class Forms(HTMLParser):
    """The texts that the forms of a page hold, by the address they are sent to."""

    TEXTS = frozenset({"text", "email", "tel", "url", "search"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.held: dict[str, dict[str, str]] = {}
        self.language = ""
        self._form: dict[str, str] = {}
        self._area: str | None = None
        self.feed(html)

    def lost(self, path: str, typed: Mapping[str, str]) -> list[str]:
        """The texts of a refused form that no longer say what was typed."""
        held = self.held.get(path, {})
        return [name for name, text in typed.items() if name in held and _plain(held[name]) != _plain(text)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "html":
            self.language = found.get("lang", "")
        elif tag == "form":
            self._form = self.held.setdefault(found.get("action", ""), {}) if found.get("method") == "post" else {}
        elif tag == "input" and found.get("type", "text") in self.TEXTS:
            self._form[name] = found.get("value", "")
        elif tag == "textarea":
            self._area, self._form[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "form":
            self._form = {}

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._form[self._area] += data


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in clean(text).strip().split("\n"))
