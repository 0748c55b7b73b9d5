"""A world with a joint pipeline: four deals two companies both know, and a grant that shares them for the forecast."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import origins_of
from motions.deals import Account, Money, Opportunity
from motions.forecasting import gather
from motions.grant_terms import DealRule, Grant, GrantId, Purpose, Signature, Terms
from motions.grant_terms import Side as Ended
from motions.joining import put, wake
from motions.joint import JointForecast, JointLine
from motions.joint_forms import Typed
from motions.model import PartnerKey, Person, Token
from motions.referrals import Field
from motions.reporting import report
from motions.spaces import Line
from motions.stages import SCALE
from tests.fakes.messenger import Posted
from tests.fakes.world import ALEX, AWS, PRIYA, SHARED, World, a_deal, world
from tests.motions.spacing import PIPELINE

SHARED_FIELDS = frozenset({Field.CUSTOMER, Field.STAGE, Field.AMOUNT, Field.CLOSE_DATE})
NORTHSTAR = PartnerKey("northstar")
_SIGNED = Signature("ours", "", "")


def deals() -> tuple[Opportunity, ...]:
    """Our side of the four deals, as the CRM has them."""
    return tuple(
        a_deal(
            n,
            name=f"{customer} platform",
            account=Account(f"001{n}", customer),
            stage=SCALE[rung - 1],
            stage_name=f"Stage {rung}",
            amount=Money(Decimal(millions) * 1_000_000, "USD"),
            close_date=date(2026, 12, 31),
        )
        for n, (customer, ((millions, rung), _)) in enumerate(PIPELINE.items(), 1)
    )


def joint_world(*, grants: bool = True, **policy: Any) -> World:
    """The four deals stand in the pipeline with AWS, which has said nothing of them yet; the message is out."""
    made = world(*deals(), shares=False, **policy)
    made.ports = replace(made.ports, origins=origins_of(FieldMap()))
    if grants:
        grant(made)
    with made.store.transaction() as uow:
        for deal in deals():
            put(deal, AWS, uow, made.ports, by="cosell")
        wake(AWS, uow, made.ports)
    made.durable.settle()
    return made


def grant(
    made: World,
    partner: PartnerKey = AWS,
    fields: frozenset[Field] = SHARED_FIELDS,
    rule: DealRule | None = None,
    people: tuple[str, ...] = (),
    by: Person = ALEX,
) -> Grant:
    """A grant that both sides signed."""
    now = made.clock.now()
    with made.store.transaction() as uow:
        version = len(uow.grants.of(partner)) + 1
        until = now.date() + timedelta(days=30)
        terms = Terms(frozenset({Purpose.FORECAST}), fields, rule or DealRule(everything=True), people, until)
        made_grant = Grant(
            GrantId(f"{partner}.{version}"), partner, version, terms, PRIYA.key, PRIYA.name, now, our_signature=_SIGNED
        )
        uow.grants.add(made_grant)
        uow.grants.confirm(made_grant.id, by=by, at=now, signature=_SIGNED)
    return made_grant


def revoke(made: World, granted: Grant) -> None:
    """Somebody of theirs takes it back."""
    with made.store.transaction() as uow:
        uow.grants.revoke(granted.id, by=ALEX, at=made.clock.now(), side=Ended.PARTNER)


def seen(made: World, partner: PartnerKey = AWS) -> JointForecast:
    """The view as anybody would be shown it now."""
    view: JointForecast = made.read(lambda uow: gather(made.ports.config.partner(partner), uow, made.ports))
    return view


def line_of(made: World, customer: str) -> JointLine:
    """One line of that view."""
    return next(line for line in seen(made).lines if line.customer == customer)


def stored(made: World, customer: str) -> Line:
    """The line itself."""
    lines: list[Line] = made.read(lambda uow: uow.spaces.open_lines(AWS))
    return next(line for line in lines if line.customer == customer)


def message(made: World, channel: str = SHARED) -> Posted:
    """The one forecast message of a channel."""
    [found] = [each for each in made.messenger.in_channel(channel) if ":message" in each.key]
    return found


def tell(made: World, customer: str, by: Person = ALEX, **typed: str) -> object:
    """Somebody of the partner fills in the form; what came of it has happened."""
    view = seen(made)
    outcome = report(view.token, by, Typed(line_of(made, customer).ref, **typed), made.ports)
    made.durable.settle()
    return outcome


def tell_all(made: World) -> None:
    """AWS tells its side of the four deals."""
    for customer, (_, (millions, rung)) in PIPELINE.items():
        amount = str(Decimal(millions) * 1_000_000)
        tell(made, customer, stage=str(rung), amount=amount, close_date="2026-12-31")


def token_of(made: World, customer: str) -> Token:
    """What the line's button carries."""
    return stored(made, customer).token
