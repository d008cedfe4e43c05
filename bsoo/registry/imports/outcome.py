"""What an import would do with each row of a list: verdicts, differences, words; all that its pages show."""

from collections import Counter
from dataclasses import dataclass

from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.judging import Judged
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.imports.reading import ContactList
from bsoo.registry.models import MemberStatus

_ALWAYS_TOLD = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED, Verdict.DOUBLE, Verdict.PROBLEM)


@dataclass(slots=True)
class Outcome:
    """A list as it was read, and a verdict per row."""

    found: ContactList
    judged: list[Judged]

    @property
    def totals(self) -> dict[str, object]:
        """Rows, verdicts (which add up to the rows), organisations and contacts that the list names."""
        good = [each.row for each in self.judged if each.verdict is not Verdict.PROBLEM]
        return {
            "rows": len(self.judged),
            "verdicts": {
                verdict: count for verdict, count in self.verdicts.items() if count or verdict in _ALWAYS_TOLD
            },
            "organisations": len({organisation_key(row.organisation) for row in good if row.organisation}),
            "contacts": len({row.emails[0] for row in good}),
        }

    @property
    def kept_totals(self) -> dict[str, int]:
        """What the list of earlier imports says."""
        return {**self.verdicts, "rows": len(self.judged)}

    @property
    def verdicts(self) -> dict[str, int]:
        counted = Counter(each.verdict for each in self.judged)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    @property
    def has_unknown_words(self) -> bool:
        return any(word.is_unknown for word in self.found.words)

    def become(self, status: MemberStatus) -> int:
        """How many people who take part already would from now on do so as this."""
        said = ((one.field, one.after) for each in self.judged for one in each.differences)
        return sum(1 for one in said if one == ("status", status))

    @property
    def would_write(self) -> int:
        """How many rows of the list would change something."""
        return sum(1 for each in self.judged if each.verdict is Verdict.NEW or each.differences)
