"""Other companies' programs over real HTTP: what comes back, what is lost, and what never got there."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.instances import LARGEST, HttpInstances
from motions.errors import Unavailable
from motions.ports import Reply


class _There(BaseHTTPRequestHandler):
    """Answers by the path it is asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        match self.path:
            case "/echo":
                self._answer(422, body, {"X-Cosell-Signature": self.headers["X-Cosell-Signature"]})
            case "/moved":
                self._answer(307, b"", {"Location": "/echo"})
            case "/endless":
                self._answer(200, b"x" * (LARGEST + 1), {})
            case "/latin":
                self._answer(200, b"\xff", {})
            case _:
                self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _There)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_came_back_is_given_as_it_is(url: str) -> None:
    reply = HttpInstances().post(f"{url}/echo", '{"a":"ü"}', {"X-Cosell-Signature": "s"})

    assert (reply.status, reply.text, reply.headers["x-cosell-signature"]) == (422, '{"a":"ü"}', "s")


def test_nobody_is_led_elsewhere(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    reply = HttpInstances().post(f"{url}/moved", "{}", {})

    assert (reply.status, reply.text) == (307, "")
    assert isinstance(reply, Reply)


@pytest.mark.parametrize("path", ["hangs-up", "endless", "latin"])
def test_an_answer_that_is_none_is_lost(url: str, path: str) -> None:
    with pytest.raises(Unavailable, match="its answer was lost"):
        HttpInstances().post(f"{url}/{path}", "{}", {})


def test_who_is_not_there_took_nothing() -> None:
    with pytest.raises(Unavailable, match="nothing was written there"):
        HttpInstances().post("http://127.0.0.1:1/echo", "{}", {})
