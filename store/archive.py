"""Every row of a kind in the order of what it is about, streamed; for audits, which read all there is."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from motions.archive import UnreadableError
from motions.effects import Effect, Stop
from motions.grant_terms import Grant
from motions.invitations import Invitation
from motions.model import ExceptionItem, Match, Motion
from motions.offers import PrivateOffer
from motions.proposals import Approval, Proposal, StandingApproval
from motions.records import LogEntry
from motions.spaces import Line, Space
from store.grant_tables import grants
from store.invitation_tables import invitations
from store.offer_tables import offers
from store.rows import Record, record_from
from store.space_tables import space_lines, spaces
from store.tables import (
    approvals,
    effects,
    exceptions,
    log,
    matches,
    motions,
    proposals,
    standing_approvals,
)
from store.upkeep_tables import switches

R = TypeVar("R", bound=Record)

_AT_ONCE = 500
_QUERIES: Mapping[type[Any], Select[*tuple[Any, ...]]] = {
    LogEntry: select(log).order_by(log.c.subject, log.c.seq),
    Motion: select(motions).order_by(motions.c.id),
    Proposal: select(proposals).order_by(proposals.c.motion_id, proposals.c.id),
    Approval: select(approvals).order_by(approvals.c.motion_id, approvals.c.seq),
    Effect: select(effects).order_by(effects.c.subject, effects.c.seq),
    ExceptionItem: select(exceptions).order_by(exceptions.c.subject, exceptions.c.seq),
    Match: select(matches).order_by(matches.c.opportunity_id, matches.c.seq),
    StandingApproval: select(standing_approvals).order_by(standing_approvals.c.seq),
    Stop: select(switches).where(switches.c.at.is_not(None)),
    Grant: select(grants).order_by(grants.c.id),
    Invitation: select(invitations).order_by(invitations.c.id),
    PrivateOffer: select(offers).order_by(offers.c.id),
    Space: select(spaces).order_by(spaces.c.partner),
    Line: select(space_lines).order_by(space_lines.c.partner, space_lines.c.deal),
}


class SqlArchive:
    """`motions.records.Archive` in SQL; every order is one of bytes, so that streams can be merged."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, kind: type[R]) -> Iterator[R]:
        query = _QUERIES[kind]
        (table,) = query.get_final_froms()
        *_, key = table.primary_key
        before = None
        with self._session.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
            try:
                for row in rows.mappings():
                    yield record_from(kind, row)
                    before = row[key.name]
            except ValueError as error:  # of pydantic, json and the column types alike
                place = "the first row" if before is None else f"the row after {key.name} {before}"
                raise UnreadableError(f"{place} of {table.description}") from error
