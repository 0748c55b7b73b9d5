"""For every test: nothing leaves this machine, no key and no setting of whoever runs the tests comes in."""

import os
import socket
import tempfile
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from agents.claude import forbid_live
from bot.settings import Settings

pytest_plugins = ("tests.store.databases",)  # once, and before anything imports it: its asserts are rewritten then

# No test asserts a time: a busy machine is no defect.
settings.register_profile("cosell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cosell")

_OURS = {name.upper() for name in Settings.model_fields}
_FOREIGN = ("ANTHROPIC_", "AWS_", "SLACK_", "SF_", "COSELL_")
_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}


class LeavingTheMachineError(RuntimeError):
    """A test tried to talk to something that is not this machine."""


@pytest.fixture(scope="session", autouse=True)
def _sealed() -> Iterator[None]:
    """Loopback only, and an environment without keys."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in _OURS or name.upper() in _PROXIES or name.startswith(_FOREIGN):
                patch.delenv(name)
        # Processes that tests start keep what they compiled from one start to the next; it is most of their start.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "cosell-tests-compiled"))
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        forbid_live()
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _is_here(str(address[0])):
            raise LeavingTheMachineError(f"a test connects to {address}")
        return connect(self, address)

    return guarded


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
