"""What somebody does at their desk: decide one thing or several alike, put it off, give it away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from motions.approvals import approve, deny
from motions.cards import gather_card
from motions.deciding import done, look, nothing
from motions.desk import SEES_ALL, Reader
from motions.desk_surfaces import Batch, DeskItem, Handling, Look, Pile, Rest
from motions.journal import give_exception
from motions.model import ExceptionItem, Motion, MotionId, Person, Role, Token
from motions.mornings import morning_of
from motions.moving import note
from motions.policy import Configuration
from motions.ports import Ports
from motions.records import UnitOfWork
from motions.surfaces import ClickOutcome, ClickReply, MotionCard

AT_ONCE = 5  # proposals in one form: each is shown whole
_LOOKED_AT = 200  # motions that are looked through for some that are alike
MOTION, EXCEPTION = "motion", "exception"
_DAYS = {Rest.TOMORROW: 1, Rest.THREE_DAYS: 3, Rest.WEEK: 7}
_GONE = "This is settled by now, and on nobody's desk any more."
_NOT_YOURS = "This is on somebody else's desk."


def look_at(ref: str, by: Person, ports: Ports) -> DeskItem | ClickReply:
    """One thing of somebody's desk in full, with what they may do about it."""
    found = ports.durable.read(lambda uow: _find(ref, by, uow))
    if isinstance(found, ClickReply):
        return found
    motion, problem = found
    card = gather_card(motion.id, ports, mention=False)[0] if motion else None
    deal = motion.opportunity_id if motion else problem.opportunity_id if problem else None
    subject = ref.partition(":")[2]
    return DeskItem(
        ref=ref,
        title=_title(motion, problem, ports),
        card=card,
        problem=problem,
        link=ports.deal_url(deal) if deal else None,
        token=_decidable(card, by, ports),
        owner=problem.owner if problem else motion.manager_email if motion else "",
        owners=tuple((each, each) for each in ports.config.coverage.staff)
        if by.role in SEES_ALL or by.role is Role.ALLIANCE_MANAGER
        else (),
        asleep_until=ports.durable.read(lambda uow: uow.snoozes.of(by.key, ports.clock.now())).get(subject),
    )


def handle(ref: str, token: Token | None, by: Person, what: Handling, ports: Ports) -> ClickReply:
    """Do about one thing what its form says; a decision first, and the rest whatever became of it."""
    found = ports.durable.read(lambda uow: _find(ref, by, uow))
    if isinstance(found, ClickReply):
        return found
    said = list(_decided(token, by, what, ports))
    if what.owner or what.rest:
        with ports.store.transaction() as uow:
            said += _arranged(ref, by, what, uow, ports)
    if not said:
        return nothing("Nothing was chosen.")
    outcomes = {each.outcome for each in said}
    outcome = ClickOutcome.DONE if ClickOutcome.DONE in outcomes else ClickOutcome.CHANGED_NOTHING
    return ClickReply(outcome, "\n".join(each.text for each in said))


def batch_for(by: Person, seen: Look, ports: Ports) -> Batch | ClickReply:
    """The first proposals of one partner that this person may approve now, each whole, in the order of their desk."""
    alike = ports.durable.read(lambda uow: list(_alike(Reader(by, uow, ports), seen)))
    cards = [gather_card(motion.id, ports, mention=False)[0] for motion in alike[:AT_ONCE]]
    ready = tuple(card for card in cards if _decidable(card, by, ports))
    if not ready:
        return nothing("Nothing here can be approved by you at the moment.")
    return Batch(ready[0].partner_name, ready, max(len(alike) - AT_ONCE, 0))


def approve_batch(tokens: Sequence[Token], by: Person, ports: Ports) -> ClickReply:
    """Approve each of these on its own, as a click on its card would; what failed for one fails for that one alone."""
    if not tokens:
        return nothing("Nothing was chosen.")
    said = [(token, approve(token, by, ports)) for token in dict.fromkeys(tokens)]
    names = ports.durable.read(lambda uow: {token: _name_behind(token, uow) for token, _ in said})
    approved = sum(reply.outcome is ClickOutcome.DONE for _, reply in said)
    lines = [f"{names[token]}: {reply.text}" for token, reply in said]
    outcome = ClickOutcome.DONE if approved else ClickOutcome.CHANGED_NOTHING
    return ClickReply(outcome, "\n".join([f"{approved} of {len(said)} approved.", *lines]))


def rest_until(rest: Rest, by: Person, config: Configuration, now: datetime) -> datetime:
    """The morning on which something comes back: where this person is, on a day and at the hour they work."""
    return morning_of(by, _DAYS[rest], now, config)


def _find(ref: str, by: Person, uow: UnitOfWork) -> tuple[Motion | None, ExceptionItem | None] | ClickReply:
    kind, _, key = ref.partition(":")
    problem = uow.exceptions.get(key) if kind == EXCEPTION else None
    motion = uow.motions.get(MotionId(key if kind == MOTION else problem.subject if problem else ""))
    is_gone = problem.resolved_at is not None if problem else motion is None
    if is_gone:
        return nothing(_GONE)
    return (motion, problem) if _is_theirs(by, motion, problem) else nothing(_NOT_YOURS)


def _is_theirs(by: Person, motion: Motion | None, problem: ExceptionItem | None) -> bool:
    if by.role in SEES_ALL:
        return True
    owners = {problem.owner if problem else None, *((motion.manager_email, motion.seller_email) if motion else ())}
    return by.role in {Role.ALLIANCE_MANAGER, Role.SELLER} and by.email is not None and by.email in owners


def _title(motion: Motion | None, problem: ExceptionItem | None, ports: Ports) -> str:
    if motion is not None:
        return f"{motion.account_name} with {ports.config.name_of(motion.partner)}"
    return problem.code if problem else ""


def _decidable(card: MotionCard | None, by: Person, ports: Ports) -> Token | None:
    """The token behind a card when this person may approve what it shows now."""
    if card is None or card.token is None or card.proposal is None or not card.proposal.is_ready or card.held:
        return None
    return None if isinstance(look(card.token, by, ports), ClickReply) else card.token


def _decided(token: Token | None, by: Person, what: Handling, ports: Ports) -> Iterator[ClickReply]:
    if token is None:
        return
    if what.approve:
        yield approve(token, by, ports)
    elif what.deny:
        yield deny(token, by, what.deny, ports)


def _arranged(ref: str, by: Person, what: Handling, uow: UnitOfWork, ports: Ports) -> Iterator[ClickReply]:
    found = _find(ref, by, uow)
    if isinstance(found, ClickReply):  # the decision settled it
        return
    now, (_, _, key) = ports.clock.now(), ref.partition(":")
    if what.owner:
        yield _given(what.owner, *found, by, uow, ports)
    if what.rest is Rest.WAKE:
        uow.snoozes.wake(by.key, key)
        yield done("It is back on your desk.")
    elif what.rest:
        until = rest_until(what.rest, by, ports.config, now)
        uow.snoozes.put(by.key, key, until, now=now)
        yield done(f"Put off until {until:%A, %-d %B, %H:%M}; for you alone.")


def _given(
    owner: str, motion: Motion | None, problem: ExceptionItem | None, by: Person, uow: UnitOfWork, ports: Ports
) -> ClickReply:
    if by.role is Role.SELLER or owner not in ports.config.coverage.staff:
        return nothing("This can be given to nobody by you.")
    if problem is not None:
        if problem.owner == owner:
            return nothing(f"It is {owner}'s already.")
        give_exception(uow, problem, owner, by=by, at=ports.clock.now())
    elif motion is not None:
        if motion.manager_email == owner:
            return nothing(f"It is {owner}'s already.")
        note(uow, motion.id, {"manager_email": owner}, at=ports.clock.now(), actor=by.name)
    return done(f"Given to {owner}, on whose desk it is now.")


def _alike(reader: Reader, seen: Look) -> Iterator[Motion]:
    """Motions whose referrals wait, complete, for a decision, all with the partner of the first."""
    partner = None
    for motion in reader.uow.motions.find(replace(reader.query(Pile.DECIDE, seen), limit=_LOOKED_AT)):
        found = reader.uow.decisions.latest(motion.id)
        if found is None or found[0].verdict is not None or not found[1].is_ready:
            continue
        partner = partner or motion.partner
        if motion.partner == partner:
            yield motion


def _name_behind(token: Token, uow: UnitOfWork) -> str:
    found = uow.decisions.get(token)
    motion = uow.motions.get(found[0].motion_id) if found else None
    return motion.account_name if motion else "A card nobody knows"
