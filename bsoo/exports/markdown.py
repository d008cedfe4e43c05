"""Plain text in a place where Markdown is alive: every sign means itself, a line end stays a line end. Pure."""

import re

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&]")
_LEADING = re.compile(r"^[ \t]+", re.MULTILINE)
_LISTS = re.compile(r"^(\d*)([.)+=-])", re.MULTILINE)
"""What makes a list or a heading of a line when it stands in front."""


def plain(text: str) -> str:
    """The text so that no heading, list, table, link, code or HTML can come of it."""
    return _LISTS.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", _LEADING.sub("", text.strip())))
