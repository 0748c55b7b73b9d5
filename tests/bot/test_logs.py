"""What a log line holds, and what it never holds; through the set-up the running bot uses."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from bot.logs import OURS, open_log
from bot.redaction import Redaction
from bot.settings import Settings
from motions.correlation import working_on


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def fresh_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their loggers as they are in a new process: a server or an engine of another test has set them up."""
    for name in ("dbos", "uvicorn"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "propagate", True)
        monkeypatch.setattr(logger, "disabled", False)
        monkeypatch.setattr(logger, "handlers", [])
        logger.setLevel(logging.NOTSET)


@pytest.fixture
def as_it_was(fresh_libraries: None) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hooks = list(root.handlers), root.level, (sys.excepthook, threading.excepthook)
    raises = logging.raiseExceptions
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for package in OURS:
        logging.getLogger(package).setLevel(logging.NOTSET)
    logging.getLogger("dbos").handlers.clear()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = raises
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def written(as_it_was: None) -> io.StringIO:
    """What the bot's own set-up writes, from INFO."""
    stream = io.StringIO()
    open_log("INFO", ["a-secret-nobody-could-guess"], stream)
    return stream


def fail(error: Exception) -> None:
    raise error


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_with_time_level_event_and_its_values(written: io.StringIO) -> None:
    with working_on("m1:3:file"):
        logging.getLogger("bot.schedule").info(
            "job.done job=%s count=%d took=%.2f kind=%r by=clock", "x", 7, 1.5, "a b"
        )

    (line,) = lines(written)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "event": "job.done",
        "logger": "bot.schedule",
        "ref": "m1:3:file",
        "job": "x",
        "count": 7,
        "took": 1.5,
        "kind": "a b",
        "by": "clock",
    }


def test_nothing_breaks_a_line_in_two(written: io.StringIO) -> None:
    logging.getLogger("bot").warning("job.failing reason=%s", "first\nsecond")
    try:
        fail(ValueError("with\na break"))
    except ValueError:
        logging.getLogger("handlers").exception("alert.failed")

    first, second = lines(written)
    assert first["reason"] == "first\nsecond"
    assert "ValueError: with\na break" in second["traceback"]


def test_libraries_speak_from_warning_and_say_which_they_are(written: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").info("Added job")
    logging.getLogger("dbos").warning("Database connection failed: %s", "gone")

    (line,) = lines(written)
    assert (line["event"], line["logger"], line["message"]) == (
        "library.said",
        "dbos",
        "Database connection failed: gone",
    )


@pytest.mark.usefixtures("as_it_was")
def test_at_a_terminal_the_same_is_text_for_people() -> None:
    terminal = Terminal()
    open_log("INFO", [], terminal)

    with working_on("crm.poll"):
        logging.getLogger("bot").info("job.done job=%s", "a\nb")
    logging.getLogger("uvicorn").error("no")

    first, second = terminal.getvalue().splitlines()
    assert first.endswith(r"INFO job.done job=a\nb ref=crm.poll")
    assert second.endswith("ERROR library.said logger=uvicorn no")


@pytest.mark.usefixtures("as_it_was")
def test_ours_are_written_from_the_level_asked_for_and_heard_from_info() -> None:
    stream, heard = io.StringIO(), list[str]()
    open_log("ERROR", [], stream)
    listener = logging.Handler()
    listener.emit = lambda record: heard.append(record.msg)  # type: ignore[method-assign] # the smallest handler
    logging.getLogger().addHandler(listener)

    logging.getLogger("bot").info("job.done")
    logging.getLogger("bot").error("job.failing")

    assert [line["event"] for line in lines(stream)] == ["job.failing"]
    assert heard == ["job.done", "job.failing"]


SECRETS = [
    "a-secret-nobody-could-guess",
    "xoxb-1234-5678-abcDEF",
    "xoxe.xoxp-1-Mi0yLTEyMzQ",
    "xapp-1-A0-123-abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI7K7MDENG/bPxRfiCYEXAMPLEKEY",
    f"sk-ant-{'a1B2' * 6}",
    "00D5g000004abcd!AQEAQFsomething.else_1",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "darcel.schlecht@meridian.example",
    "pZ3kQ9x_L0aVb7-RtYw2sDf8GhJ5kM1n",  # a button's token
    "https://hooks.slack.com/actions/T0/123/abc",
    "http://127.0.0.1:8400/slack/hooks/T0MERIDIAN/s3cr3t",
    "wss://wss-primary.slack.com/link/?ticket=12345-abc&app_id=A1",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_reaches_a_line_by_any_way(written: io.StringIO, secret: str) -> None:
    logging.getLogger("bot").info("job.done said=%s", secret)
    logging.getLogger("urllib3").warning("Retrying %s after %r", secret, {"body": secret})
    try:
        try:
            fail(OSError(f"could not send {secret!r}"))
        except OSError as error:
            raise RuntimeError({"text": secret}) from error
    except RuntimeError:
        logging.getLogger("slack_bolt.App").exception("Failed: %s", secret)

    tail = secret.replace("\n", "\\n")[-12:].rstrip("-")
    assert len(lines(written)) == 3
    assert tail not in written.getvalue().replace("END PRIVATE KEY", "")


@pytest.mark.parametrize(
    "said",
    [
        "Authorization: Bearer abc.def",
        "postgresql://cosell:hunter22@db/cosell",
        '{"client_secret": "hunter22", "x": 1}',
        "{'signing_secret': 'hunter22'}",
        "token=hunter22&grant=1",
        r"{\"apiKey\": \"hunter22\"}",
        "response_url=hunter22",
    ],
)
def test_what_stands_behind_a_telling_name_is_blanked(said: str) -> None:
    clean = Redaction()(said)

    assert "hunter22" not in clean
    assert "abc.def" not in clean
    assert "[secret]" in clean


@pytest.mark.parametrize(
    "said",
    [
        "bot.started executor=host-1234-ab12cd34 writer=playbook v1 (no AI model configured)",
        "outage.started system=Salesforce error=Salesforce: asks us to wait (HTTP 503)",
        f"sha256={'0123456789abcdef' * 4} id=1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        "executing /usr/lib/python3.11/site-packages/sqlalchemy/engine/default.py line 952",
        "model.asked prompt='brief 3f2a' in=512 out=80 seconds=1.2 outcome='answered'",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert Redaction()(said) == said


def test_a_field_named_like_a_secret_is_blanked(written: io.StringIO) -> None:
    logging.getLogger("bot").info("card.drawn token=%s n=%d", "short", 1)

    (line,) = lines(written)
    assert (line["token"], line["n"]) == ("[secret]", 1)


def test_a_thread_that_dies_and_a_warning_take_the_same_way_out(written: io.StringIO) -> None:
    def die() -> None:
        raise ValueError("xoxb-1234-5678-abcDEF")

    thread = threading.Thread(target=die, name="poller")
    thread.start()
    thread.join()
    with warnings.catch_warnings(action="always"):
        warnings.warn_explicit("old: xoxb-1234-5678-abcDEF", DeprecationWarning, "x.py", 1)

    died, warned = lines(written)
    assert (died["event"], died["thread"], died["error"]) == ("thread.died", "poller", "ValueError")
    assert warned["logger"] == "py.warnings"
    assert "1234-5678" not in written.getvalue()


def test_the_process_s_own_end_is_a_line_too_and_ctrl_c_is_none(written: io.StringIO) -> None:
    sys.excepthook(ValueError, ValueError("xoxb-1234-5678-abcDEF"), None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    (line,) = lines(written)
    assert (line["event"], line["level"]) == ("process.died", "CRITICAL")
    assert "1234-5678" not in line["traceback"]


def test_the_settings_know_their_secrets() -> None:
    settings = Settings.model_validate({"slack_bot_token": "xoxb-1", "sf_domain": "acme.my"})

    assert settings.secrets == ("xoxb-1",)
