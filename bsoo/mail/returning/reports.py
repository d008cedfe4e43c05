"""Delivery reports that machines write for machines: RFC 3464 inside RFC 6522."""

import re
from collections.abc import Iterator
from email import message_from_string

from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import About, Cause
from bsoo.mail.returning.opening import ADDRESS, MOST_PARTS, Part, fields, header, inside, parts

DONE = {"delivered", "relayed", "expanded"}
"""Actions that say that all went well."""

_KINDS = {"message/delivery-status", "message/global-delivery-status"}


def has_report(message: Part) -> bool:
    return any(part.get_content_type() in _KINDS for part in parts(message))


def reported(message: Part) -> list[About]:
    """The addresses that a report says were not reached, with the server's words; those that were are left out."""
    return [about for block in _recipients(message) if (about := _about(block)) is not None]


def actions(message: Part) -> set[str]:
    """What the report says was done."""
    return {_action(block) for block in _recipients(message)}


def _recipients(message: Part) -> Iterator[Part]:
    for part in parts(message):
        if part.get_content_type() in _KINDS:
            yield from (block for block in _blocks(part) if block.get("Final-Recipient") or block.get("Action"))


def _blocks(part: Part) -> list[Part]:
    """The groups of fields, parted by empty lines."""
    groups = inside(part)
    if len(groups) > 1:
        return groups
    blocks = re.split(r"(?:\r?\n){2,}", fields(part), maxsplit=MOST_PARTS)[:MOST_PARTS]
    return [message_from_string(block.strip()) for block in blocks if block.strip()]


def _about(block: Part) -> About | None:
    action = _action(block)
    if action in DONE:
        return None
    words = _words(block)
    status = header(block, "Status").split(" ")[0]
    original = _address(block, "Original-Recipient")
    address = _address(block, "Final-Recipient") or _address(block, "X-Actual-Recipient") or original
    cause = Cause.DELAYED if action == "delayed" else judge(status, words)
    return About(address, cause, words or status, original)


def _action(block: Part) -> str:
    return header(block, "Action").split(" ")[0].strip(";").lower() or "failed"


def _words(block: Part) -> str:
    """The server's own words, without the "smtp;" that says whose words they are."""
    found = header(block, "Diagnostic-Code") or header(block, "X-Supplementary-Info")
    return re.sub(r"^\s*[\w-]+\s*;\s*", "", found)


def _address(block: Part, name: str) -> str:
    found = ADDRESS.search(header(block, name))
    return found.group().lower() if found else ""
