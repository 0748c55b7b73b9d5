"""Claude behind the writer's port: a checked text, or the playbook's with the reason; performs nothing, never raises.

The client is pinned: its host and key come from settings alone, and no environment variable, profile, proxy or
redirect can send a deal elsewhere.
"""

import ipaddress
import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
from anthropic import Anthropic
from anthropic.types import MessageParam

from agents.breaker import Breaker
from agents.budget import DayBudget
from agents.calling import Line
from agents.contexts import Context, LowContext
from agents.deadlines import CONNECT_SECONDS, DEADLINE_SECONDS, Deadline
from agents.drafting import DraftWriter
from agents.drafts import OUTPUT, judge
from motions.errors import ModelError
from motions.outage_log import OutageLog
from motions.writing import Sentence

log = logging.getLogger(__name__)

ALLOW_LIVE = True
READ_SECONDS = 25.0
TOKENS_A_DAY = 1_000_000  # for each context; about five thousand tokens a text
REPAIRS = 1

_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "anthropic-version",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    }
)


class ClaudeWriter(DraftWriter):
    """Drafts with Claude, each context over a line of its own."""

    def __init__(
        self,
        client: Anthropic,
        model: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        deadline_seconds: float = DEADLINE_SECONDS,
        tokens_a_day: int = TOKENS_A_DAY,
    ) -> None:
        super().__init__(model)
        self._client = client
        self._monotonic = monotonic
        self._deadline_seconds = deadline_seconds
        outages = OutageLog(log, "the model")
        self._high, self._low = (
            Line(client, model, OUTPUT, DayBudget(tokens_a_day, monotonic), Breaker(name, monotonic), outages)
            for name in ("high", "low")
        )

    def draft(self, context: Context) -> tuple[Sentence, ...]:
        """The sentences that hold, after at most one repair; raises ModelError."""
        line = self._low if isinstance(context, LowContext) else self._high
        return _draft(context, line, Deadline(self._monotonic, self._deadline_seconds))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def connect(*, api_key: str, base_url: str) -> Anthropic:
    """The SDK's client for this host and this key and nothing else; makes no call.

    Raises RuntimeError for any host but this machine once `forbid_live` was called.
    """
    host = urlsplit(base_url).hostname or ""
    if not ALLOW_LIVE and not _is_loopback(host):
        raise RuntimeError(f"live models are forbidden here, and {host} is not this machine")
    log.info("model.connected host=%s", host)
    timeout = httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    return Anthropic(
        api_key=api_key,
        base_url=base_url,
        timeout=timeout,
        max_retries=1,
        # Given explicitly, so that no environment variable adds the content of requests to traces.
        open_telemetry={"propagation": False, "traces": {"content_mode": "metadata_only"}},
        # Not the SDK's own DefaultHttpxClient: 2.12 reads the proxy variables even when told not to trust them.
        http_client=httpx2.Client(
            trust_env=False,
            follow_redirects=False,
            timeout=timeout,
            event_hooks={"request": [_pinned(api_key)]},
        ),
    )


def forbid_live() -> None:
    """From now on refuse to make a client for any host but this machine; tests call it, and nothing undoes it."""
    global ALLOW_LIVE  # noqa: PLW0603 -- one switch for a whole test run, thrown once and never back
    ALLOW_LIVE = False


def _draft(context: Context, line: Line, deadline: Deadline) -> tuple[Sentence, ...]:
    turns: list[MessageParam] = [{"role": "user", "content": context.turn}]
    fault = ""
    for _ in range(1 + REPAIRS):
        answer = line.ask(context.prompt, turns, deadline)
        verdict = judge(answer.text, context)
        if verdict.codes:
            log.info("draft.judged prompt=%r codes=%s", context.prompt.label, ",".join(verdict.codes))
        if verdict.fault is None:
            return verdict.kept
        fault = verdict.fault
        turns += [
            {"role": "assistant", "content": answer.text or "{}"},
            {"role": "user", "content": f"Error codes: {', '.join(verdict.codes)}. Write the whole answer again."},
        ]
    raise ModelError(fault)


def _pinned(api_key: str) -> Callable[[httpx2.Request], None]:
    """Undo what ANTHROPIC_CUSTOM_HEADERS may have added: another key would file our deals under another account."""

    def pin(request: httpx2.Request) -> None:
        for name in list(request.headers):
            if name not in _HEADERS and not name.startswith("x-stainless-"):
                del request.headers[name]
        request.headers["authorization"] = f"Bearer {api_key}"
        request.headers["host"] = request.url.netloc.decode("ascii")

    return pin


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
