"""A running bot in the sandbox world: where tests click, wait and look into the bot's own store."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from dbos import DBOS

from bot.app import Bot, build
from bot.settings import DEFAULTS, Settings
from motions.deals import OpportunityId
from motions.decision_records import ExceptionQuery
from motions.explaining import Story, tell
from motions.model import ExceptionItem, Motion, MotionState, PartnerKey
from motions.records import MotionQuery, UnitOfWork
from motions.triggers import FEED
from sandbox.cast import Member
from tests.scenarios.company import Company, Json
from tests.waiting import wait_until

AWS = PartnerKey("aws")


@dataclass
class Scene:
    """The world, the bot in it, and what a test wants to know of a motion."""

    company: Company
    settings: Settings
    bot: Bot

    def motion(self, deal: OpportunityId) -> Motion | None:
        """The deal's motion as it stands."""
        found = self.bot.ports.durable.read(lambda uow: uow.motions.find(MotionQuery(opportunity_id=deal)))
        return found[0] if found else None

    def asked(self, deal: OpportunityId) -> Motion:
        """The deal's motion once its card is out and asks."""
        return self._once(deal, "its card", lambda m: m.card is not None and m.state is MotionState.AWAITING)

    def reaches(self, deal: OpportunityId, *states: MotionState, within: float = 20.0) -> Motion:
        """The deal's motion once it is in one of these states."""
        return self._once(deal, " or ".join(states), lambda m: m.state in states, within)

    def settles(self, deal: OpportunityId) -> Motion:
        """The deal's motion once nothing of it is under way."""
        durable = self.bot.ports.durable
        return self._once(deal, "rest", lambda m: not durable.is_under_way(f"{m.id}:"))

    def card(self, motion: Motion) -> Json:
        """The motion's card as Slack shows it."""
        assert motion.card is not None
        (found,) = [m for m in self.company.messages(motion.card.channel) if m["ts"] == motion.card.ts]
        return found

    def click(self, person: Member, motion: Motion, action_id: str) -> Json:
        """Press a button of the motion's card; the answer holds what the person then saw."""
        assert motion.card is not None
        place = {"channel": motion.card.channel, "message_ts": motion.card.ts}
        return self.company.act("action", person, **place, action_id=action_id)

    def approve(self, person: Member, motion: Motion) -> None:
        """Approve, and be told so."""
        answer = self.click(person, motion, "motion.approve")
        assert "Approved." in said(answer), answer

    def submit(self, person: Member, modal: Json, **values: Any) -> Json:
        """Submit a modal with these inputs, by their blocks' names; the others stay as they are."""
        given = {
            block["block_id"]: {block["element"]["action_id"]: _typed(block["element"], values[name])}
            for block in modal["blocks"]
            if block["type"] == "input" and (name := block["block_id"].rpartition(":")[2].replace(".", "_")) in values
        }
        assert len(given) == len(values), modal["blocks"]
        return self.company.act("submit", person, view_id=modal["id"], values=given)

    def take(self, person: Member, motion: Motion) -> Json:
        """Press 'I am on it' on the motion's handoff."""
        assert motion.handoff is not None
        place = {"channel": motion.handoff.channel, "message_ts": motion.handoff.ts}
        return self.company.act("action", person, **place, action_id="handoff.take")

    def handed(self, deal: OpportunityId, within: float = 20.0) -> Motion:
        """The deal's motion once its handoff is posted."""
        return self._once(deal, "its handoff", lambda m: m.handoff is not None, within)

    def exceptions(self, subject: str) -> list[ExceptionItem]:
        """What is open about a motion or a deal."""
        found = self.bot.ports.durable.read(lambda uow: uow.exceptions.listing(ExceptionQuery(limit=500)))
        return [item for item in found if subject in {item.subject, item.opportunity_id}]

    def trouble(self, subject: str, code: str, within: float = 20.0) -> ExceptionItem:
        """The exception with this code, once it is open."""
        found = wait_until(
            lambda: [item for item in self.exceptions(subject) if item.code == code], within=within, what=code
        )
        return found[0]

    def story(self, motion: Motion) -> Story:
        """The motion's whole story."""
        story = self.bot.ports.durable.read(lambda uow: tell(motion.id, uow))
        assert story is not None
        return story

    def fast_forward(self, deal: OpportunityId) -> None:
        """Let what waits for its next attempt have it now."""
        motion = self.motion(deal)
        assert motion is not None
        for waiting in DBOS.list_workflows(workflow_id_prefix=f"{motion.id}:", status="DELAYED"):
            DBOS.set_workflow_delay(waiting.workflow_id, delay_seconds=0)

    def restart(self) -> None:
        """Stop the bot and start another on the same database."""
        self.bot.stop()
        self.bot = started(self.settings)

    def _once(self, deal: OpportunityId, what: str, holds: Any, within: float = 20.0) -> Motion:
        def look() -> Motion | None:
            motion = self.motion(deal)
            return motion if motion is not None and holds(motion) else None

        try:
            return wait_until(look, within=within, what=f"{deal}: {what}")
        except AssertionError as late:
            motion = self.motion(deal)
            late.add_note(str(self.story(motion).lines) if motion else "there is no motion")
            late.add_note(str(self.exceptions(deal)))
            late.add_note(str(sorted(self.bot.ports.durable.under_way())))
            raise


def said(answer: Json) -> str:
    """Everything a person was shown by what they did."""
    return json.dumps(answer["shown"], ensure_ascii=False)


def words_of(message: Json) -> str:
    """Everything a message or view holds, buttons too."""
    return json.dumps(message["blocks"], ensure_ascii=False)


def _typed(element: Json, value: str) -> Json:
    match element["type"]:
        case "static_select":
            options = [
                *element.get("options", []),
                *(o for g in element.get("option_groups", []) for o in g["options"]),
            ]
            return {"selected_option": next(option for option in options if option["value"] == value)}
        case "datepicker":
            return {"selected_date": value}
        case _:
            return {"value": value}


def settings_for(company: Company, folder: Path, **more: Any) -> Settings:
    """Settings on the sandbox, with a database and a configuration of their own in a folder."""
    config = folder / "config"
    if not config.exists():
        shutil.copytree(DEFAULTS, config)
        amend(config / "policy.yml", review_poll_after="PT0.5S")
    given = {
        "cosell_database_url": f"sqlite:///{folder}/cosell.db",
        "cosell_config": config,
        "cosell_port": 0,
        "cosell_poll_seconds": 0.5,
        **more,
    }
    return Settings.model_validate(given).on_sandbox(company.url)


def amend(path: Path, **changes: Any) -> None:
    """Change keys of a YAML file."""
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


def amend_partner(config: Path, key: str, **changes: Any) -> None:
    """Change one partner of partners.yml."""
    path = config / "partners.yml"
    partners = [each | changes if each["key"] == key else each for each in yaml.safe_load(path.read_text())]
    path.write_text(yaml.safe_dump(partners))


def started(settings: Settings, *, is_granted: bool = True) -> Bot:
    """A running bot that has read every open deal once, and whom AWS has let share with it."""
    bot = build(settings)
    bot.start(lost=lambda: None)
    wait_until(lambda: bot.ports.durable.read(lambda uow: uow.deals.watermark(FEED)), what="the baseline")
    if is_granted:
        wait_until(lambda: bot.ports.durable.read(stands), what="the partner's agreement")
    return bot


def stands(uow: UnitOfWork) -> bool:
    """Whether AWS has agreed to what is shared with it."""
    return any(grant.confirmed_at is not None for grant in uow.grants.unrevoked(AWS))


@contextmanager
def playing(company: Company, settings: Settings, *, is_granted: bool = True) -> Iterator[Scene]:
    """A scene, and its end."""
    scene = Scene(company, settings, started(settings, is_granted=is_granted))
    try:
        yield scene
    finally:
        # Also when what is played ends early: a bot left behind fails whatever its process plays next.
        scene.bot.stop()
