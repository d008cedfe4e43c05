"""What stays when two contacts turn out to be one who was invited, or noted, twice for a meeting. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bsoo.meetings.models import Answer, Presence

Row = Mapping[str, object]

_NEVER = datetime.min.replace(tzinfo=UTC)

_WEIGHT = {
    Presence.PRESENT: 3,
    Presence.LEFT_EARLY: 3,
    Presence.WALK_IN: 3,
    Presence.EXCUSED: 2,
    Presence.ABSENT: 1,
    Presence.EXPECTED: 0,
}


def invitation(kept: Row, lost: Row) -> dict[str, object]:
    """An answer wins over silence and the later answer over the earlier; all answers are kept as they came."""
    counts = max(kept, lost, key=_answered)
    names = ("answer", "answered_at", "answer_sequence", "colleague_name", "colleague_email")
    still_invited = kept["uninvited_at"] is None or lost["uninvited_at"] is None
    return {
        **{name: counts[name] for name in names},
        "organisation_id": counts["organisation_id"] or kept["organisation_id"] or lost["organisation_id"],
        "stands_in_for": kept["stands_in_for"] or lost["stands_in_for"],
        "uninvited_at": None if still_invited else max(_moment(kept, "uninvited_at"), _moment(lost, "uninvited_at")),
        "invited_at": min(_moment(kept, "invited_at"), _moment(lost, "invited_at")),
        "viewed_at": min((each["viewed_at"] for each in (kept, lost) if each["viewed_at"]), default=None, key=str),
        **{name: max(int(str(kept[name])), int(str(lost[name]))) for name in ("reminded", "sequence_ahead")},
    }


def attendance(kept: Row, lost: Row) -> dict[str, object]:
    """Who was seen was there; else who sent word, else what was noted last."""
    counts = max(kept, lost, key=_seen)
    return {
        **{name: counts[name] for name in ("presence", "online", "noted_at")},
        **{name: counts[name] or kept[name] or lost[name] for name in ("organisation_id", "name", "organisation_name")},
    }


RULES = {"invitation": invitation, "attendance": attendance}


def _answered(row: Row) -> tuple[bool, datetime]:
    return row["answer"] is not Answer.SILENT, _moment(row, "answered_at")


def _seen(row: Row) -> tuple[int, datetime]:
    return _WEIGHT[Presence(str(row["presence"]))], _moment(row, "noted_at")


def _moment(row: Row, name: str) -> datetime:
    value = row[name]
    return value if isinstance(value, datetime) else _NEVER
