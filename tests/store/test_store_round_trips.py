"""Whatever the domain can say comes back exactly: deals, motions, decisions and effects of any content."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from motions.deals import Money, Opportunity
from motions.effects import Effect
from motions.model import Match, Motion
from motions.proposals import Approval, Proposal, StandingApproval, canonical_json
from motions.records import UnitOfWork
from store.unit import unit_of_work
from tests.anything import anything
from tests.store.databases import start
from tests.store.samples import a_deal

T = TypeVar("T")

# One database serves all examples of a test: each is rolled back.
examples = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@examples
@given(deal=anything(Opportunity))
def test_any_deal(engine: Engine, deal: Opportunity) -> None:
    def there_and_back(uow: UnitOfWork) -> Opportunity | None:
        uow.deals.save([deal])
        return uow.deals.get(deal.id)

    assert _rolled_back(engine, there_and_back) == deal


@examples
@given(motion=anything(Motion))
def test_any_motion(engine: Engine, motion: Motion) -> None:
    def there_and_back(uow: UnitOfWork) -> Motion | None:
        uow.motions.add(motion)
        return uow.motions.get(motion.id)

    assert _rolled_back(engine, there_and_back) == motion


@examples
@given(match=anything(Match))
def test_any_match(engine: Engine, match: Match) -> None:
    def there_and_back(uow: UnitOfWork) -> Match | None:
        uow.matches.add([match])
        return uow.matches.latest(match.opportunity_id)

    assert _rolled_back(engine, there_and_back) == match


@examples
@given(proposal=anything(Proposal), approval=anything(Approval))
def test_any_decision_and_every_byte_of_its_payload(engine: Engine, proposal: Proposal, approval: Approval) -> None:
    request = replace(approval, proposal_id=proposal.id)

    def there_and_back(uow: UnitOfWork) -> tuple[Approval, Proposal] | None:
        uow.decisions.add(proposal, request)
        return uow.decisions.get(request.token)

    found = _rolled_back(engine, there_and_back)
    assert found == (request, proposal)
    assert found[1].seal == proposal.seal
    assert canonical_json(found[1].payload) == canonical_json(proposal.payload)


@examples
@given(standing=anything(StandingApproval))
def test_any_standing_approval(engine: Engine, standing: StandingApproval) -> None:
    def there_and_back(uow: UnitOfWork) -> StandingApproval | None:
        uow.standings.add(standing)
        return uow.standings.get(standing.token)

    assert _rolled_back(engine, there_and_back) == standing


@examples
@given(effect=anything(Effect))
def test_any_effect(engine: Engine, effect: Effect) -> None:
    def there_and_back(uow: UnitOfWork) -> Effect | None:
        uow.effects.intend(effect)
        return uow.effects.get(effect.key)

    assert _rolled_back(engine, there_and_back) == effect


@pytest.mark.parametrize("amount", ["0.10", "0.1", "1234567890123456789012345.678", "-0.00", "1E+3", "0"])
def test_money_keeps_every_digit(engine: Engine, amount: str) -> None:
    deal = a_deal(amount=Money(Decimal(amount), "EUR"))

    def there_and_back(uow: UnitOfWork) -> Opportunity | None:
        uow.deals.save([deal])
        return uow.deals.get(deal.id)

    found = _rolled_back(engine, there_and_back)
    assert found is not None
    assert found.amount is not None
    assert str(found.amount.amount) == amount


def _rolled_back(engine: Engine, work: Callable[[UnitOfWork], T]) -> T:
    with Session(engine) as session:
        return work(unit_of_work(session, start))
