"""A grant that stands from the start, as if somebody of the partner had agreed to it yesterday."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from motions.grant_terms import DealRule, Grant, GrantId, Purpose, Signature, Terms, confirmed_text, proposed_text
from motions.granting import OURS, witness_of
from motions.journal import confirm_grant, propose_grant
from motions.model import PartnerKey, Person
from motions.ports import Ports
from motions.referrals import Field
from tests.fakes.clock import MONDAY

YESTERDAY = timedelta(days=1)


def share(ports: Ports, by: Person, **terms: Any) -> Grant | None:
    """Let a grant to this person's partner stand, on its block's terms or some others; None: there is one already."""
    assert by.partner is not None
    grant = a_grant(ports, by.partner, **terms)
    at = grant.proposed_at
    agreed = replace(grant, confirmed_by=by.key, confirmed_name=by.name, confirmed_at=at)
    with ports.store.transaction() as uow:
        if not propose_grant(uow, grant):
            return None
        confirm_grant(uow, grant, by=by, at=at, signature=ports.signer.sign(witness_of(grant), confirmed_text(agreed)))
    return grant


def granted(partner: PartnerKey, **terms: Any) -> Grant:
    """A grant of everything for everything, but for these terms; signed by nobody."""
    everything = Terms(frozenset(Purpose), frozenset(Field), DealRule(everything=True), (), date(2027, 11, 22))
    return Grant(
        id=GrantId(f"{partner}.1"),
        partner=partner,
        version=1,
        terms=replace(everything, **terms),
        proposed_by="T0MERIDIAN/U0PRIYA",
        proposed_name="Priya Raman",
        proposed_at=MONDAY,
        our_signature=Signature(OURS, "", ""),
        confirmed_by="T0AWSTEAM/U0ALEX",
        confirmed_name="Alex Moreno",
        confirmed_at=MONDAY,
    )


def a_grant(ports: Ports, partner: PartnerKey, **terms: Any) -> Grant:
    """What our side has proposed to a partner, signed."""
    block = ports.config.partner(partner).grant
    assert block is not None
    now = ports.clock.now() - YESTERDAY
    version = len(ports.durable.read(lambda uow: uow.grants.of(partner))) + 1
    grant = Grant(
        id=GrantId(f"{partner}.{version}"),
        partner=partner,
        version=version,
        terms=replace(block.terms(now.date()), **terms),
        proposed_by="T0MERIDIAN/U0PRIYA",
        proposed_name="Priya Raman",
        proposed_at=now,
        our_signature=Signature(OURS, "", ""),
    )
    return replace(grant, our_signature=ports.signer.sign(OURS, proposed_text(grant)))
