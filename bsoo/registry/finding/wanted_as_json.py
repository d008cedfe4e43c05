"""The conditions of a saved list as JSON, and back: read strictly, for what is not understood must not widen a list."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import JsonValue

Text = Annotated[str, Field(max_length=200)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Text = ""
    group: Literal["", "invited", "not-invited", "guest", "past", "left"] = ""
    sectors: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    themes: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    houses: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    roles: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    languages: tuple[Literal["nl", "en"], ...] = ()
    trust: tuple[Literal["good", "look", "poor"], ...] = ()
    look: tuple[Literal["bounced", "stale", "no-role", "silent", "no-show"], ...] = ()


def as_json(wanted: Wanted) -> dict[str, JsonValue]:
    """What is asked; where, in which order and which page are not conditions."""
    asked = {name: getattr(wanted, name) for name in _Asked.model_fields}
    return {
        name: [str(one) for one in value] if isinstance(value, tuple) else value
        for name, value in asked.items()
        if value
    }


def from_json(asked: object, region_id: UUID | None) -> Wanted | None:
    """The conditions; None when anything in them is not ours."""
    try:
        checked = _Asked.model_validate(asked)
    except ValidationError:
        return None
    return Wanted(region_id=region_id, **{name: getattr(checked, name) for name in _Asked.model_fields})
