"""A real Postfix on the loopback address, with settings and a queue of its own; and its test server smtp-sink."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

DAEMONS = Path("/usr/lib/postfix/sbin")
MISSING = "needs Postfix (Debian: apt install postfix) and root"
STARTS_WITHIN = 20.0

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard
smtpd_error_sleep_time = 0
in_flow_delay = 0
smtpd_hard_error_limit = {errors_allowed}
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate}
smtpd_recipient_restrictions = check_recipient_access inline:{{{rcpt}}}, permit_mynetworks, reject
smtpd_data_restrictions = check_recipient_access inline:{{{data}}}
smtpd_end_of_data_restrictions = check_recipient_access inline:{{{end}}}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
"""

Refusals = dict[str, dict[str, str]]
"""Stage (rcpt, data, end) -> recipient -> reply."""


def is_here() -> bool:
    return shutil.which("postfix") is not None and DAEMONS.exists() and os.geteuid() == 0


@contextmanager
def postfix(
    refusals: Refusals, certificate: Path, errors_allowed: int = 1000, *, main: str = "", master: str = ""
) -> Iterator[int]:
    """Its port, while the block runs. What it takes it throws away, unless more lines say otherwise."""
    with tempfile.TemporaryDirectory(prefix="bsoo-postfix-") as name:
        folder, port = Path(name), _free_port()
        folder.chmod(0o755)
        for part in ("conf", "queue", "data"):
            (folder / part).mkdir()
        shutil.chown(folder / "data", "postfix")
        chain = shutil.copy(certificate, folder / "chain.pem")
        stages = {stage: _table(refusals.get(stage, {})) for stage in ("rcpt", "data", "end")}
        facts = {"folder": folder, "daemons": DAEMONS, "certificate": chain, "errors_allowed": errors_allowed}
        (folder / "conf" / "main.cf").write_text(MAIN.format(**facts, **stages) + main)
        (folder / "conf" / "master.cf").write_text(MASTER.format(port=port) + master)
        _run("-c", str(folder / "conf"), "start")
        try:
            _wait_for(port)
            yield port
        finally:
            _run("-c", str(folder / "conf"), "stop")


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """Postfix's smtp-sink: `-q .` cuts the line after a message, `-q data` before, `-Q .` says 421, `-w 1` is slow."""
    port = _free_port()
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    process = subprocess.Popen([program, "-u", "nobody", *options, f"127.0.0.1:{port}", "100"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _table(replies: dict[str, str]) -> str:
    return ", ".join(f"{{ {recipient} = {reply} }}" for recipient, reply in replies.items()) or "{ nobody@here = OK }"


def _run(*arguments: str) -> None:
    subprocess.run(["/usr/sbin/postfix", *arguments], check=True, capture_output=True)


def _free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait_for(port: int) -> None:
    until = monotonic() + STARTS_WITHIN
    while monotonic() < until:
        with closing(socket.socket()) as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise RuntimeError("it did not start")
