"""Writing joint pipelines down: whatever changes a line or a space logs it whole, in one transaction; decides nothing.

Each entry names the company, the person, the agent and the grant that a change rests on.
"""

from collections.abc import Mapping
from datetime import datetime

from motions.canonical import spelled
from motions.journal import AGENT, write_log
from motions.model import PartnerKey
from motions.records import UnitOfWork
from motions.spaces import Line, Space


def subject_of(partner: PartnerKey) -> str:
    """What the log knows one partner's space by."""
    return f"space:{partner}"


def put_line(uow: UnitOfWork, line: Line, *, actor: str, detail: Mapping[str, object]) -> bool:
    """Add a deal's line and log it; False when it is there."""
    if not uow.spaces.add_line(line):
        return False
    _log_line(uow, line, "put", actor, detail)
    return True


def change_line(uow: UnitOfWork, line: Line, event: str, *, actor: str, detail: Mapping[str, object]) -> bool:
    """Replace a line by its next version and log it as `line.{event}`; False when somebody else was first."""
    if not uow.spaces.save_line(line):
        return False
    _log_line(uow, line, event, actor, detail)
    return True


def keep_space(uow: UnitOfWork, space: Space, *, at: datetime) -> None:
    """Insert or replace a space and log it."""
    uow.spaces.keep(space)
    write_log(uow, at, "space.kept", subject_of(space.partner), AGENT, {"space": spelled(space)})


def _log_line(uow: UnitOfWork, line: Line, event: str, actor: str, detail: Mapping[str, object]) -> None:
    said = {"agent": AGENT, **detail, "line": spelled(line)}
    write_log(uow, line.updated_at, f"line.{event}", subject_of(line.partner), actor, said)
