"""What somebody wrote, without the letter that they answer to."""

import re

_WHO_WROTE = (
    r"[ \t]*(?:op|on|am|le)\b[^\n]{0,200}(?:schreef|wrote|schrieb|a écrit|het volgende geschreven)[^\n]{0,80}"
    r"(?:\n[^\n]{1,80})?:[ \t]*$"
)
_ATTRIBUTION = re.compile(_WHO_WROTE, re.IGNORECASE)
_SAID_BY = re.compile(rf"(?m)^{_WHO_WROTE}", re.IGNORECASE)
_BEGINS = re.compile(
    r"^\s*(?:[-_]{2,}\s*(?:oorspronkelijk bericht|original message|doorgestuurd bericht|forwarded message|"
    r"ursprüngliche nachricht|message d'origine)|\*?(?:van|from|von|de)\s*:\s*\S|_{20,}\s*$|-- ?$)",
    re.IGNORECASE,
)
_HEADERS = re.compile(
    r"^\s*\*?(?:verzonden|sent|gesendet|envoyé|aan|to|datum|date|onderwerp|subject)\s*:", re.IGNORECASE
)
_DEVICE = re.compile(
    r"^\s*(?:verzonden|verstuurd|sent) (?:vanaf|via|vanuit|met|from|with) .{0,60}$|"
    r"^\s*(?:(?:download|get) outlook|outlook (?:voor|for) )",
    re.IGNORECASE,
)
LONGEST = 4000


def own_words(text: str) -> str:
    """The lines above the quote; when somebody answers below it, the lines that are not quoted."""
    lines = text.replace("\r\n", "\n").split("\n")
    above = _trimmed(lines[: _end(lines)])
    return (above or _trimmed([line for line in lines if not line.lstrip().startswith(">")]))[:LONGEST]


def _end(lines: list[str]) -> int:
    for at, line in enumerate(lines):
        if line.lstrip().startswith(">") or _ATTRIBUTION.match(line):
            return at
        if at + 1 < len(lines) and _ATTRIBUTION.match(f"{line} {lines[at + 1].strip()}"):
            return at
        if _BEGINS.match(line) and _is_a_quote(line, lines[at + 1 : at + 4]):
            return at
    return len(lines)


def _is_a_quote(line: str, below: list[str]) -> bool:
    """ "Van: …" begins a quote only when the other headers follow it."""
    has_name = re.match(r"\s*\*?(?:van|from|von|de)\s*:", line, re.IGNORECASE)
    return not has_name or any(_HEADERS.match(one) for one in below)


def _trimmed(lines: list[str]) -> str:
    kept = "\n".join(line.rstrip() for line in lines if not _DEVICE.match(line))
    return re.sub(r"\n{3,}", "\n\n", _SAID_BY.sub("", kept)).strip()
