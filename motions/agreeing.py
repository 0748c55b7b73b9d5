"""Agreeing on a figure: somebody of ours and somebody of theirs each say, of the same two figures, which is right.

The line's token seals the figures both were shown; once one of them moves it opens nothing any more. Nothing of this
writes to a CRM: our seller is told, the partner's people see it in the message.
"""

from collections.abc import Mapping

from motions.attention import may_interrupt
from motions.deals import OpportunityId
from motions.forecasting import grant_on, partner_named, released_by
from motions.grants import may_see
from motions.joining import wake
from motions.joint import JointLine, in_words, joint_line
from motions.joint_forms import AgreeForm, Choice
from motions.journal import OURS
from motions.model import PartnerKey, Person, Role, Token
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import Queue, Segment, UnitOfWork
from motions.space_journal import change_line, subject_of
from motions.spaces import JointField, Line, Pick, Side, agreed_on, picked, spelling
from motions.surfaces import ClickOutcome, ClickReply, Note
from motions.terms import may_give

_STALE = (
    "These figures moved meanwhile, so nothing was agreed. The joint forecast shows the present ones; agree on those."
)
_NOT_YOURS = (
    "Agreeing takes one of our alliance managers, operators or admins and one of the partner's people the forecast is "
    "shared with. Nothing changed."
)


def agree_form(token: Token, by: Person, ports: Ports) -> AgreeForm | ClickReply:
    """The figures of a line that differ, to choose from; or why there is nothing to choose."""
    with ports.store.transaction() as uow:
        found = _found(token, by, uow, ports)
        if isinstance(found, ClickReply):
            return found
        line, shown = found
    if not shown.conflicts:
        return _nothing("Both sides agree on this deal's figures already. Nothing changed.")
    choices = tuple(
        Choice(cell.field, in_words(cell.field, cell.ours), in_words(cell.field, cell.theirs))
        for cell in shown.conflicts
    )
    partner = ports.config.name_of(line.partner)
    return AgreeForm(token, shown.name, ports.config.policy.company, partner, choices)


def agree(token: Token, by: Person, choices: Mapping[JointField, Side], ports: Ports) -> ClickReply:
    """Note one side's word; once both have said the same, it is agreed."""
    with ports.store.transaction() as uow:
        found = _found(token, by, uow, ports)
        if isinstance(found, ClickReply):
            return found
        line, shown = found
        offered = {cell.field for cell in shown.conflicts}
        wanted = {name: side for name, side in choices.items() if name in offered}
        if not wanted:
            return _nothing("Nothing was chosen that still differs, so nothing changed.")
        after = picked(line, side_of(by), wanted, Pick("", by.key, by.name, ports.clock.now()))
        if after is None:
            return _nothing("You agreed to this already; it waits for the other side. Nothing changed.")
        settled = {name: text for name in wanted if (text := agreed_on(after, name)) is not None}
        if not _keep(after, by, wanted, settled, uow, ports):
            return _nothing(_STALE)
    return ClickReply(ClickOutcome.DONE, _told(shown, wanted, settled, by, ports))


def side_of(by: Person) -> Side:
    """Whose word somebody's is."""
    return Side.THEIRS if by.role is Role.PARTNER else Side.OURS


def tell_agreed(partner_key: PartnerKey, deal_id: str, version: int, ports: Ports) -> None:
    """Segment: tell our seller what was agreed and what our CRM says instead; cosell changes no deal's figures."""
    found = ports.durable.read(lambda uow: _agreed(partner_key, deal_id, uow))
    company = partner_named(partner_key, ports)
    if found is None or company is None:
        return
    line, owner = found
    lines = tuple(
        f"{name.value.replace('_', ' ')}: agreed {in_words(name, text)}, in the CRM {in_words(name, spelling(ours))}"
        for name in JointField
        if (text := agreed_on(line, name)) is not None and spelling(ours := line.ours.of(name)) != text
    )
    seller = ports.people.by_email(owner) if owner else None
    if not lines or seller is None:
        return
    subject = subject_of(partner_key)
    headline = f"{company.name} and we agreed on figures of {line.customer} that the CRM does not have"
    link = ("Open the deal and change it there", ports.deal_url(line.deal))
    key = f"{subject}:agreed:{line.deal}.{version}"
    if not may_interrupt(key, seller, headline, ports, subject=subject):
        return
    plan = for_our_people(
        key, "slack.tell", ports.messenger.direct_channel(seller), Note(headline, lines, link), subject=subject
    )
    ports.durable.step("tell", lambda: post(plan, ports))


def _found(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> tuple[Line, JointLine] | ClickReply:
    """The line a token opens and what of it is released, for somebody who may speak for their company."""
    line = uow.spaces.line_by_token(token)
    if line is None:
        return _nothing(_STALE)
    grant = grant_on(line, uow, ports)
    if grant is None:
        return _nothing("This deal is no longer shared for the forecast. Nothing changed.")
    if not (may_see(grant, by) or may_give(by, line.partner, ports.config)):
        return _nothing(_NOT_YOURS)
    return line, joint_line(line, released_by(grant, ports))


def _keep(
    after: Line,
    by: Person,
    wanted: Mapping[JointField, Side],
    settled: Mapping[JointField, str],
    uow: UnitOfWork,
    ports: Ports,
) -> bool:
    grant = grant_on(after, uow, ports)
    detail = {
        "company": by.partner or OURS,
        "by": by.key,
        "grant": grant.id if grant else None,
        "figures": {name.value: spelling(after.of(side).of(name)) for name, side in wanted.items()},
        "agreed": {name.value: text for name, text in settled.items()},
    }
    if not change_line(uow, after, "agreed" if settled else "said", actor=by.name, detail=detail):
        return False
    wake(after.partner, uow, ports)
    if settled:
        args = (after.partner, after.deal, after.version)
        lane = f"space:{after.partner}:agreed:{after.deal}"
        uow.enqueue(Segment("tell_agreed", f"{lane}.{after.version}:tell_agreed", args, Queue.SLACK, lane))
    return True


def _agreed(partner: PartnerKey, deal_id: str, uow: UnitOfWork) -> tuple[Line, str | None] | None:
    line = uow.spaces.line(partner, OpportunityId(deal_id))
    deal = uow.deals.get(line.deal) if line and line.is_open else None
    return (line, deal.owner.email if deal.owner else None) if line and deal else None


def _told(
    shown: JointLine,
    wanted: Mapping[JointField, Side],
    settled: Mapping[JointField, str],
    by: Person,
    ports: Ports,
) -> str:
    cells = {cell.field: cell for cell in shown.cells}
    parts = []
    for name, side in wanted.items():
        cell = cells[name]
        value = in_words(name, cell.ours if side is Side.OURS else cell.theirs)
        what = f"{name.value.replace('_', ' ')} {value}"
        other = "the partner" if side_of(by) is Side.OURS else ports.config.policy.company
        parts.append(f"Agreed by both: {what}." if name in settled else f"Noted: {what}. It waits for {other}.")
    return f"{shown.name}. {' '.join(parts)} Nobody's CRM was changed."


def _nothing(why: str) -> ClickReply:
    return ClickReply(ClickOutcome.CHANGED_NOTHING, why)
