"""The summary above a refused form: each line names its field as the page does, and leads to it (WCAG 3.3.1).

Read from the finished page, because only there it is certain how a field is called and whether one can get to it.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import Markup

from bsoo.errors import Misfit, Refused
from bsoo.i18n import gettext as _

_LINE = re.compile(r'<li data-field="([^"]*)">(.*?)</li>', re.DOTALL)
_CONTROLS = {"input", "select", "textarea"}
_UNSEEN = {"hidden", "submit", "button", "reset", "image"}
_ASIDE = {"optional", "hint"}
"""Classes of what stands within a label and is not a part of the name."""


def name_fields(html: str, refusal: Refused, path: str) -> str:
    """The page with every line of its summary complete; path is where the refused form was sent to.

    What the form itself says of a field ("Fill this in.") means nothing where the page does not show that field: then
    the page was another one when it was opened.
    """
    fields = _Fields(html)
    told = set[str]()

    def line(found: re.Match[str]) -> str:
        name, sentence = (Markup(part) for part in found.groups())  # noqa: S704 -- the template escaped them
        target, called = fields.find(name.unescape(), path)
        if target:
            called += "" if called.endswith(("?", ".", ":")) else ":"
            return Markup('<li><a href="#{}">{} {}</a></li>').format(target, called, sentence)
        if name and isinstance(refusal, Misfit):
            sentence = Markup.escape(_("This page has changed in the meantime. See what it asks now and try again."))
        is_new = sentence not in told
        told.add(sentence)
        return Markup("<li>{}</li>").format(sentence) if is_new else ""

    return _LINE.sub(line, html)


@dataclass(slots=True)
class _Words:
    """What a label or a legend says; it may still be going on."""

    said: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join("".join(self.said).split())


@dataclass(frozen=True, slots=True)
class _Control:
    form: str
    name: str
    id: str
    kind: str
    around: _Words
    """The label that it stands in or brings along."""
    group: _Words
    """The legend of what it stands in."""


class _Fields(HTMLParser):
    """The fields of a page that can be filled in, and what they are called."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._controls: list[_Control] = []
        self._labels: dict[str, _Words] = {}
        self._form = ""
        self._label = _Words()
        self._legends = [_Words()]
        self._heard: _Words | None = None
        self.feed(html)

    def find(self, name: str, path: str) -> tuple[str, str]:
        """The id of a field and what it is called: in the form that was sent, or else the field with this id."""
        sent = [one for one in self._controls if one.form == path and one.name == name]
        for one in (*sent, *(one for one in self._controls if one.id == name)):
            if one.id and (called := self._name_of(one)):
                return one.id, called
        return "", ""

    def _name_of(self, one: _Control) -> str:
        """Of one of several choices the question, of anything else its label."""
        label = str(self._labels.get(one.id, one.around))
        same = Counter((other.form, other.name) for other in self._controls)[one.form, one.name]
        is_choice = one.kind == "radio" or (one.kind == "checkbox" and same > 1)
        return str(one.group) or label if is_choice else label

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = given.get("action", "").partition("?")[0].partition("#")[0]
        elif tag == "fieldset":
            self._legends.append(_Words())
        elif tag == "legend":
            self._heard = self._legends[-1]
        elif tag == "label":
            self._heard = self._label = self._labels[given.get("for", "")] = _Words()
        elif tag == "span" and _ASIDE & set(given.get("class", "").split()):
            self._heard = None
        elif (tag in _CONTROLS and given.get("type") not in _UNSEEN) or given.get("role") == "group":
            around = _Words([given["aria-label"]]) if "aria-label" in given else self._label
            name, kind = given.get("name", ""), given.get("type", "")
            self._controls.append(_Control(self._form, name, given.get("id", ""), kind, around, self._legends[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "fieldset" and len(self._legends) > 1:
            self._legends.pop()
        elif tag in {"label", "legend"}:
            self._heard, self._label = None, _Words()

    def handle_data(self, data: str) -> None:
        if self._heard is not None:
            self._heard.said.append(data)
