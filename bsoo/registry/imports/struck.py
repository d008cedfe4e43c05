"""Which rows of an XLSX are struck through: in many lists that says that somebody has left. Pure."""

import re

_FONT = re.compile(rb"<font>.*?</font>|<font/>", re.DOTALL)
_STRIKE = re.compile(rb"""<strike(?:/>| */>| val=["'](?:1|true)["'])""")
_FORMATS = re.compile(rb"<cellXfs[^>]*>(.*?)</cellXfs>", re.DOTALL)
_FORMAT_FONT = re.compile(rb"""<xf [^>]*?fontId=["'](\d+)["']""")


def struck_cell(styles: bytes | bytearray) -> re.Pattern[bytes] | None:
    """What finds the number of the row of each struck-through cell of a sheet; None when no cell can be."""
    fonts = {number for number, font in enumerate(_FONT.findall(styles)) if _STRIKE.search(font)}
    formats = _FORMATS.search(styles)
    if not fonts or formats is None:
        return None
    used = _FORMAT_FONT.findall(formats[1])
    struck = b"|".join(str(number).encode() for number, font in enumerate(used) if int(font) in fonts)
    if not struck:
        return None
    return re.compile(rb"""<c (?=[^>]*\br=["'][A-Z]+(\d+)["'])(?=[^>]*\bs=["'](?:""" + struck + rb""")["'])[^/>]*>""")
