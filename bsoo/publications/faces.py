"""One text, three faces: what a reader of a level gets, and nothing of a higher level. Pure.

A block never goes out further than its own level. A title of an agenda item above the reader's level becomes its
number. The public face names organisations, never persons; the network face names who promised something. Who was
there is for the public a number (Chatham House Rule): people speak freely when their presence is not published.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, NotRequired, TypedDict

from bsoo.meetings.models import TextLevel
from bsoo.minutes.levels import is_readable
from bsoo.minutes.models import BlockKind


@dataclass(frozen=True, slots=True)
class Promise:
    """The action in a block."""

    code: str
    person: str = ""
    organisation: str = ""
    named: str = ""
    """An owner who is in no register; a word of everybody's, such as "coordinator", is no person."""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    kind: BlockKind
    level: TextLevel
    text: str
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    title: str
    level: TextLevel
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was written down about a meeting."""

    region: str
    slug: str
    year: int
    quarter: int
    on: date
    starts: time
    ends: time
    venue: str
    summary: str
    items: tuple[Item, ...]
    organisations: tuple[str, ...] = ()
    people: int = 0
    """How many were there, walk-ins included."""
    names: tuple[str, ...] = field(default=())
    """Who was there by name; the internal face only."""


class BlockFace(TypedDict):
    kind: str
    text: str
    code: str
    owner: str
    due_on: str


class ItemFace(TypedDict):
    number: int
    title: str
    """Empty when the title is of a higher level."""
    blocks: list[BlockFace]


class MinutesFace(TypedDict):
    """What a page and a PDF of minutes are made of; plain JSON."""

    kind: Literal["minutes"]
    level: str
    region: str
    slug: str
    year: int
    quarter: int
    on: str
    starts: str
    ends: str
    venue: str
    in_brief: list[str]
    items: list[ItemFace]
    organisations: list[str]
    """Who was there; empty for the public."""
    seats: NotRequired[int]
    """How many organisations were there; older versions only name them."""
    people: int
    names: list[str]


EVERYBODYS_WORDS = frozenset(
    {"coördinator", "coordinator", "voorzitter", "chair", "notulist", "allen", "iedereen", "everyone", "gemeente"}
)
"""Owners that name no person and no organisation of the register."""


def face(record: Record, level: TextLevel) -> MinutesFace:
    """The minutes as a reader of this level gets them."""
    items = [_item(item, level) for item in record.items]
    return {
        "kind": "minutes",
        "level": str(level),
        "region": record.region,
        "slug": record.slug,
        "year": record.year,
        "quarter": record.quarter,
        "on": record.on.isoformat(),
        "starts": record.starts.strftime("%H:%M"),
        "ends": record.ends.strftime("%H:%M"),
        "venue": record.venue,
        "in_brief": [line for line in (each.strip(" -•*\t") for each in record.summary.splitlines()) if line],
        "items": [item for item in items if item["blocks"]],
        "organisations": [] if level is TextLevel.PUBLIC else sorted(set(record.organisations), key=str.casefold),
        "seats": len(set(record.organisations)),
        "people": record.people,
        "names": sorted(record.names, key=str.casefold) if level is TextLevel.INTERNAL else [],
    }


def _item(item: Item, level: TextLevel) -> ItemFace:
    return {
        "number": item.number,
        "title": item.title if is_readable(item.level, level) else "",
        "blocks": [_block(line, level) for line in item.lines if is_readable(line.level, level)],
    }


def _block(line: Line, level: TextLevel) -> BlockFace:
    promise = line.promise
    return {
        "kind": str(line.kind),
        "text": line.text,
        "code": promise.code if promise else "",
        "owner": _owner(promise, level) if promise else "",
        "due_on": promise.due_on.isoformat() if promise and promise.due_on else "",
    }


def _owner(promise: Promise, level: TextLevel) -> str:
    """Who promised it: for the public the organisation, for partners and staff also the person."""
    if level is TextLevel.PUBLIC:
        everybodys = promise.named if promise.named.casefold() in EVERYBODYS_WORDS else ""
        return promise.organisation or everybodys
    return ", ".join(name for name in (promise.person or promise.named, promise.organisation) if name)


def texts(content: MinutesFace) -> list[tuple[str, str]]:
    """Every text that people typed, with its place: "in-brief", or the number of the agenda item."""
    found = [("in-brief", line) for line in content["in_brief"]]
    for item in content["items"]:
        found.append((str(item["number"]), item["title"]))
        found += [(str(item["number"]), block["text"]) for block in item["blocks"]]
    return found


def persons_in(content: MinutesFace, names: Iterable[str]) -> list[tuple[str, str]]:
    """The known persons (of at least two words) whom a text mentions, with the place; for the public face."""
    typed = [(place, text.casefold()) for place, text in texts(content)]
    known = {name for name in names if len(name.split()) > 1}
    return [(place, name) for name in sorted(known) for place, text in typed if name.casefold() in text]


def canonical(content: Mapping[str, object]) -> bytes:
    """The same content is the same bytes: sorted keys, no white space, UTF-8 (as RFC 8785 does for these types)."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()
