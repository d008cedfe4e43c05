"""`python3 -m bsoo COMMAND`: prepare .venv when that is needed, then run COMMAND inside it.

Standard library only, and readable for an old Python, until the packages are there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "bsoo-installed"
RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"  # holds everything of RUN_LOCK too
OLDEST = (3, 11)


def main() -> None:
    """Run here when the packages are here; otherwise prepare .venv and start again in it."""
    if sys.version_info < OLDEST:
        sys.exit(f"bsoo needs Python {'.'.join(map(str, OLDEST))} or newer; this is {sys.version.split()[0]}.")
    lock = DEV_LOCK if sys.argv[1:2] == ["test"] else RUN_LOCK
    if packages_are_here(lock):
        from bsoo.cli import app  # noqa: PLC0415 - its packages may be missing until now

        app(prog_name="python3 -m bsoo")
    else:
        try:
            python = prepare(lock)
        except KeyboardInterrupt:
            sys.exit(130)
        start_again(python)


def packages_are_here(lock: str) -> bool:
    """Without a lock bsoo itself came by pip; .venv has its stamp; another environment must hold what the lock says."""
    if not (ROOT / lock).exists() or (is_venv() and is_current(lock)):
        return True
    return all(is_here(name, version) for name, version in pins(lock))


def is_venv() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def pins(lock: str) -> Iterator[tuple[str, str]]:
    """Name and version of each package that every machine needs; those for some machines only are left to pip."""
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        name, pinned, rest = line.partition("==")
        if pinned and ";" not in rest:
            yield name, rest.split()[0]


def is_here(name: str, version: str) -> bool:
    try:
        return metadata.version(name) == version
    except metadata.PackageNotFoundError:
        return False


def prepare(lock: str = RUN_LOCK) -> Path:
    """Make or mend .venv so that it holds what the lock says; the answer is its Python. Safe to run twice at once."""
    with one_at_a_time():
        if not is_current(lock):
            if importlib.util.find_spec("ensurepip") is None:
                sys.exit("bsoo needs Python's venv module: install it (Debian, Ubuntu: apt install python3-venv).")
            install(lock)
    return venv_python()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the project's folder itself, so that no lock file is left behind. Windows starts without this guard."""
    if os.name == "nt":
        yield
        return
    import fcntl  # noqa: PLC0415 - absent on Windows

    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_current(lock: str) -> bool:
    return STAMP.exists() and fingerprint(lock) in STAMP.read_text(encoding="utf-8").split()


def fingerprint(lock: str) -> str:
    """Changes with the lock and with Python's version: packages of one Python are of no use to the next."""
    content = (ROOT / lock).read_bytes()
    return hashlib.sha256(b"%d.%d\n" % sys.version_info[:2] + content).hexdigest()


def install(lock: str) -> None:
    occasion = "Packages have changed" if STAMP.exists() else "First start"
    say(f"{occasion}: installing {len(list(pins(lock)))} packages into .venv, about half a minute …")
    STAMP.unlink(missing_ok=True)
    make_venv()
    pip = [str(venv_python()), "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", str(ROOT / lock)]
    quiet = ["-qq", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--retries", "5"]
    if subprocess.run([*pip, *quiet], check=False, stdin=subprocess.DEVNULL).returncode:
        sys.exit("bsoo could not install its packages; the reason is above. Mend it and start again.")
    done = [RUN_LOCK, lock] if lock == DEV_LOCK else [lock]
    STAMP.write_text("\n".join(fingerprint(name) for name in done) + "\n", encoding="utf-8")


def make_venv() -> None:
    """Keep a .venv that works for this Python, also one that lost its stamp; replace any other."""
    if venv_works():
        return
    import venv  # noqa: PLC0415 - some systems ship Python without it

    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"bsoo could not make {VENV}: {error}")


def venv_works() -> bool:
    question = f"import sys, pip; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    if not venv_python().exists():
        return False
    return subprocess.run([str(venv_python()), "-c", question], check=False, capture_output=True).returncode == 0


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def start_again(python: Path) -> None:
    """Become the venv's Python: a child would live on when its parent is stopped. Windows cannot, and waits."""
    command = [str(python), "-m", "bsoo", *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(python, command)  # noqa: S606 - our own Python with the arguments we were given


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
