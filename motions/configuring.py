"""Putting other rules in force while everything runs: a new revision of all files, taken by every process in seconds.

As long as nobody changed anything in Slack the files on disk are in force, read at the start. The first change puts
all of them in the store, and from then on they are read from there; `cosell config import` puts a folder in force.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from motions.errors import UserMistake
from motions.journal import write_log
from motions.model import Person
from motions.policy import Configuration
from motions.ports import Ports
from motions.proposals import sha256_of_text
from motions.records import UnitOfWork
from motions.revisions import ConfigFiles, Edit, Files, InForce, Revision

log = logging.getLogger(__name__)

SUBJECT = "configuration"
POLICY = "policy.yml"


def in_force(files: ConfigFiles, uow: UnitOfWork) -> InForce:
    """What a process goes by from now on. Raises UserMistake when the files cannot be read."""
    number = uow.revisions.newest()
    standing = files_of(number, files, uow)
    return InForce(files.read(standing), number, standing)


def refresh(ports: Ports) -> int:
    """Take what somebody put in force meanwhile, in whichever process; 1 when there was something."""
    newest = ports.durable.read(lambda uow: uow.revisions.newest())
    if newest in {ports.in_force.number, ports.in_force.refused}:
        return 0
    try:
        found = ports.durable.read(lambda uow: in_force(ports.config_files, uow))
    except UserMistake as error:  # of a version of cosell that knows more than this one, while they are updated
        ports.in_force.refused = newest
        log.error("configuration.unreadable reason=%s", error)  # noqa: TRY400 - the operator's line, not a stack
        return 0
    ports.in_force.take(found)
    log.info("configuration.in-force number=%d", found.number)
    return 1


def tried(edits: Sequence[Edit], based_on: int, ports: Ports) -> Configuration:
    """What would be in force with these edits; nothing is changed. Raises UserMistake when they cannot be made."""
    before = ports.durable.read(lambda uow: _standing(based_on, uow, ports))
    return ports.config_files.read(ports.config_files.edited(before, edits))


def put_in_force(edits: Sequence[Edit], based_on: int, why: str, by: Person, ports: Ports) -> None:
    """Put these edits in force, for everybody. Raises UserMistake when they are wrong or somebody else was first."""
    files, now = ports.config_files, ports.clock.now()
    before = ports.durable.read(lambda uow: _standing(based_on, uow, ports))
    after = with_own_version(files.edited(before, edits), before, based_on + 1, now, files)
    files.read(after)
    with ports.store.transaction() as uow:
        keep(after, before, based_on, why, by, uow, at=now)
    refresh(ports)


def keep(files: Files, before: Files, based_on: int, why: str, by: Person, uow: UnitOfWork, *, at: datetime) -> None:
    """Write a revision down and log which files it changes. Raises UserMistake when somebody else was first."""
    number, newest = based_on + 1, uow.revisions.newest()
    if newest != based_on or not uow.revisions.add(Revision(number, files, by.key, by.name, why, at)):
        raise UserMistake(_overtaken(uow.revisions.get(newest)))
    changed = {name: sha256_of_text(text) for name, text in files.items() if before.get(name) != text}
    write_log(uow, at, "configuration.changed", SUBJECT, by.name, {"number": number, "why": why, "files": changed})


def with_own_version(after: Files, before: Files, number: int, at: datetime, files: ConfigFiles) -> Files:
    """Another policy with a version of its own: it stands beside every approval, which counts under that one alone."""
    is_another = after.get(POLICY) != before.get(POLICY)
    if not is_another or files.read(after).policy.version != files.read(before).policy.version:
        return after
    return files.edited(after, [Edit(POLICY, ("version",), f"{at:%Y-%m-%d}.{number}")])


def files_of(number: int, files: ConfigFiles, uow: UnitOfWork) -> Files:
    """The files of a revision; those on disk before there is one."""
    revision = uow.revisions.get(number) if number else None
    return revision.files if revision is not None else files.on_disk()


def _standing(based_on: int, uow: UnitOfWork, ports: Ports) -> Files:
    """What a change is made on: before there is a revision, what was read at the start, whatever is on disk by now."""
    started_on = ports.in_force.files if not based_on and not ports.in_force.number else None
    return started_on if started_on is not None else files_of(based_on, ports.config_files, uow)


def _overtaken(newest: Revision | None) -> str:
    who = f"{newest.name} changed something meanwhile ({newest.why})" if newest else "somebody changed something"
    return f"{who}, so nothing was changed. Open it again and look at what is in force now."
