"""Three words on one field: of the last list, of this list, and of the registry. Pure.

What the list says anew goes in; what was edited here stays; where both changed, a person is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bsoo.registry.imports.changes import Answer, Difference


@dataclass(slots=True)
class Heard:
    """What one row of a list changes about one person or organisation."""

    last: Mapping[str, str]
    """What the last list said."""
    answer: str | None = None
    """What a person answered about the clashes of this row."""
    found: list[Difference] = field(default_factory=list)
    clashes: list[Difference] = field(default_factory=list)
    """On which nobody has answered yet; the registry's word stands until then."""
    said: dict[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> dict[str, str]:
        """What the next list is compared with."""
        return {**self.last, **self.said}

    def takes(
        self, name: str, before: str, after: str, *, only_empty: bool = False, key: str = "", shown: str = ""
    ) -> bool:
        """Whether the list's word goes in; `key` is what the field is remembered by, when it has more than one."""
        base = self.last.get(key or name)
        if not after:
            return False
        if only_empty:
            return not before and self._goes_in(name, before, after, key, shown)
        if after in (before, base):
            self.said[key or name] = after
            return False
        if before == (base or ""):
            return self._goes_in(name, before, after, key, shown)
        return self._asks(name, before, after, key, shown)

    def _goes_in(self, name: str, before: str, after: str, key: str, shown: str) -> bool:
        self.said[key or name] = after
        self.found.append(Difference(name, before, shown or after))
        return True

    def _asks(self, name: str, before: str, after: str, key: str, shown: str) -> bool:
        if self.answer == Answer.LIST:
            return self._goes_in(name, before, after, key, shown)
        if self.answer == Answer.OURS:
            self.said[key or name] = after
        else:
            self.clashes.append(Difference(name, before, shown or after))
        return False
