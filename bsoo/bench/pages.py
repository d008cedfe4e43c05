"""Pages under load, each beside a bare route that reads the same rows, by turns in the same run."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bsoo.bench import bare, data, servers
from bsoo.bench.client import Load, load
from bsoo.bench.figures import Figure
from bsoo.clock import today
from bsoo.db import Database
from bsoo.quarters import Quarter
from bsoo.routes.edge import SESSION_COOKIE

SECONDS, REPEATS = 1.0, 3
MOST_TIMES_THE_LIMIT = 3.0
MOST_CPU = 10.0
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the product, a text that must be on it, and its bare route."""

    name: str
    path: str
    text: str
    bare: str
    bare_text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A running server."""

    port: int
    pid: int
    cookie: str = ""


def pages() -> tuple[Page, ...]:
    """What a coordinator opens."""
    quarter = Quarter.of(today().fromordinal(today().toordinal() + 18)).slug
    return (
        Page("home", "/vandaag", "Noor", "/home", "Samira"),
        Page("network, 2,000 contacts", "/netwerk", "Samira49 ", "/network", "Samira49 "),
        Page("meeting, 431 invited", f"/overleggen/amsterdam/{quarter}", "Ankerplaats", "/meeting", "Samira1 "),
        Page("signals, 10,000", "/signalen", "langer op een plek", "/signals", "langer op een plek"),
        Page("trends, 10,000 signals", "/trends", "Onderdak", "/trends", "onderdak"),
    )


def measure(folder: Path) -> Iterator[Figure]:
    """Each page with one client and with sixteen, over two processes."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    cookie = f"{SESSION_COOKIE}={data.make(Database(url))}"
    with ExitStack() as stack:
        ours = Site(*_serve(stack, folder, url), cookie)
        limit = Site(*_serve_bare(stack, url))
        for clients in (1, 16):
            for page in pages():
                yield _compare(page, ours, limit, clients)


def _serve(stack: ExitStack, folder: Path, url: str) -> tuple[int, int]:
    port = servers.free_port()
    surroundings = {
        "BSOO_DATA": str(folder),
        "BSOO_DATABASE_URL": url,
        "BSOO_BASE_URL": f"http://127.0.0.1:{port}",
        "BSOO_JOBS": "false",
        "BSOO_THREADS": str(bare.THREADS),
        "BSOO_LOG_LEVEL": "warning",
    }
    arguments = ["uvicorn", "bsoo.app:from_environment", "--factory", "--host", "127.0.0.1", "--port", str(port)]
    arguments += ["--workers", str(bare.PROCESSES), "--no-access-log", "--no-server-header", "--log-level", "warning"]
    arguments += ["--timeout-worker-healthcheck", str(bare.STARTS_WITHIN)]
    return port, stack.enter_context(servers.running(arguments, port, surroundings))


def _serve_bare(stack: ExitStack, url: str) -> tuple[int, int]:
    port = servers.free_port()
    return port, stack.enter_context(servers.running(["bsoo.bench.bare", str(port)], port, {bare.DATABASE: url}))


def _compare(page: Page, ours: Site, limit: Site, clients: int) -> Figure:
    """The two take turns, so that a busy machine is busy for both. CPU is the least of the repeats, else medians."""
    _warm_up(page, ours, limit, clients)
    mine: list[tuple[Load, float | None]] = []
    plain: list[tuple[Load, float | None]] = []
    for _ in range(REPEATS):
        mine.append(_one(ours, page.path, page.text, clients))
        plain.append(_one(limit, page.bare, page.bare_text, clients))
    cpu, limit_cpu = _least(mine), _least(plain)
    rate = median(measured.rate for measured, _ in mine)
    limit_rate = median(measured.rate for measured, _ in plain)
    ratio = cpu / limit_cpu if cpu is not None and limit_cpu else limit_rate / rate
    return Figure(
        name=page.name,
        clients=clients,
        ours=rate,
        limit=limit_rate,
        unit="requests/s",
        p95=median(measured.percentile(0.95) for measured, _ in mine),
        cpu=cpu,
        limit_cpu=limit_cpu,
        ratio=ratio,
        aim=f"<= {MOST_TIMES_THE_LIMIT:.0f}",
        met=ratio <= MOST_TIMES_THE_LIMIT and (cpu is None or cpu <= MOST_CPU),
    )


def _warm_up(page: Page, ours: Site, limit: Site, clients: int) -> None:
    load(ours.port, page.path, ours.cookie, page.text, clients, SECONDS / 3)
    load(limit.port, page.bare, "", page.bare_text, clients, SECONDS / 3)


def _one(site: Site, path: str, text: str, clients: int) -> tuple[Load, float | None]:
    before = servers.cpu_seconds(site.pid)
    measured = load(site.port, path, site.cookie, text, clients, SECONDS)
    after = servers.cpu_seconds(site.pid)
    if before is None or after is None:
        return measured, None
    return measured, (after - before) * 1000 / len(measured.latencies)


def _least(runs: list[tuple[Load, float | None]]) -> float | None:
    return min((cpu for _, cpu in runs if cpu is not None), default=None)
