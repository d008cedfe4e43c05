"""The benchmarks: they measure the pages that there are, beside rows that there are, and refuse to measure errors."""

import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlmodel import Session

from bsoo.bench import data, importing, pages, run, servers, shown
from bsoo.bench.client import WrongAnswer, load
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.routes.edge import SESSION_COOKIE
from tests.pages import CheckedClient


@pytest.fixture
def filled(database: Database) -> str:
    """The bench's rows in the database of the test; gives the cookie of its coordinator."""
    return data.make(database)


def test_every_measured_page_is_there_and_so_are_the_rows_of_its_bare_route(
    filled: str, client: CheckedClient, db: Session
) -> None:
    client.cookies.set(SESSION_COOKIE, filled)

    for page in pages.pages():
        answer = client.get(page.path)
        route = shown.ROUTES[page.bare]
        rows = db.execute(route.statement()).all()

        assert answer.status_code == 200, page.name
        assert page.text in answer.text, page.name
        assert page.bare_text in route.page.render(rows=rows), page.name


def test_lists_are_measured_with_as_many_rows_as_they_show(filled: str, db: Session) -> None:
    rows = {path: len(db.execute(route.statement()).all()) for path, route in shown.ROUTES.items()}

    assert rows["/network"] == rows["/meeting"] == rows["/signals"] == 50
    assert rows["/trends"] == (16 + 1) * 8


class Small(BaseHTTPRequestHandler):
    """A server of one page, which is wrong under /wrong."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"<p>hello</p>"
        self.send_response(500 if self.path == "/wrong" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that the library gives it
        """Say nothing."""


@pytest.fixture
def small_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Small) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_client_counts_every_answer(small_port: int) -> None:
    measured = load(small_port, "/", "", "hello", 4, 0.2)

    assert len(measured.latencies) >= 8
    assert 0 < measured.percentile(0.5) <= measured.percentile(0.95)
    assert measured.rate == len(measured.latencies) / measured.seconds


@pytest.mark.parametrize(("path", "text"), [("/wrong", "hello"), ("/", "goodbye")])
def test_the_client_refuses_to_measure_a_wrong_answer(small_port: int, path: str, text: str) -> None:
    with pytest.raises(WrongAnswer):
        load(small_port, path, "", text, 1, 0.2)


def test_the_sink_takes_letters_over_one_connection() -> None:
    port = servers.free_port()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.org", "b@example.org", "x"
    letter.set_content(".\n..een punt\n" * 5000)

    with (
        servers.running(["bsoo.bench.sink", str(port)], port, {}) as pid,
        smtplib.SMTP("127.0.0.1", port) as connection,
    ):
        refused = [connection.send_message(letter) for _ in range(3)]
        cpu = servers.cpu_seconds(pid)

    assert refused == [{}, {}, {}]
    assert cpu is None or cpu > 0


def test_the_measured_list_has_ten_thousand_different_rows() -> None:
    rows = [importing.row(n) for n in range(importing.ROWS)]

    assert len(rows) == 10_000
    assert len({row[4] for row in rows}) == 10_000


def test_a_figure_is_for_people_and_for_machines() -> None:
    figure = Figure(
        "home", 812.6, 1234.5, "requests/s", 1.52, "<= 3", met=True, clients=16, p95=4.21, cpu=1.5, limit_cpu=1
    )

    assert figure.cells() == ("home", "16", "813", "1234", "requests/s", "4.21", "1.50", "1.00", "1.52", "<= 3", "ok")
    assert json.loads(json.dumps(figure.facts()))["ratio"] == 1.52


def test_an_unknown_benchmark_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("nothing", as_json=False) == 2
    told = capsys.readouterr().err
    assert "There is no benchmark nothing. There are: pages, import, doubles, delivery, search, texts." in told
