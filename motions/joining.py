"""How deals and figures come into a joint pipeline: handed over, read from the CRM, told by the partner.

A line may be there without anybody seeing it: `forecasting` shows what a grant releases, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from motions.deals import Opportunity
from motions.journal import OURS
from motions.model import Motion, PartnerKey, Token
from motions.ports import Ports, Surroundings
from motions.records import Queue, Segment, UnitOfWork
from motions.space_journal import change_line, keep_space, put_line
from motions.spaces import Figures, JointField, Line, Side, Source, Space, Value, figures_of, moved, with_values
from motions.stages import stage_named


def hand_over(motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    """A deal that was handed to a partner's seller stands in the pipeline with that partner from now on."""
    deal = uow.deals.get(motion.opportunity_id)
    if deal is not None and put(deal, motion.partner, uow, ports, by="cosell"):
        portal_says(motion, motion.partner_stage, None, uow, ports)
        wake(motion.partner, uow, ports)


def put(deal: Opportunity, partner: PartnerKey, uow: UnitOfWork, ports: Surroundings, *, by: str) -> bool:
    """Put a deal into the pipeline with a partner; False when it is there."""
    now = ports.clock.now()
    if uow.spaces.locked(partner) is None:
        keep_space(uow, Space(partner, Token(ports.ids.new())), at=now)
    line = Line(
        partner=partner,
        deal=deal.id,
        customer=deal.account.name if deal.account else "",  # a deal's own name is another field
        token=Token(ports.ids.new()),
        updated_at=now,
        ours=figures_of(deal),
    )
    return put_line(uow, line, actor=by, detail={"company": OURS, "by": by})


def follow(deal: Opportunity, uow: UnitOfWork, ports: Ports) -> None:
    """A deal as just read from the CRM: its figures move on every line it has, and the messages show it at once."""
    company = ports.config.policy.company
    for line in uow.spaces.lines_of(deal.id):
        said = {"company": OURS, "by": deal.modified_by or "the CRM"}
        if move(line, Side.OURS, figures_of(deal), Source.CRM, uow, ports, by=company, detail=said):
            wake(line.partner, uow, ports)


def move(
    line: Line,
    side: Side,
    figures: Figures,
    source: Source,
    uow: UnitOfWork,
    ports: Surroundings,
    *,
    by: str,
    detail: Mapping[str, object],
) -> bool:
    """Let one side say other figures of a deal; False when they are what it said before."""
    token = Token(ports.ids.new())
    after = moved(line, side, figures, by=by, source=source, at=ports.clock.now(), token=token)
    if after is None:
        return False
    said = {"side": side, "source": source, "figures": _spelled(after, side), **detail}
    return change_line(uow, after, "moved", actor=by, detail=said)


def told(line: Line, values: Mapping[JointField, Value | None]) -> Figures:
    """The partner's figures of a deal once it has told these of them."""
    return with_values(line.theirs, values)


def portal_says(
    motion: Motion, stage_name: str | None, close_date: date | None, uow: UnitOfWork, ports: Surroundings
) -> bool:
    """The partner's figures as its portal has them; what the portal does not say stays. False when nothing moves."""
    line, stage = uow.spaces.line(motion.partner, motion.opportunity_id), stage_named(stage_name or "")
    values: dict[JointField, Value | None] = {JointField.STAGE: stage} if stage else {}
    if close_date is not None:
        values[JointField.CLOSE_DATE] = close_date
    if line is None or not values:
        return False
    portal = f"{ports.config.name_of(motion.partner)}'s portal"
    said = {"company": motion.partner, "by": portal}
    return move(line, Side.THEIRS, told(line, values), Source.PORTAL, uow, ports, by=portal, detail=said)


def wake(partner: PartnerKey, uow: UnitOfWork, ports: Surroundings) -> None:
    """Have the space's message drawn again once this transaction commits."""
    space = uow.spaces.locked(partner)
    if space is None:
        return
    revision = space.revision + 1
    keep_space(uow, replace(space, revision=revision), at=ports.clock.now())
    uow.enqueue(drawing(partner, revision))


def drawing(partner: PartnerKey, revision: int) -> Segment:
    """The segment that draws a space's message: one at a time for each partner."""
    lane = f"space:{partner}"
    return Segment("show_forecast", f"{lane}:{revision}:show_forecast", (partner, revision), Queue.SLACK, lane)


def _spelled(line: Line, side: Side) -> dict[str, str | None]:
    return {each.field.value: each.after for each in line.moves if each.side is side and each.at == line.updated_at}
