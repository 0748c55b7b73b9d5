"""Makes a database as this version leaves it behind, as SQL: what later versions must be able to go on with.

`python -m tests.releases.dump tests/releases/v0_1_0.sql`, run once, with the code of the release and its schema.
"""

import sqlite3
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.durable import DurableEngine
from motions.approvals import approve
from motions.deals import OpportunityId
from motions.model import Motion, MotionState
from motions.opening import motion_id_of
from motions.ports import Ports
from motions.referrals import Review
from motions.segments import run_segment
from motions.surfaces import ClickOutcome
from motions.triggers import read_changes
from store.engine import open_engine
from tests.fakes.world import AWS, PRIYA, World, a_deal, world
from tests.waiting import wait_until

FIRST_SCHEMA = "0001"
AWAITING, IN_REVIEW, HANDED_OFF = (a_deal(n).id for n in (1, 2, 3))


def main(target: Path) -> None:
    """One motion awaiting approval, one in review, one handed off; then the process ends."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "cosell.db")
        _live(database)
        with sqlite3.connect(database) as connection:
            target.write_text("".join(f"{line}\n" for line in connection.iterdump()), encoding="utf-8")


def _live(database: Path) -> None:
    url = f"sqlite:///{database}"
    engine = open_engine(url)
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST_SCHEMA)
    made = world(*(a_deal(n) for n in (1, 2, 3)))
    durable = DurableEngine(engine, url, "embedded")
    ports = replace(made.ports, store=durable.store, durable=durable)
    durable.launch(lambda segment, attempt: run_segment(segment, attempt, ports))
    read_changes(ports)
    made.clock.advance(timedelta(seconds=1))
    for deal in (AWAITING, IN_REVIEW, HANDED_OFF):
        made.org.change(deal, stage_name="Proposal")
    read_changes(ports)
    _move_on(made, ports)
    durable.stop()


def _move_on(made: World, ports: Ports) -> None:
    _reached(AWAITING, MotionState.AWAITING, ports)
    for deal in (HANDED_OFF, IN_REVIEW):
        _reached(deal, MotionState.AWAITING, ports)
        _approve(deal, ports)
        motion = _reached(deal, MotionState.IN_REVIEW, ports)
        if deal == HANDED_OFF:
            made.portal.review(str(motion.referral_id), Review.ACCEPTED, pam_name="Jordan Blake")
            _reached(deal, MotionState.HANDED_OFF, ports)
            wait_until(lambda: _motion(HANDED_OFF, ports).handoff, within=30, what="the handoff")
    wait_until(lambda: not ports.durable.is_under_way(motion_id_of(HANDED_OFF, AWS)), within=30, what="rest")


def _approve(deal: OpportunityId, ports: Ports) -> None:
    latest = ports.durable.read(lambda uow: uow.decisions.latest(motion_id_of(deal, AWS)))
    assert latest is not None
    assert approve(latest[0].token, PRIYA, ports).outcome is ClickOutcome.DONE


def _reached(deal: OpportunityId, state: MotionState, ports: Ports) -> Motion:
    def there() -> Motion | None:
        motion = _motion(deal, ports)
        return motion if motion.state is state and motion.card is not None else None

    wait_until(lambda: ports.durable.read(lambda uow: uow.motions.get(motion_id_of(deal, AWS))), what="the motion")
    found: Motion | None = wait_until(there, within=30, what=state)
    assert found is not None
    return found


def _motion(deal: OpportunityId, ports: Ports) -> Motion:
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id_of(deal, AWS)))
    assert motion is not None
    return motion


if __name__ == "__main__":
    main(Path(sys.argv[1]))
