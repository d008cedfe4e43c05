"""Servers in processes of their own, and how much CPU they use."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter, sleep

PROC = Path("/proc")
STARTS_WITHIN = 120.0


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def running(
    arguments: Sequence[str], port: int, surroundings: Mapping[str, str], command: Sequence[str] | None = None
) -> Iterator[int]:
    """Run a Python module (or a program) as a server while the block runs; gives its process id once it answers."""
    wanted = command or [sys.executable, "-m", *arguments]
    process = subprocess.Popen(wanted, env={**os.environ, **surroundings})  # noqa: S603 -- our own modules, or Postfix's
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def cpu_seconds(pid: int) -> float | None:
    """The CPU time of a process and all below it so far; None where the system does not tell."""
    if not (PROC / str(pid) / "stat").exists():
        return None
    ticks = sum(_ticks(one) for one in [pid, *_descendants(pid)])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, new = [], [pid]
    while new:
        new = [child for parent in new for child in children.get(parent, [])]
        found += new
    return found


def _stat(pid: int) -> list[str]:
    """The fields of proc(5)'s stat that follow the name, which may hold spaces itself."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = perf_counter() + STARTS_WITHIN
    while perf_counter() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        with closing(socket.socket()) as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise RuntimeError("the server did not start")
