"""Which deal of ours a row of a partner's sheet is about: by ids, else by exact names; decides nothing about it."""

from motions.deals import Opportunity, OpportunityId
from motions.model import Motion, MotionState
from motions.partner_sheets import SheetColumn, SheetRow
from motions.policy import Partner
from motions.records import MotionQuery, UnitOfWork

_SHORT_ID = 15  # reports leave the last three characters of an id out, which only say how the others are written
_NAMESAKES = 50  # the closest by name that are looked at; "Renewal" is what many deals are called
_NONE = "is about no deal of ours that is open and called so"


def about(row: SheetRow, partner: Partner, uow: UnitOfWork) -> tuple[Opportunity, Motion | None] | str:
    """The deal, and the motion whose reference the row gives; or why it is about none."""
    motion = _motion_of(row, partner, uow)
    deal = uow.deals.get(motion.opportunity_id) if motion is not None else _deal_of(row, uow)
    if deal is None:
        return _NONE
    by_id = _by_id(row.values.get(SheetColumn.CRM_ID), uow)  # None also for an id of the partner's own
    if by_id is not None and by_id.id != deal.id:
        return f"gives the reference of {deal.name} beside the id of another deal"
    return deal, motion


def in_review(deal: OpportunityId, partner: Partner, uow: UnitOfWork) -> Motion | None:
    """The motion of a deal that waits for what this partner decides."""
    query = MotionQuery(opportunity_id=deal, partner=partner.key, states=(MotionState.IN_REVIEW,), limit=1)
    return next(iter(uow.motions.find(query)), None)


def _motion_of(row: SheetRow, partner: Partner, uow: UnitOfWork) -> Motion | None:
    reference = row.values.get(SheetColumn.REFERENCE)
    if reference is None:
        return None
    query = MotionQuery(referral_id=reference, partner=partner.key, limit=1)
    return next(iter(uow.motions.find(query)), None)


def _deal_of(row: SheetRow, uow: UnitOfWork) -> Opportunity | None:
    """By our CRM's id; else the one open deal of exactly this name, or of this customer when it has only one."""
    crm_id = row.values.get(SheetColumn.CRM_ID)
    if crm_id is not None:
        return _by_id(crm_id, uow)
    title, customer = row.values.get(SheetColumn.TITLE), row.values.get(SheetColumn.CUSTOMER)
    asked = title or customer or ""
    closest = uow.deals.search(asked, limit=_NAMESAKES)
    if len(closest) == _NAMESAKES and any(_same(asked, name) for name in _names(closest[-1])):
        return None  # there are more of this very name, and which of them is meant was not looked at
    found = [deal for deal in closest if _same(title, deal.name) and _same(customer, _names(deal)[1])]
    return found[0] if len(found) == 1 and (title or customer) else None


def _by_id(crm_id: str | None, uow: UnitOfWork) -> Opportunity | None:
    if crm_id is None:
        return None
    known = uow.deals.get(OpportunityId(crm_id))
    return known or _cut_short(crm_id, uow)


def _cut_short(crm_id: str, uow: UnitOfWork) -> Opportunity | None:
    found = [deal for deal in uow.deals.search(crm_id, limit=2) if deal.id[:_SHORT_ID] == crm_id]
    return found[0] if len(found) == 1 else None


def _names(deal: Opportunity) -> tuple[str, str | None]:
    return deal.name, deal.account.name if deal.account else None


def _same(said: str | None, known: str | None) -> bool:
    return said is None or (known is not None and said.casefold() == known.casefold())
