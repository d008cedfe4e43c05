"""Quoted-printable in pieces (RFC 2045, 6.7): what all letters of a mailing share is encoded once.

Each piece begins on a line of its own after a soft break, so that none depends on what stands before it.
"""

from binascii import b2a_qp
from collections.abc import Iterable

LONGEST_LINE = 76
SOFT_BREAK = "=\n"
_CUT = 70


def quoted(text: str) -> str:
    """Text with line feeds, encoded."""
    return b2a_qp(text.encode(), istext=True).decode("ascii")


def open_ended(encoded: str) -> str:
    """A piece that another may follow."""
    last = encoded.rpartition("\n")[2]
    if not last:
        return encoded
    if len(last) < LONGEST_LINE:
        return encoded + SOFT_BREAK
    cut = last.find("=", _CUT - 2, _CUT)  # a sign in hexadecimals is three characters that stay together
    cut = _CUT if cut < 0 else cut
    return f"{encoded[: len(encoded) - len(last)]}{last[:cut]}{SOFT_BREAK}{last[cut:]}{SOFT_BREAK}"


def joined(pieces: Iterable[str]) -> str:
    """Open-ended pieces as one text; what ends with a soft break ends with nothing."""
    return "".join(pieces).removesuffix(SOFT_BREAK)
