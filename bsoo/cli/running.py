"""Running the product: the demo, the server, the tests, the timetable and the benchmarks."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bsoo import installation, jobs, testing
from bsoo.cli.ready import AsJson, read_settings, ready, refusing
from bsoo.db import Database
from bsoo.errors import NotFound

WORKER_START_SECONDS = 60
"""How long a server process may take to import everything before it counts as stuck."""


def demo(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8000,
    data: Annotated[Path, typer.Option(help="Folder of the demo; filled when it is empty.")] = Path("demo-data"),
    fresh: Annotated[bool, typer.Option(help="Begin again with new demo data.")] = False,
) -> None:
    """Run the whole product with a living demo network and a mailbox page."""
    from bsoo.demo import running  # noqa: PLC0415 -- the server's packages are only needed here

    with refusing():
        running.run(port, data, fresh)


def test(context: typer.Context) -> None:
    """Run every test: unit, web, property, both databases, browser. Arguments go to pytest."""
    raise typer.Exit(testing.run(context.args))


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    migrate: Annotated[bool, typer.Option(help="Bring the tables to the newest version first.")] = False,
) -> None:
    """Run the product for real; the database is changed only with --migrate."""
    import uvicorn  # noqa: PLC0415 -- the server's packages are only needed here

    with refusing():
        settings = read_settings()
        installation.secret_of(settings)
        installation.prepare(settings, Database(settings.database), migrate=migrate)
    # No access log: addresses of personal pages are keys, and a key must never stand in a log.
    uvicorn.run(
        "bsoo.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        timeout_worker_healthcheck=WORKER_START_SECONDS,
        forwarded_allow_ips=settings.trusted_proxies,
        log_level=settings.log_level,
    )


def run(name: Annotated[str, typer.Argument(help="The name of the job; `jobs` lists them.")]) -> None:
    """Run one job of the timetable now."""
    with ready() as (database, settings):
        job = jobs.job(name)
        if job is None:
            raise NotFound(f"There is no job {name}. The jobs are: {', '.join(one.name for one in jobs.JOBS)}.")
        typer.echo(f"{job.name}: {job.work(database, settings)}")


def timetable(as_json: AsJson = False) -> None:
    """Show the timetable."""
    for job in jobs.JOBS:
        facts = {"name": job.name, "when": job.when, "why": job.why}
        typer.echo(json.dumps(facts) if as_json else f"{job.name:18} {job.when:18} {job.why}")


def bench(
    name: Annotated[str, typer.Argument(help="One benchmark; none means all.")] = "", as_json: AsJson = False
) -> None:
    """Measure what must be fast, each as a ratio to the plain limit in the same run."""
    from bsoo import bench as benchmarks  # noqa: PLC0415 -- starts servers; only needed here

    raise typer.Exit(benchmarks.run(name, as_json))
