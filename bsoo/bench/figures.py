"""One measured thing beside its limit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `limit` in `unit`; `ratio` as the aim counts it, and whether the aim is met."""

    name: str
    ours: float
    limit: float
    unit: str
    ratio: float
    aim: str
    met: bool
    clients: int = 0
    p95: float | None = None
    cpu: float | None = None
    """CPU milliseconds of the server for one request, over all its processes."""
    limit_cpu: float | None = None

    def facts(self) -> dict[str, str | float | bool | None]:
        """The figure for a machine."""
        return {
            "benchmark": self.name,
            "clients": self.clients or None,
            "ours": round(self.ours, 2),
            "limit": round(self.limit, 2),
            "unit": self.unit,
            "p95_ms": _rounded(self.p95),
            "cpu_ms": _rounded(self.cpu),
            "limit_cpu_ms": _rounded(self.limit_cpu),
            "ratio": round(self.ratio, 2),
            "aim": self.aim,
            "met": self.met,
        }

    def cells(self) -> tuple[str, ...]:
        """The figure for a table."""
        return (
            self.name,
            str(self.clients or ""),
            _short(self.ours),
            _short(self.limit),
            self.unit,
            _short(self.p95),
            _short(self.cpu),
            _short(self.limit_cpu),
            f"{self.ratio:.2f}",
            self.aim,
            "ok" if self.met else "MISSED",
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _short(value: float | None) -> str:
    """Three digits that matter, or all before the point."""
    if value is None:
        return "–"
    return f"{value:.{max(0, 3 - len(str(int(value))))}f}"
