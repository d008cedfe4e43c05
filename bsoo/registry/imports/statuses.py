"""As what somebody takes part, in the words of lists: lid, gast, oud-lid. Pure."""

import re
from functools import lru_cache

from bsoo.registry.models import MemberStatus
from bsoo.registry.values import folded

_NO_WORD = re.compile(r"[^a-z]+")
_WORDS = {
    MemberStatus.PAST: """
        oud lid, oudlid, ex lid, exlid, voormalig lid, vroeger lid, geen lid meer, lid geweest, oud deelnemer,
        voormalig deelnemer, past, past member, former member, former, ex member
    """,
    MemberStatus.GUEST: """
        gast, gastlid, gastdeelnemer, gast deelnemer, incidenteel, incidentele deelnemer, op uitnodiging, toehoorder,
        introducee, guest, guest member, visitor
    """,
    MemberStatus.MEMBER: """
        lid, vast lid, actief lid, deelnemer, vaste deelnemer, vast, kernlid, member, regular, regular member,
        regular participant, participant, active member
    """,
}
_KNOWN = {" ".join(word.split()): status for status, words in _WORDS.items() for word in words.split(",")}


@lru_cache(maxsize=2_000)
def status_of(said: str) -> MemberStatus | None:
    """What a cell says of it, and only when it says nothing else."""
    return _KNOWN.get(_NO_WORD.sub(" ", folded(said)).strip())
