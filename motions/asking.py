"""`/cosell`: what people ask, answered from our own store so that it is on screen at once; may start a motion."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from motions.answer_surfaces import (
    Answer,
    ChoiceAnswer,
    DealAnswer,
    DoneAnswer,
    HelpAnswer,
    ProblemAnswer,
    StatusAnswer,
    WhyAnswer,
)
from motions.deals import Opportunity, OpportunityId
from motions.decision_records import ExceptionQuery
from motions.errors import NotPermitted
from motions.forecasting import answer_forecast
from motions.granting import share, unshare
from motions.model import Band, Match, Motion, MotionState, Person, Role, Trigger, TriggerId, TriggerKind
from motions.ports import Ports
from motions.proposals import sha256_of
from motions.queues import queue_for
from motions.records import MotionQuery, Queue, Segment, UnitOfWork
from motions.rule_desk import rules
from motions.setup_desk import setup
from motions.standing import standing
from motions.switches import resume, show_stop, stop, why_stopped
from motions.triggers import FEED

CHOICES = 5
# What a motion does not come out of by being asked for once more, unless `_may_start` says so.
_STANDS = {MotionState.DENIED, MotionState.EXPIRED, MotionState.REJECTED, MotionState.NEEDS_PERSON}
_IDS_AT_MOST = 5  # that are looked up of one message
_ID = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])")


def answer(text: str, asker: Person, ports: Ports) -> Answer:
    """Answer one `/cosell` line; never raises for what a person typed."""
    if asker.role in {Role.PARTNER, Role.STRANGER}:
        return _not_for_you(asker)
    word, _, rest = text.strip().partition(" ")
    command = _COMMANDS.get(word.casefold())
    if command is None:
        return _about(text.strip(), asker, ports, _deal)
    return command(rest.strip(), asker, ports)


def about_deal(words: str, asker: Person, ports: Ports) -> Answer:
    """As `/cosell <deal>`; whatever stands there names a deal and is no command."""
    if asker.role in {Role.PARTNER, Role.STRANGER}:
        return _not_for_you(asker)
    return _about(words.strip(), asker, ports, _deal)


def start_deal(words: str, asker: Person, ports: Ports) -> bool:
    """As `/cosell <deal>`, for a workflow: whether its motion is under way by now, or its start is being weighed."""
    found = about_deal(words, asker, ports)
    if not isinstance(found, DealAnswer):
        return False
    motion = found.motion
    if found.started or (motion is not None and motion.state not in _STANDS):
        return True
    asked = _asked_id(found.deal, motion.epoch if motion else 0)
    return ports.durable.read(lambda uow: _is_weighed(asked, found.deal, uow))


def show_deal(deal_id: str, asker: Person, ports: Ports) -> Answer:
    """As `/cosell <deal>`, but it starts nothing: for whoever only looks."""
    if asker.role in {Role.PARTNER, Role.STRANGER}:
        return _not_for_you(asker)
    return _about(deal_id, asker, ports, partial(_deal, starts=False))


def about_message(message: str, asker: Person, ports: Ports) -> Answer | None:
    """The same of the deal whose id or link stands in a message; None: of none that this person may ask for."""
    if asker.role in {Role.PARTNER, Role.STRANGER}:
        return _not_for_you(asker)
    deals = _named_in(message, asker, ports)
    if len(deals) == 1:
        return _deal(deals[0], asker, ports)
    return ChoiceAnswer("this message", tuple(deals), 0) if deals else None


def deal_named(link: str, asker: Person, ports: Ports) -> OpportunityId | None:
    """The one open deal whose id stands in a link, when this person may ask for it."""
    deals = _named_in(link, asker, ports) if asker.role not in {Role.PARTNER, Role.STRANGER} else []
    return deals[0].id if len(deals) == 1 else None


def _named_in(message: str, asker: Person, ports: Ports) -> list[Opportunity]:
    ids = list(dict.fromkeys(_ID.findall(message)))[:_IDS_AT_MOST]
    found = ports.durable.read(lambda uow: [deal for each in ids for deal in _named_by(each, asker, uow, ports)])
    return list({deal.id: deal for deal in found}.values())


def _named_by(deal_id: str, asker: Person, uow: UnitOfWork, ports: Ports) -> list[Opportunity]:
    return [deal for deal in _search(deal_id, asker, uow, ports) if deal_id in {deal.id, deal.id[:15]}]


def _stop(reason: str, asker: Person, ports: Ports) -> Answer:
    return _switch(ports, lambda uow: stop(asker, reason, uow, ports.config, ports.clock.now()))


def _resume(_said: str, asker: Person, ports: Ports) -> Answer:
    return _switch(ports, lambda uow: resume(asker, uow, ports.config, ports.clock.now()))


def _switch(ports: Ports, turn: Callable[[UnitOfWork], str]) -> Answer:
    try:
        with ports.store.transaction() as uow:
            said = turn(uow)
    except NotPermitted as error:
        return ProblemAnswer(str(error), "Nothing was changed.", "Ask one of them; /cosell status says who stopped it.")
    show_stop(ports)
    return DoneAnswer(said)


def _about(
    asked: str,
    asker: Person,
    ports: Ports,
    then: Callable[[Opportunity, Person, Ports], Answer],
    command: str = "/cosell",
) -> Answer:
    if not asked:
        return ProblemAnswer("No deal was named.", "Nothing was changed.", "Add the account's or the deal's name.")
    found = ports.durable.read(lambda uow: _search(asked, asker, uow, ports))
    if not found:
        return ProblemAnswer(
            f"No open deal matches “{asked}”.",
            f"Searched the names, accounts and ids of {_scope(asker)}. Nothing was changed.",
            "Check the spelling, or use the deal's id from the CRM.",
        )
    exact = [deal for deal in found if asked.casefold() in {deal.name.casefold(), deal.id.casefold()}]
    if len(found) == 1 or len(exact) == 1:
        return then((exact or list(found))[0], asker, ports)
    return ChoiceAnswer(asked, tuple(found[:CHOICES]), max(len(found) - CHOICES, 0), command)


def _search(asked: str, asker: Person, uow: UnitOfWork, ports: Ports) -> list[Opportunity]:
    """Sellers find their own deals, alliance managers those of their regions, operators all."""
    owner = asker.email or "" if asker.role is Role.SELLER else None
    regions = None
    if asker.role is Role.ALLIANCE_MANAGER:
        mine = [row.region for row in ports.config.coverage.rows if asker.email in {row.manager, row.backup}]
        regions = None if "*" in mine else mine
    return list(uow.deals.search(asked, owner_email=owner, regions=regions, limit=CHOICES + 20))


def _scope(asker: Person) -> str:
    if asker.role is Role.SELLER:
        return "your open deals"
    return "the open deals you look after" if asker.role is Role.ALLIANCE_MANAGER else "all open deals"


def _deal(deal: Opportunity, asker: Person, ports: Ports, *, starts: bool = True) -> Answer:
    match, motions = ports.durable.read(
        lambda uow: (uow.matches.latest(deal.id), list(uow.motions.find(MotionQuery(opportunity_id=deal.id))))
    )
    best = match.best if match else None
    motion = motions[0] if motions else None
    can_start = deal.account is not None and best is not None and best.band is not Band.UNKNOWN and _may_start(motion)
    started = can_start and starts and _start(deal, motion.epoch if motion else 0, asker, ports)
    note = _note(deal, match, motion, started=started)
    return DealAnswer(
        deal=deal,
        deal_url=ports.deal_url(deal.id),
        band=best.band if best else None,
        score=best.score if best else None,
        reasons=best.reasons if best else (),
        partner_name=ports.config.name_of(best.partner) if best else None,
        motion=motion,
        started=started,
        note=note if starts or motion or not can_start else f"Nothing has started. `/cosell {deal.id}` starts it.",
    )


def _may_start(motion: Motion | None) -> bool:
    """Nothing started yet, nobody decided in time, or it waits for a person, who says with this that it is mended."""
    if motion is None or motion.state is MotionState.EXPIRED:
        return True
    return motion.state is MotionState.NEEDS_PERSON and motion.referral_id is None


def _start(deal: Opportunity, epoch: int, asker: Person, ports: Ports) -> bool:
    """The override: a person starts what no change has started yet. The same ask twice starts it once."""
    now = ports.clock.now()
    trigger = Trigger(
        id=_asked_id(deal, epoch),
        opportunity_id=deal.id,
        kind=TriggerKind.PERSON,
        source_at=now,
        seen_at=now,
        asked_by=asker.key,
    )
    with ports.store.transaction() as uow:
        if not uow.matches.add_trigger(trigger):
            return False
        uow.enqueue(Segment("evaluate", f"{trigger.id}:evaluate", (deal.id, trigger.id), Queue.WORK))
    return True


def _asked_id(deal: Opportunity, epoch: int) -> TriggerId:
    return TriggerId(sha256_of([deal.id, deal.modified_at.isoformat(), "person", epoch])[:20])


def _is_weighed(asked: TriggerId, deal: Opportunity, uow: UnitOfWork) -> bool:
    """Whether it was asked for, and what comes of that is not known yet."""
    is_known = uow.matches.trigger(asked) is not None
    return is_known and all(match.trigger_id != asked for match in uow.matches.of(deal.id))


def _note(deal: Opportunity, match: Match | None, motion: Motion | None, *, started: bool) -> str:
    if started:
        return "Started: the card will be in the alliance channel within a minute."
    if motion is not None:
        return f"The motion is {motion.state.value}. Next: {motion.next_act.rstrip('.')}."
    if deal.account is None:
        return "No motion can start: the deal has no account in the CRM. Set it, and cosell starts by itself."
    if match is None or match.best is None:
        return "No connected partner fits this deal. /cosell why shows what was weighed."
    if match.best.band is Band.UNKNOWN:
        return "No motion: there is no evidence for a partner on this deal yet."
    return "Asked for already: the card is on its way, or /cosell queue says what the deal still lacks."


def _why(deal: Opportunity, _asker: Person, ports: Ports) -> Answer:
    match = ports.durable.read(lambda uow: uow.matches.latest(deal.id))
    if match is None:
        return ProblemAnswer(
            f"{deal.name} has not been scored yet.", "Nothing was changed.", "It is scored at its next change."
        )
    ranked = tuple(
        (ports.config.name_of(s.partner), s.score, s.band, s.reasons, s.excluded_because) for s in match.ranked
    )
    return WhyAnswer(deal, ports.deal_url(deal.id), ranked, match.rule_version, match.decided_at)


def _status(uow: UnitOfWork, ports: Ports) -> StatusAnswer:
    counts = [(state.value, n) for state, n in uow.motions.counts().items()]
    bands = [(f"deals scored {band}", n) for band, n in uow.matches.band_counts().items()]
    return StatusAnswer(
        counts=(*counts, *bands),
        open_exceptions=uow.exceptions.how_many(ExceptionQuery()),
        last_read_at=uow.deals.watermark(FEED),
        writer=ports.writer.name,
        stopped=why_stopped(uow, ports.config),
    )


def _not_for_you(asker: Person) -> ProblemAnswer:
    return ProblemAnswer(
        f"cosell answers {asker.name} in the shared channel only.",
        "Nothing was changed.",
        "Reply in the thread of a handoff, or use its button.",
    )


# What `/cosell` answers to by its first word; anything else names a deal.
_COMMANDS: Mapping[str, Callable[[str, Person, Ports], Answer]] = {
    "": lambda _asked, _asker, _ports: HelpAnswer(),
    "help": lambda _asked, _asker, _ports: HelpAnswer(),
    "queue": lambda _asked, asker, ports: queue_for(asker, ports),
    "status": lambda _asked, _asker, ports: ports.durable.read(lambda uow: _status(uow, ports)),
    "standing": standing,
    "setup": setup,
    "rules": rules,
    "share": share,
    "unshare": unshare,
    "forecast": lambda asked, _asker, ports: answer_forecast(asked, ports),
    "stop": _stop,
    "resume": _resume,
    "why": lambda asked, asker, ports: _about(asked, asker, ports, _why, "/cosell why"),
}
