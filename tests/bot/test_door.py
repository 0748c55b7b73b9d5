"""Our own port: had or refused before anything starts, and given back at the end."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.door import Door
from bot.settings import SettingsError
from tests.waiting import wait_until

HELLO = Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello"))])


def test_a_port_is_held_from_the_start_answers_once_asked_to_and_is_given_back() -> None:
    door = Door("127.0.0.1", 0)
    port = int(door.url.rpartition(":")[2])

    with pytest.raises(SettingsError, match=f"Port {port} on 127.0.0.1 cannot be used.*COSELL_PORT"):
        Door("127.0.0.1", port)
    door.serve(HELLO)
    answer = wait_until(lambda: httpx.get(door.url).text, what="an answer")
    door.close()
    again = Door("127.0.0.1", port)
    again.close()

    assert answer == "hello"


def test_a_host_that_is_not_this_machine_s_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"203\.0\.113\.1"):
        Door("203.0.113.1", 0)
