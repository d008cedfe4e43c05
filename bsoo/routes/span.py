"""Which part of a long list is on the page."""

from dataclasses import dataclass

from bsoo.mail.desk import ROWS


@dataclass(frozen=True, slots=True)
class Span:
    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // ROWS)

    @property
    def first(self) -> int:
        return (self.page - 1) * ROWS + 1

    @property
    def last(self) -> int:
        return min(self.page * ROWS, self.total)
