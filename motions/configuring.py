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
    return InForce(files.read(files_of(number, files, uow)), number)


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
    ports.in_force.config, ports.in_force.number = found.config, found.number
    log.info("configuration.in-force number=%d", found.number)
    return 1


def tried(edits: Sequence[Edit], based_on: int, ports: Ports) -> Configuration:
    """What would be in force with these edits; nothing is changed. Raises UserMistake when they cannot be made."""
    files = ports.durable.read(lambda uow: files_of(based_on, ports.config_files, uow))
    return ports.config_files.read(_edited(files, edits, based_on, ports))


def put_in_force(edits: Sequence[Edit], based_on: int, why: str, by: Person, ports: Ports) -> None:
    """Put these edits in force, for everybody. Raises UserMistake when they are wrong or somebody else was first."""
    before = ports.durable.read(lambda uow: files_of(based_on, ports.config_files, uow))
    files = _edited(before, edits, based_on, ports)
    ports.config_files.read(files)
    with ports.store.transaction() as uow:
        keep(files, before, based_on, why, by, uow, at=ports.clock.now())
    refresh(ports)


def keep(files: Files, before: Files, based_on: int, why: str, by: Person, uow: UnitOfWork, *, at: datetime) -> None:
    """Write a revision down and log which files it changes. Raises UserMistake when somebody else was first."""
    number, newest = based_on + 1, uow.revisions.newest()
    if newest != based_on or not uow.revisions.add(Revision(number, files, by.key, by.name, why, at)):
        raise UserMistake(_overtaken(uow.revisions.get(newest)))
    changed = {name: sha256_of_text(text) for name, text in files.items() if before.get(name) != text}
    write_log(uow, at, "configuration.changed", SUBJECT, by.name, {"number": number, "why": why, "files": changed})


def files_of(number: int, files: ConfigFiles, uow: UnitOfWork) -> Files:
    """The files of a revision; those on disk before there is one."""
    revision = uow.revisions.get(number) if number else None
    return revision.files if revision is not None else files.on_disk()


def _edited(files: Files, edits: Sequence[Edit], based_on: int, ports: Ports) -> Files:
    """With a version of the policy of its own, when it is another policy: it stands beside every approval."""
    made = list(edits)
    if any(edit.file == POLICY for edit in edits):
        made.append(Edit(POLICY, ("version",), f"{ports.clock.now():%Y-%m-%d}.{based_on + 1}"))
    return ports.config_files.edited(files, made)


def _overtaken(newest: Revision | None) -> str:
    who = f"{newest.name} changed something meanwhile ({newest.why})" if newest else "somebody changed something"
    return f"{who}, so nothing was changed. Open it again and look at what is in force now."
