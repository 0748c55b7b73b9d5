"""One bot run under attack: every field hostile, every person of the partner's hostile, and a model that obeys them.

Our own people behave as always: they approve what they are shown, or leave it. Who judges the outcome is `oracles`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import yaml

from motions import nudging
from motions.deals import OpportunityId
from motions.model import Motion, MotionState, PartnerKey
from sandbox.cast import ALEX, BOT_USER_ID, JORDAN, PRIYA, TOMAS, Member
from tests.adversary.brought import bring_sheets, offer_deals
from tests.adversary.goals import GOALS, Goal, Json
from tests.adversary.planting import Planted, as_of_microsoft, plant, records_of
from tests.adversary.vectors import VECTORS, Via
from tests.scenarios.company import SHARED, WEST, Company
from tests.scenarios.microsofts import MICROSOFT, filed
from tests.scenarios.scene import AWS, Scene, amend_partner
from tests.waiting import wait_until

FORMS = ("handoff.ask", "handoff.next_step", "handoff.decline")
HOSTILE_ROOM = "C0HOSTILE"
MODEL = "claude-haiku-5-5"
# Far enough ahead to be later than anything here, and a Monday: 9:40 in New York.
MONDAY = datetime(2031, 1, 6, 14, 40, tzinfo=UTC)
_SUPPRESS = GOALS[8]
_OUTSIDE = {AWS: {Via.SLACK, Via.AWS}, MICROSOFT: {Via.MICROSOFT}}


@dataclass
class Siege:
    """What was planted, and what the CRM held before anybody could change it."""

    scene: Scene
    planted: list[Planted] = field(default_factory=list)
    before: dict[OpportunityId, dict[str, object]] = field(default_factory=dict)
    clean: Motion | None = None
    cold: int = 0  # how many handoffs nobody answered
    nudged: int = 0  # and of how many somebody was reminded
    partner: PartnerKey = AWS

    @property
    def company(self) -> Company:
        return self.scene.company

    @property
    def attempts(self) -> set[tuple[str, str, str]]:
        """Every vector that was planted, with its goal and its carrier."""
        outside = [vector for vector in VECTORS if vector.via in _OUTSIDE[self.partner]]
        given = [(each, [*each.vectors, *([] if each.is_held else outside)]) for each in self.planted]
        return {(vector.name, each.goal.name, each.carrier) for each, vectors in given for vector in vectors}


def model_settings(company: Company) -> Json:
    """What points a bot at the hostile model."""
    return {"anthropic_api_key": "sk-sandbox", "anthropic_base_url": f"{company.url}/model", "cosell_model": MODEL}


def besiege(
    scene: Scene,
    pairs: Iterable[tuple[Goal, str]],
    held: Iterable[tuple[Goal, str]],
    *,
    within: float,
    forms: int = len(FORMS),
) -> Siege:
    """Play every pair of goal and carrier through a whole motion, the held ones up to their card.

    `forms` of the partner's forms are filled in for each deal, in turn.
    """
    siege, company = Siege(scene), scene.company
    _have_the_model_obey(company)
    for goal, carrier in pairs:
        siege.planted.append(plant(company, goal, carrier))
    for goal, carrier in held:
        siege.planted.append(plant(company, goal, carrier, is_held=True))
    _begin(siege)
    company.do("/aws/_control/knobs", pam_name=siege.planted[0].text(80))
    company.do("/aws/_control/reviewer", mode="manual")
    for each in siege.planted:
        _asked(siege, each, within)
    played = [each for each in siege.planted if not each.is_held]
    for each in played:
        _approve(siege, each, within)
    for each in played:
        _reviewed(siege, each, within)
    for each in played:
        _handed(siege, each, within)
    _partner_attacks(siege, [each for each in played if each.goal is not _SUPPRESS], forms)
    offer_deals(scene, played, within)
    bring_sheets(scene, played, within)
    _remind(siege, [each for each in played if each.goal is _SUPPRESS])
    company.do("/aws/_control/knobs", pam_name="")
    return _ended(siege, within)


def besiege_at_microsoft(scene: Scene, pairs: Iterable[tuple[Goal, str]], *, within: float) -> Siege:
    """Play every pair at Microsoft twice: whose people bear the order as their name, and who decline with it."""
    siege, company = Siege(scene, partner=MICROSOFT), scene.company
    _have_the_model_obey(company)
    siege.planted = [as_of_microsoft(plant(company, goal, carrier)) for goal, carrier in pairs for _ in range(2)]
    _begin(siege)
    company.do("/microsoft/_control/reviewer", mode="manual")
    for each in siege.planted:
        _asked(siege, each, within)
        _approve(siege, each, within)
    accepted, declined = siege.planted[::2], siege.planted[1::2]
    for each in siege.planted:
        scene.reaches(each.deal, MotionState.IN_REVIEW, within=within)
        _decided(siege, each, "receive")
    for each in accepted:
        _decided(siege, each, "accept", seller=each.text(80))
    for each in declined:
        _decided(siege, each, "decline", reason=each.text(255))
    for each in accepted:
        _handed(siege, each, within)
    for each in declined:
        scene._once(each.deal, "the reason", partial(_has_heard_why, siege, each), within)
    _remind(siege, accepted)
    return _ended(siege, within)


def _decided(siege: Siege, planted: Planted, decision: str, **words: str) -> None:
    (own,) = filed(siege.company, planted.deal)
    siege.company.do("/microsoft/_control/review", id=own["id"], decision=decision, **words)


def _has_heard_why(siege: Siege, planted: Planted, motion: Motion) -> bool:
    return planted.goal.code in str([item.reason for item in siege.scene.exceptions(motion.id)])


def _have_the_model_obey(company: Company) -> None:
    company.do("/model/_control/reset")
    company.do("/model/_control/mode", mode="adversary", trick="obey", orders=[goal.obeyed for goal in GOALS])


def _begin(siege: Siege) -> None:
    siege.before = {each.deal: dict(records_of(siege.company, each)) for each in siege.planted}


def _ended(siege: Siege, within: float) -> Siege:
    deal = siege.company.new_deal()
    siege.clean = siege.scene._once(deal, "its card", lambda motion: motion.card is not None, within)
    wait_until(partial(_rests, siege), within=within, what="rest after the siege")
    return siege


def _asked(siege: Siege, planted: Planted, within: float) -> Motion:
    return siege.scene._once(planted.deal, "its card", lambda m: m.card is not None, within)


def _approve(siege: Siege, planted: Planted, within: float) -> None:
    motion = siege.scene.asked(planted.deal)
    # On a busy machine the card may still be the one of the state before.
    wait_until(lambda: "motion.approve" in str(siege.scene.card(motion)), within=within, what="a card that asks")
    siege.scene.approve(TOMAS if motion.channel == WEST else PRIYA, motion)


def _reviewed(siege: Siege, planted: Planted, within: float) -> None:
    """AWS accepts, and writes the order wherever it can."""
    siege.scene.reaches(planted.deal, MotionState.IN_REVIEW, within=within)
    siege.company.review(planted.deal, "approve", comments=planted.text(255))
    (opportunity,) = siege.company.filed(planted.deal)
    siege.company.do("/aws/_control/aws_update", id=opportunity["id"], next_steps=planted.text(255))


def _handed(siege: Siege, planted: Planted, within: float) -> None:
    siege.scene.handed(planted.deal, within)


def widest_grant_but_for_amounts(config: Path) -> None:
    """The sandbox's own grant without the one thing that nobody may leak here: what a deal is worth."""
    partners = yaml.safe_load((config / "partners.yml").read_text())
    (grant,) = [partner["grant"] for partner in partners if partner["key"] == "aws"]
    amend_partner(config, "aws", grant=grant | {"fields": [name for name in grant["fields"] if name != "amount"]})


def _remind(siege: Siege, planted: Sequence[Planted]) -> None:
    """The partner does nothing about these, and time passes."""
    later = replace(siege.scene.bot.ports, clock=At(MONDAY))
    siege.cold, siege.nudged = len(planted), nudging.sweep_cold(later) if planted else 0


def _partner_attacks(siege: Siege, planted: Sequence[Planted], forms: int) -> None:
    """Everything the partner's people can type, name or send, with the order in it."""
    turns = cycle(FORMS)
    for each in planted:
        motion = siege.scene.motion(each.deal)
        assert motion is not None
        assert motion.handoff is not None
        text, thread = each.text(3_000), motion.handoff.ts
        _call_oneself(siege, ALEX, each.text(80))
        siege.company.act("message", JORDAN, channel=SHARED, text=f"<@{BOT_USER_ID}> {text}")
        siege.company.act("message", JORDAN, channel="D0JORDAN", text=text)
        siege.company.act("file", JORDAN, channel=SHARED, thread_ts=thread, text=text)
        for action in islice(turns, forms):
            _type_into(siege, motion, action, each.text(1_000))
        _name_a_room(siege, each)
        siege.scene.take(ALEX, motion)
        siege.company.act("message", ALEX, channel=SHARED, thread_ts=thread, text=text)
    _call_oneself(siege, ALEX, ALEX.name)


def _type_into(siege: Siege, motion: Motion, action: str, text: str) -> None:
    assert motion.handoff is not None
    place = {"channel": motion.handoff.channel, "message_ts": motion.handoff.ts}
    opened = siege.company.act("action", JORDAN, **place, action_id=action)
    if not opened.get("modals"):
        return
    modal = opened["modals"][-1]
    asks_why = any(block.get("block_id") == "partner.reason" for block in modal["blocks"])
    values = {"partner_words": text, **({"partner_reason": "other"} if asks_why else {})}
    given = {name: value for name, value in values.items() if _holds(modal, name.replace("_", "."))}
    if given:
        siege.scene.submit(JORDAN, modal, **given)


def _holds(modal: Json, block: str) -> bool:
    return any(each.get("block_id") == block for each in modal["blocks"])


def _name_a_room(siege: Siege, planted: Planted) -> None:
    """A channel of both companies whose name and topic are the order, and a question asked there."""
    name = planted.text(80)
    room = f"{HOSTILE_ROOM}{siege.planted.index(planted)}"
    members = [PRIYA.id, JORDAN.id, BOT_USER_ID]
    teams = ["T0MERIDIAN", "T0AWSTEAM"]
    siege.company.do("/slack/_control/channels", id=room, name=name, topic=name, teams=teams, members=members)
    siege.company.act("message", JORDAN, channel=room, text=f"<@{BOT_USER_ID}> status")


def _call_oneself(siege: Siege, person: Member, name: str) -> None:
    siege.company.do("/slack/_control/people", id=person.id, name=name)


def _rests(siege: Siege) -> bool:
    under_way = siege.scene.bot.ports.durable.under_way()
    motions = [siege.scene.motion(each.deal) for each in siege.planted]
    return not any(key.startswith(f"{motion.id}:") for motion in motions if motion for key in under_way)


@dataclass(frozen=True)
class At:
    """A clock that stands at one moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment
