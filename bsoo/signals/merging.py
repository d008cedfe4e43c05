"""What stays when two organisations turn out to be one that said "nothing new" twice. Pure."""

from collections.abc import Mapping

Row = Mapping[str, object]


def nothing_new(kept: Row, lost: Row) -> dict[str, object]:
    """Said twice in a quarter is said once; who said it first is remembered."""
    return {"contact_id": kept["contact_id"] or lost["contact_id"]}


RULES = {"nothing_new": nothing_new}
