"""Which rows of an XLSX are struck through: in many lists that says that somebody has left. Pure."""

import re

_FONT = re.compile(rb"<font>.*?</font>|<font/>", re.DOTALL)
_STRIKE = re.compile(rb"""<strike(?:/>| */>| val=["'](?:1|true)["'])""")
_FORMATS = re.compile(rb"<cellXfs[^>]*>(.*?)</cellXfs>", re.DOTALL)
_FORMAT_FONT = re.compile(rb"""<xf [^>]*?fontId=["'](\d+)["']""")


def struck_rows(styles: bytes, parts: dict[str, bytes]) -> dict[int, frozenset[int]]:
    """Per sheet the rows with a struck-through cell; only for sheets that are numbered in the order of the workbook."""
    fonts = {number for number, font in enumerate(_FONT.findall(styles)) if _STRIKE.search(font)}
    formats = _FORMATS.search(styles)
    if not fonts or formats is None:
        return {}
    used = _FORMAT_FONT.findall(formats[1])
    struck = b"|".join(str(number).encode() for number, font in enumerate(used) if int(font) in fonts)
    if not struck:
        return {}
    cell = re.compile(rb"""<c (?=[^>]*\br=["'][A-Z]+(\d+)["'])(?=[^>]*\bs=["'](?:""" + struck + rb""")["'])[^/>]*>""")
    numbered = {f"xl/worksheets/sheet{place + 1}.xml": place for place in range(len(parts))}
    return {
        place: frozenset(int(row) for row in cell.findall(parts[name]))
        for name, place in numbered.items()
        if name in parts
    }
