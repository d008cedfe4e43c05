"""Page templates that speak one language: their words are put in when they are compiled, not on every page.

A list page says a thousand words, most of them the same on each row. Looked up at each place they were a third of the
page's CPU; in a template of its own per language they are text like all the rest of it.
"""

import re
from typing import Any, TypeGuard

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from bsoo import i18n


class SpokenEnvironment(Environment):
    """A template environment for one language. The texts of our catalogue are trusted, what is filled in is escaped."""

    def __init__(self, language: str, **options: Any) -> None:  # Any: what jinja2.Environment takes
        super().__init__(**options, extensions=["jinja2.ext.i18n"])
        self.newstyle_gettext = True  # {% trans %} hands over what it fills in
        self.language = language
        self.globals.update({"_": self.gettext, "gettext": self.gettext, "ngettext": self.ngettext})

    def gettext(self, text: str, /, **values: object) -> Markup:
        return _filled(i18n.catalogue(self.language).gettext(text), values)

    def ngettext(self, one: str, many: str, num: int, /, **values: object) -> Markup:
        return _filled(i18n.catalogue(self.language).ngettext(one, many, num), {"num": num, **values})

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """The hook that jinja2 offers between reading a template and compiling it."""
        return super()._generate(_Speaker(self).visit(source), name, filename, defer_init)


def _filled(text: str, values: dict[str, object]) -> Markup:
    return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704 -- our own catalogue


_GAP = re.compile(r"%\((\w+)\)s|%%")


class _Speaker(NodeTransformer):
    """Puts the translation in the place of each `_("text")` and `_("text %(name)s", name=...)`."""

    def __init__(self, environment: SpokenEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- the name that jinja2 looks for
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_" | "gettext"),
                args=[nodes.Const(value=str(text))],
                kwargs=given,
                dyn_kwargs=None,
            ):
                values = {one.key: one.value for one in given}
                translated = i18n.catalogue(self._environment.language).gettext(text)
                if values.keys() >= {gap[1] for gap in _GAP.finditer(translated)} - {None}:
                    return _spoken(translated, values, node.lineno)
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 -- as above
        """What is only printed need not be joined first; a part that is trusted says that all of it is escaped."""
        self.generic_visit(node)
        node.nodes = [part for one in node.nodes for part in (one.nodes if _is_spoken(one) else [one])]
        return node


def _spoken(text: str, values: dict[str, nodes.Expr], line: int) -> nodes.Expr:
    """The text with what is filled in, which jinja2 escapes where it joins them to what is trusted."""
    parts: list[nodes.Expr] = []
    end = 0
    for gap in _GAP.finditer(text):
        parts.append(_trusted(text[end : gap.start()], line))
        parts.append(values[gap[1]] if gap[1] else _trusted("%", line))
        end = gap.end()
    parts.append(_trusted(text[end:], line))
    return nodes.Concat(parts, lineno=line) if end else parts[0]


def _is_spoken(node: nodes.Expr) -> TypeGuard[nodes.Concat]:
    return isinstance(node, nodes.Concat) and any(
        isinstance(part, nodes.Const) and isinstance(part.value, Markup) for part in node.nodes
    )


def _trusted(text: str, line: int) -> nodes.Const:
    return nodes.Const(Markup(text), lineno=line)  # noqa: S704 -- our own catalogue
