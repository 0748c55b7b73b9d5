"""One world's story: what people and clocks do in it, told to the real bot.

Everything the partner may know of is the same in all worlds of a group, and happens at the same moment. What is
nobody's business but ours happens in between, and takes no time.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from bench.noninterference.acting import People, be_curious
from bench.noninterference.bot import Bot
from bench.noninterference.configuring import room_of
from bench.noninterference.drawing import Deal
from bench.noninterference.outside import PORTALS, Outside, partner_people
from bench.noninterference.rows import deal_id
from bench.noninterference.watching import Watch
from bench.noninterference.worlds import PARTNERS, Late, Turn, World
from motions import granting
from motions.grant_surfaces import GrantOffer
from motions.model import Motion, MotionState, PartnerKey, Token
from motions.records import MotionQuery
from sandbox import cast

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TEAMS = {"aws": cast.AWS.id, "northstar": cast.NORTHSTAR.id}
SHARED = {"aws": "C0SHAREDAWS", "northstar": "C0SHAREDNST"}
OF_PORTAL = dict(zip(PARTNERS, PORTALS, strict=True))
# Who approves, in this order: managers, then whoever may as well.
APPROVERS = (cast.PRIYA.id, cast.TOMAS.id, cast.SAM.id, cast.DANA.id)
SWEEPS = ("handoffs.nudge", "forecasts.show", "grants.tend", "cards.remind", "channels.look", "segments.resume")


class Story:
    """One world's story, in three parts: what follows may be told in several ways from where a part ends."""

    def __init__(self, outside: Outside, bot: Bot, world: World, watch: Watch) -> None:
        self._outside, self._bot, self._world, self._watch = outside, bot, world, watch
        self._people = People(outside, self._settle)
        self._shown = Random(f"{world.seed}:acts")  # what the partner's people do is the same in all worlds

    def begin(self) -> None:
        """What is shared with whom, what happened among ourselves before, and deals that move on: cards ask."""
        world = self._world
        self._prepare()
        self._bot.poll()
        self._after(MINUTE)
        self._share(world.partner)
        if world.rival_terms is not None:
            self._share(world.rival)
        self._after(MINUTE)
        if world.is_misshared:
            self._misshare()
        self._say(world.chatter, Random(world.variant))
        for asked in world.asked_inside:
            self._people.act(cast.DANA.id, "command", channel="C0COSELLOPS", command="/cosell", text=asked)
        self._rival_first()
        self._after(MINUTE)
        self._move_deals()
        self._after(MINUTE)

    def decide(self, turn: Turn) -> None:
        """Our people decide, the portals answer, handoffs go out."""
        self._say(turn.chatter, Random(0))
        self._touch(turn.touched)
        if turn.rival_refuses and self._world.rival_terms is not None:
            portal = OF_PORTAL[self._world.rival]
            self._outside.order(f"/{portal}/_control/faults", operation="CreateOpportunity", kind="validation")
        if self._world.depth != "card":
            for deal in self._world.every_deal:
                self._decide(deal, turn.fates.get(deal.number, deal.fate))
        if self._world.depth in {"handoff", "end"}:
            self._review()
            self._after(MINUTE)

    def end(self, late: Late) -> None:
        """People look around, days pass, what is shared may end, and deals go on."""
        world, inside = self._world, Random(late.seed)
        self._say(late.chatter, inside)
        self._rival_looks(late, inside)
        self._look()
        for deal in world.deals:
            self._answer(deal)
        if world.depth == "end":
            self._after(DAY * 2)
            self._sweep()
            self._look()
        if world.is_revoked_by is not None:
            self._end_sharing()
        if world.is_revoked_by is not None or world.depth == "end":
            self._go_on(late)
            self._look()

    def _prepare(self) -> None:
        world = self._world
        for name in {deal.seller for deal in world.every_deal}:
            self._outside.join(cast.email_of(name), cast.SALES_CHANNEL)
        self._outside.order("/model/_control/mode", mode="adversary", trick=world.trick)
        refuses = any(deal.fate == "refused" for deal in world.deals)
        self._outside.open_portal(OF_PORTAL[world.partner], refuses=refuses)
        if world.rival_terms is not None:
            self._outside.open_portal(OF_PORTAL[world.rival], refuses=False)

    def _share(self, partner: str) -> None:
        """Our operator proposes, one of theirs agrees."""
        person = partner_people(TEAMS[partner])[0]
        if not self._world.asks_by_hand:
            self._share_at_once(partner, person)
            return
        self._people.act(cast.DANA.id, "command", channel="C0COSELLOPS", command="/cosell", text=f"share {partner}")
        offer = self._people.find(cast.DANA.id, "grant.propose")
        assert offer is not None, "no offer to propose"
        self._people.press(cast.DANA.id, offer)
        agree = self._people.find(person, "grant.agree", SHARED[partner])
        assert agree is not None, "nothing to agree to"
        self._people.press(person, agree)

    def _share_at_once(self, partner: str, person: str) -> None:
        """The same without their clicks."""
        ports = self._bot.ports
        ours, theirs = ports.people.person("", cast.DANA.id), ports.people.person("", person)
        offer = granting.share(partner, ours, ports)
        assert isinstance(offer, GrantOffer), offer
        granting.propose(offer.token, ours, ports)
        (grant,) = self._bot.store.read(lambda uow: uow.grants.of(PartnerKey(partner)))
        granting.agree(Token(grant.id), theirs, ports)
        self._settle()

    def _say(self, sentences: Sequence[str], rng: Random) -> None:
        """What we say among ourselves, and to the rival."""
        for said in sentences:
            room = rng.choice((cast.SALES_CHANNEL, SHARED[self._world.rival]))
            self._people.act(cast.PRIYA.id, "message", channel=room, text=said)

    def _misshare(self) -> None:
        """Somebody of ours lets the partner into a channel that was only ours, and theirs come in."""
        team = TEAMS[self._world.partner]
        channel = room_of(self._world.rival, self._world)
        wish = {"id": channel, "teams": [cast.MERIDIAN.id, team], "members": partner_people(team)}
        self._outside.order("/slack/_control/channels", **wish)
        self._settle()

    def _rival_first(self) -> None:
        """Some of the partner's deals were the other one's before, as long as their customers were of its size."""
        theirs = [deal for deal in self._world.deals if deal.rival_first]
        for deal in theirs:
            self._resize(deal, {"aws": 300, "northstar": 9000}[self._world.rival])
            self._outside.change(deal_id(deal), Type="Existing Business - Upgrade")
        if theirs:
            self._bot.poll()
        for deal in theirs:
            self._resize(deal, deal.employees)

    def _resize(self, deal: Deal, employees: int) -> None:
        account = self._outside.org.store.get("Opportunity", deal_id(deal))
        assert account is not None
        self._outside.org.store.update("Account", str(account["AccountId"]), {"NumberOfEmployees": employees})

    def _move_deals(self) -> None:
        for deal in self._world.every_deal:
            self._outside.change(deal_id(deal), StageName=deal.then, Type=deal.kind)
        self._bot.poll()

    def _touch(self, touched: Collection[int]) -> None:
        """While cards wait, something changes that the partner may not know of."""
        for deal in self._world.deals:
            if deal.number in touched:
                self._outside.change(deal_id(deal), Type="Existing Business - Upgrade")
        if touched:
            self._bot.poll()

    def _decide(self, deal: Deal, fate: str) -> None:
        motion = self._motion(deal)
        is_asked = motion is not None and motion.state is MotionState.AWAITING and motion.card is not None
        if motion is None or not is_asked or fate == "left":
            return
        if deal.typed:
            self._edit(motion, deal.typed)
        if fate == "denied":
            self._press(cast.PRIYA.id, motion, "motion.deny")
            self._people.fill(cast.PRIYA.id, {}, otherwise="They buy elsewhere")
            return
        for person in APPROVERS:
            if self._state(deal) is not MotionState.AWAITING:
                return
            self._press(person, motion, "motion.approve")

    def _edit(self, motion: Motion, typed: Mapping[str, str]) -> None:
        for action in ("motion.edit", "motion.answer"):
            if self._press(cast.PRIYA.id, motion, action):
                self._people.fill(cast.PRIYA.id, typed)
                return

    def _press(self, person: str, motion: Motion, action: str) -> bool:
        assert motion.card is not None, motion
        button = self._people.find(person, action, motion.card.channel, motion.card.ts)
        if button is not None:
            self._people.press(person, button)
        return button is not None

    def _review(self) -> None:
        """The portals decide."""
        fates = {deal_id(deal): deal.fate for deal in self._world.every_deal}
        for portal in PORTALS:
            if f"/{portal}" not in self._outside.wire.apps:
                continue
            for filed in self._outside.look(f"/{portal}/_control/summary")["opportunities"]:
                if filed["review_status"] in {"Submitted", "In review"}:
                    decision = "reject" if fates[filed["crm_id"]] == "rejected" else "approve"
                    self._outside.order(f"/{portal}/_control/review", id=filed["id"], decision=decision)

    def _answer(self, deal: Deal) -> None:
        """What the partner's seller does about a handoff on purpose."""
        motion = self._motion(deal)
        action = {"taken": "handoff.take", "declined": "handoff.decline"}.get(deal.fate)
        if motion is None or motion.handoff is None or action is None:
            return
        person = partner_people(TEAMS[self._world.partner])[0]
        button = self._people.find(person, action, motion.handoff.channel, motion.handoff.ts)
        if button is not None:
            self._watch.note("client", self._people.press(person, button))
            self._watch.note("client", self._people.fill(person, {}, otherwise="Not ours"))

    def _look(self) -> None:
        for _ in range(self._world.acts):
            person = self._shown.choice(partner_people(TEAMS[self._world.partner]))
            be_curious(person, self._shown, self._people, self._watch.note)

    def _rival_looks(self, late: Late, rng: Random) -> None:
        for _ in range(late.rival_acts):
            person = rng.choice(partner_people(TEAMS[self._world.rival]))
            be_curious(person, rng, self._people, lambda _surface, _seen: None)
        if late.is_rival_left:
            self._unshare(self._world.rival)

    def _end_sharing(self) -> None:
        match self._world.is_revoked_by:
            case "us":
                self._unshare(self._world.partner)
            case "them":
                person = partner_people(TEAMS[self._world.partner])[0]
                button = self._people.find(person, "grant.revoke", SHARED[self._world.partner])
                if button is not None:
                    self._watch.note("client", self._people.press(person, button))

    def _unshare(self, partner: str) -> None:
        said = f"unshare {partner}"
        self._people.act(cast.DANA.id, "command", channel="C0COSELLOPS", command="/cosell", text=said)

    def _go_on(self, late: Late) -> None:
        """Deals go on in the CRM, whatever is shared."""
        for deal in self._world.deals:
            self._outside.change(deal_id(deal), **late.later[deal.number])
        self._bot.poll()
        self._sweep()

    def _sweep(self) -> None:
        for name in SWEEPS:
            self._bot.jobs[name].run()
            self._settle()

    def _after(self, time: timedelta) -> None:
        self._bot.durable.advance(time)
        self._settle()

    def _settle(self) -> None:
        for _ in range(50):
            self._bot.durable.settle()
            if not self._outside.delivery.flush():
                return
        raise RuntimeError("the bot and Slack answer each other without end")

    def _motion(self, deal: Deal) -> Motion | None:
        query = MotionQuery(opportunity_id=deal_id(deal))  # type: ignore[arg-type]  # as the CRM names it
        found: Any = self._bot.store.read(lambda uow: list(uow.motions.find(query)))
        return next((motion for motion in found if motion.partner == deal.for_partner), None)

    def _state(self, deal: Deal) -> MotionState | None:
        motion = self._motion(deal)
        return motion.state if motion else None
