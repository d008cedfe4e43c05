"""A real IMAP server on loopback: Debian's Dovecot with a mailbox of its own, for as long as a test wants."""

import contextlib
import getpass
import imaplib
import json
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD, TOKEN = "bounce@bsoo.example", "geheim woord", "een-geldig-token"

MISSING = "Dovecot is not installed (apt-get install dovecot-imapd): no real mailbox was read"


def is_here() -> bool:
    return shutil.which("dovecot") is not None


@dataclass(frozen=True)
class Server:
    """Where it listens, and the certificate that vouches for it."""

    port: int
    tls_port: int
    certificate: Path
    oauth: str

    def url(self, scheme: str = "imap", password: str = PASSWORD) -> str:
        port = self.tls_port if scheme == "imaps" else self.port
        return f"{scheme}://{USER.replace('@', '%40')}:{password.replace(' ', '%20')}@127.0.0.1:{port}/INBOX"

    def put(self, *mails: bytes) -> None:
        with self._reading() as reader:
            for raw in mails:
                reader.append("INBOX", "", "", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def numbers(self) -> dict[str, int]:
        """How many mails there are in each folder."""
        with self._reading() as reader:
            return {
                folder: int((reader.select(folder, readonly=True)[1][0] or b"0").decode())
                for folder in self._folders(reader)
            }

    def clear(self) -> None:
        """As it was at the start: an empty INBOX and no other folder."""
        with self._reading() as reader:
            if reader.select("INBOX")[1] != [b"0"]:
                reader.store("1:*", "+FLAGS", r"\Deleted")
            reader.close()
            for folder in set(self._folders(reader)) - {"INBOX"}:
                reader.delete(folder)

    def flags(self) -> str:
        """The flags of what is still in the INBOX."""
        with self._reading() as reader:
            reader.select("INBOX", readonly=True)
            return str(reader.fetch("1:*", "(FLAGS)")[1])

    @staticmethod
    def _folders(reader: imaplib.IMAP4) -> list[str]:
        return [line.decode().rpartition(" ")[2].strip('"') for line in reader.list()[1] if isinstance(line, bytes)]

    @contextmanager
    def _reading(self) -> Iterator[imaplib.IMAP4]:
        reader = imaplib.IMAP4("127.0.0.1", self.port)
        try:
            reader.login(USER, PASSWORD)
            yield reader
        finally:
            reader.logout()


CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{users}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
auth_mechanisms = plain login xoauth2
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
{capability}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {folder}/passwords
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  client_limit = 100
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0 # who typed a wrong password does not make the next one wait
  }}
}}
"""

OAUTH = """
introspection_mode = auth
introspection_url = {oauth}/introspect
username_attribute = email
active_attribute = active
active_value = yes
"""


@contextmanager
def dovecot(folder: Path, *, without_move: bool = False) -> Iterator[Server]:
    """Dovecot in a folder; `without_move` makes it an old server."""
    with token_service() as oauth:
        server = Server(_free_port(), _free_port(), folder / "cert.pem", oauth)
        _configure(folder, server, without_move)
        started = subprocess.Popen(["dovecot", "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
        try:
            _wait(server.port, folder / "dovecot.log")
            yield server
        finally:
            started.terminate()
            started.wait(10)


@contextmanager
def token_service() -> Iterator[str]:
    """Gives a token to the right application, and knows whose it is."""
    host = ThreadingHTTPServer(("127.0.0.1", 0), _Tokens)
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{host.server_port}"
    finally:
        host.shutdown()
        host.server_close()


class _Tokens(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_right = (form.get("client_id"), form.get("client_secret")) == (["app"], ["app-secret"])
        self._say(200 if is_right else 401, {"access_token": TOKEN} if is_right else {"error": "invalid_client"})

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "") + urlsplit(self.path).query
        self._say(200, {"active": "yes", "email": USER} if TOKEN in given else {"active": "no"})

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: tests are quiet."""

    def _say(self, status: int, answer: dict[str, str]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _configure(folder: Path, server: Server, without_move: bool) -> None:
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    owner = "nobody" if is_root else getpass.getuser()
    mail = folder / "mail"
    mail.mkdir()
    account = pwd.getpwnam(owner)
    os.chown(mail, account.pw_uid, account.pw_gid)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"), "-out", str(server.certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "passwords").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\naccent:{{PLAIN}}café\n")
    (folder / "oauth.conf").write_text(OAUTH.format(oauth=server.oauth))
    own = "" if is_root else f"default_login_user = {owner}\ndefault_internal_user = {owner}\n"
    capability = "imap_capability = IMAP4rev1 LITERAL+ UIDPLUS" if without_move else ""
    (folder / "dovecot.conf").write_text(
        CONFIG.format(
            folder=folder,
            users=own,
            certificate=server.certificate,
            key=folder / "key.pem",
            uid=account.pw_uid,
            gid=account.pw_gid,
            port=server.port,
            tls_port=server.tls_port,
            capability=capability,
        )
    )


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
