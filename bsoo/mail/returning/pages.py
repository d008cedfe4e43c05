"""Turns an HTML mail into text, without the part that was quoted."""

import re
from html.parser import HTMLParser

BLOCKS = {"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "blockquote", "hr"}
SILENT = {"style", "script", "head", "title"}
QUOTES = re.compile(r"gmail_quote|divRplyFwdMsg|appendonsend|yahoo_quoted|moz-cite-prefix|OLK_SRC_BODY")
"""How mail programs mark what they quote."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.is_over = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(value or "" for name, value in attrs if name in {"id", "class", "type"})
        self.is_over = self.is_over or bool(QUOTES.search(marks)) or (tag == "blockquote" and bool(self._said()))
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT and self._silent > 0
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.is_over and not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _said(self) -> str:
        return "".join(self.pieces).strip()


def text_of_page(page: str) -> str:
    reader = _Reader()
    reader.feed(_without_remarks(page))
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_remarks(page: str) -> str:
    """Without comments, declarations and a tag that never ends, which Python's parser reads again and again."""
    kept, at = [], 0
    while (start := page.find("<!", at)) >= 0:
        kept.append(page[at:start])
        sign = "-->" if page.startswith("<!--", start) else ">"
        end = page.find(sign, start)
        at = end + len(sign) if end >= 0 else len(page)
    whole = "".join(kept) + page[at:]
    tag = whole.find("<", whole.rfind(">") + 1)
    return whole[:tag] if tag >= 0 else whole
