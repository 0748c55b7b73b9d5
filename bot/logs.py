"""Log lines: one a record, JSON for machines and plain text at a terminal, with what is worked on and no secret.

The only module that sets up logging. What libraries say takes the same way out; knows no event by name.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from bot.redaction import Redaction
from motions.correlation import reference

OURS = ("bot", "handlers", "agents", "connectors", "store", "motions")

_EVENT = re.compile(r"[a-z][a-z_-]*\.[a-z][a-z_-]*(?=\s|$)")
_FIELD = re.compile(r"(\w+)=(%[-#0 +.\d]*[a-zA-Z]|[^\s%]+)")
_SPEC = re.compile(r"%[-#0 +.\d]*[a-zA-Z]")

log = logging.getLogger(__name__)


def open_log(level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """From now on every record leaves through one handler; our own packages speak from `level`, libraries from WARNING.

    Our loggers are open from INFO whatever the level, so that metrics count what is not written.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    redaction = Redaction(secrets)
    handler.setFormatter(TextLines(redaction) if stream.isatty() else JsonLines(redaction))
    handler.addFilter(_Level(level))
    root = logging.getLogger()
    for former in list(root.handlers):
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for package in OURS:
        logging.getLogger(package).setLevel(min(logging.INFO, logging.getLevelNamesMapping()[level]))
    # The engine brings a handler of its own along, unless there is one.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    # A record that cannot be written would be shown with everything it was given.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _process_died
    threading.excepthook = _thread_died


def event_of(record: logging.LogRecord) -> str | None:
    """'job.failing': the event a record of ours is about; None for what a library says."""
    found = _EVENT.match(record.msg) if isinstance(record.msg, str) and _is_ours(record) else None
    return found.group() if found else None


def fields_of(record: logging.LogRecord) -> Mapping[str, object]:
    """The key=value pairs of a record of ours, with the values it was given."""
    args = iter(record.args if isinstance(record.args, tuple) else ())
    return {
        name: _value(spec, next(args, None)) if _SPEC.fullmatch(spec) else spec
        for name, spec in _FIELD.findall(str(record.msg))
    }


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        event = event_of(record)
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname,
            "event": event or "library.said",
            "logger": record.name,
            **({"ref": ref} if (ref := reference()) else {}),
        }
        said = fields_of(record) if event else {"message": record.getMessage()}
        line = {**said, **line}
        if trace := _trace(self, record):
            line["traceback"] = trace
        return json.dumps({name: self._clean(name, value) for name, value in line.items()}, ensure_ascii=False)

    def _clean(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        # With its name, since that alone may tell that the value is a secret.
        return self._redaction(f"{name}={value}").removeprefix(f"{name}=")


class TextLines(logging.Formatter):
    """One line a record, for whoever sits at the terminal; a traceback follows it."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        said = record.getMessage().replace("\n", "\\n")
        event = "" if event_of(record) else f"library.said logger={record.name} "
        ref = f" ref={ref}" if (ref := reference()) else ""
        line = f"{_moment(record)} {record.levelname} {event}{said}{ref}"
        return self._redaction("\n".join(filter(None, (line, _trace(self, record)))))


class _Level(logging.Filter):
    """Ours from the level asked for, libraries from WARNING."""

    def __init__(self, level: str) -> None:
        super().__init__()
        self._least = logging.getLevelNamesMapping()[level]

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= (self._least if _is_ours(record) else logging.WARNING)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _value(spec: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        if isinstance(value, float):
            return int(value) if spec.endswith("d") else round(value, 3)
        return value
    return str(value) if spec == "%r" else spec % (value,)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return formatter.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""


def _process_died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process.died error=%s", kind.__name__, exc_info=(kind, error, trace))


def _thread_died(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else ""
    trace = (args.exc_type, args.exc_value, args.exc_traceback)
    log.error("thread.died thread=%s error=%s", name, args.exc_type.__name__, exc_info=trace)
