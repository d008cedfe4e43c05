"""A test client that looks at every page it fetches, as a reader or a screen reader would."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from starlette.testclient import TestClient

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}
ABOUT_THIS = ("Vul dit in", "Fill this in", "Dit is te lang", "This is too long", "Dit getal", "This number")
"""How sentences begin that say nothing without the name of their field."""
OPTIONAL = re.compile(r"\((mag leeg|may be left empty)\)")
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}


class Page(HTMLParser):
    """The parts of a page that are checked."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles = 0
        self.headings = 0
        self.ids: Counter[str] = Counter()
        self.labels: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.inline: list[str] = []
        self.depth: list[str] = []
        self.references: set[str] = set()
        self.names: list[str] = []
        self.summary: list[tuple[str, str]] = []
        self._in_summary = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.titles += tag == "title" and "svg" not in self.depth
        self.headings += tag == "h1"
        if "id" in found:
            self.ids[found["id"]] += 1
        if "style" in found or any(name.startswith(("on", "hx-on")) for name in found):
            self.inline.append(f"<{tag} {found}>")
        if tag == "label":
            self.labels.add(found.get("for", ""))
        if tag in {"input", "select", "textarea"} and found.get("type") not in UNLABELLED_TYPES:
            self.controls.append(found | ({"wrapped": "yes"} if "label" in self.depth else {}))
        if tag == "form":
            self.forms.append(found)
        if tag in {"label", "legend"} or found.get("role") == "group":
            self.names.append(found.get("aria-label", ""))
        self._in_summary = self._in_summary or found.get("class") == "error-summary"
        if self._in_summary and tag == "li":
            self.summary.append(("", ""))
        if self._in_summary and tag == "a":
            self.summary[-1] = found.get("href", ""), ""
        for name in ("aria-labelledby", "aria-describedby"):
            self.references.update(found.get(name, "").split())
        if tag not in VOID:
            self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.depth and self.depth.pop() != tag:
            pass
        self._in_summary = self._in_summary and tag != "div"

    def handle_data(self, data: str) -> None:
        if {"label", "legend"} & set(self.depth):
            self.names[-1] += data
        if self._in_summary and "li" in self.depth:
            target, words = self.summary[-1]
            self.summary[-1] = target, words + data

    def faults(self) -> list[str]:
        """What is wrong with the page, in words; empty when nothing is."""
        unlabelled = [
            control.get("name", "?")
            for control in self.controls
            if not control.get("wrapped")
            and control.get("id") not in self.labels
            and not control.get("aria-label")
            and not control.get("aria-labelledby")
        ]
        return [
            *([f"{self.titles} titles"] if self.titles != 1 else []),
            *([f"{self.headings} h1 headings"] if self.headings != 1 else []),
            *[f"the id {name} stands {count} times" for name, count in self.ids.items() if count > 1],
            *[f"the field {name} has no label" for name in unlabelled],
            *[
                f"a form without action: {form}"
                for form in self.forms
                if "action" not in form and form.get("method") != "dialog"
            ],
            *[f"inline style or script: {found}" for found in self.inline],
            *[f"a line of the summary that names no field: {line}" for line in self._unnamed()],
            *[f"a reference to #{name}, which is not there" for name in sorted(self.references - set(self.ids))],
        ]

    def _unnamed(self) -> list[tuple[str, str]]:
        """Lines of the summary that do not say of which field they are, or lead nowhere."""
        names = tuple(filter(None, (" ".join(OPTIONAL.sub("", name).split()) for name in self.names)))
        return [
            (target, words)
            for target, words in self.summary
            if (not words.startswith(names) or target[1:] not in self.ids if target else words.startswith(ABOUT_THIS))
        ]


class CheckedClient(TestClient):
    """Sends what a browser of the same site sends, and checks every whole page that comes back."""

    def request(self, method: str, url: Any, **options: Any) -> Any:  # Any: the signature of the client it extends
        headers = {"Sec-Fetch-Site": "same-origin", **(options.pop("headers", None) or {})}
        answer = super().request(method, url, headers=headers, **options)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if is_page and headers.get("HX-Request") != "true" and answer.text.startswith("<!doctype html>"):
            faults = Page(answer.text).faults()
            assert faults == [], f"{method} {url}: {faults}"
        return answer
