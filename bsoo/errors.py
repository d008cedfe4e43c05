"""What can go wrong in the domain, in words that the reader can act on."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self


class DomainError(Exception):
    """A rule of the domain says no; the edge turns it into an answer."""


class NotFound(DomainError):
    """It is not there, or this reader may not know that it is."""


class NotAllowed(DomainError):
    """The reader sees it but may not do this."""


class Refused(DomainError):
    """The input cannot be accepted; `errors` maps the field ("" for the whole form) to a translated sentence."""

    def __init__(self, message: str = "", field: str = "", errors: Mapping[str, str] | None = None) -> None:
        self.errors: dict[str, str] = dict(errors) if errors is not None else {field: message}
        super().__init__("; ".join(self.errors.values()))


class Misfit(Refused):
    """What was typed does not fit its form; each sentence is about "this", so it needs the name of its field."""


class Conflict(Refused):
    """Somebody else changed it in between; nothing was overwritten."""


class Tried:
    """What somebody tried with a form: what they typed, and the refusal that ended the block, if one did.

    with Tried(typed) as tried, attempt(db):
        action(db, actor, typed.check(Form))
    if tried.refusal:
        return _page(request, db, actor, tried=tried)
    """

    def __init__(self, typed: Mapping[str, Any] | None = None) -> None:  # Any: a text, or a list of them
        self.typed = typed or {}
        self.refusal: Refused | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, mistake: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.refusal = mistake if isinstance(mistake, Refused) else None
        return self.refusal is not None

    @property
    def errors(self) -> Mapping[str, str]:
        """A sentence per field; empty when nothing was refused."""
        return self.refusal.errors if self.refusal else {}

    def at(self, field: str) -> Self:
        """The same refusal, shown at another field."""
        if self.refusal:
            self.refusal = Refused(str(self.refusal), field)
        return self


UNTRIED = Tried()
"""A page that somebody opens, before they try anything."""
