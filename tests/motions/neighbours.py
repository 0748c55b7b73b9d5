"""Two companies, each with a program of its own: Meridian and AWS know the same four deals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import origins_of
from motions.deals import Account, Money, Opportunity
from motions.forecasting import partner_named
from motions.instance_hearing import hear
from motions.instance_telling import Told, our_key, push
from motions.instance_wire import KEY, PATH, SIGNATURE, Outcome
from motions.joining import put, wake
from motions.policy import Partner
from motions.ports import Reply
from motions.stages import SCALE
from tests.fakes.instances import Answering, FakeInstances
from tests.fakes.signer import FakeSigner
from tests.fakes.world import AWS, SECOND, World, a_deal, world
from tests.motions.forecasts import grant
from tests.motions.spacing import PIPELINE

NAMES = {"Meridian": "AWS", "AWS": "Meridian"}


@dataclass
class Neighbours:
    """Both worlds; in each the other company is the partner with the key 'aws'."""

    meridian: World
    aws: World

    def tell(self, teller: World, person: str | None = None) -> Told:
        """One company tells the other its figures."""
        for each in (self.meridian, self.aws):
            each.clock.advance(SECOND)
        told = push(partner_of(teller), person, teller.ports)
        for each in (self.meridian, self.aws):
            each.durable.settle()
        return told

    def tell_both(self) -> tuple[Told, Told]:
        """Both tell, and the first once more: by then it has heard the other."""
        self.tell(self.meridian)
        return self.tell(self.aws), self.tell(self.meridian)


def partner_of(made: World) -> Partner:
    """The other company."""
    return made.ports.config.partner(AWS)


def instances_of(made: World) -> FakeInstances:
    """Everything this company sent."""
    assert isinstance(made.ports.instances, FakeInstances)
    return made.ports.instances


def neighbours(*, grants: bool = True) -> Neighbours:
    """Both know the four deals, each with its own figures; nobody has told anything."""
    both = Neighbours(_company("Meridian", 0, grants=grants), _company("AWS", 1, grants=grants))
    keys = {made.ports.config.policy.company: our_key(AWS, made.ports) for made in (both.meridian, both.aws)}
    for made, other in ((both.meridian, both.aws), (both.aws, both.meridian)):
        name = NAMES[made.ports.config.policy.company]
        amend(made, name=name, aliases=(), public_key=keys[name], url=f"https://{name.lower()}.example")
        instances_of(made).there[f"https://{name.lower()}.example{PATH}"] = at_home(other)
    return both


def at_home(made: World) -> Answering:
    """How a company's program answers, as its route does."""

    def answer(text: str, headers: Mapping[str, str]) -> Reply:
        heard = hear(text, headers[KEY], headers[SIGNATURE], made.ports)
        if heard is None:
            return Reply(401, "not known")
        status = 422 if heard.outcome is Outcome.REFUSED else 200
        return Reply(status, heard.text, {SIGNATURE.lower(): heard.signature})

    return answer


def amend(made: World, **changes: object) -> None:
    """Change what partners.yml says of the other company."""
    config = made.ports.config
    others = tuple(p.model_copy(update=changes) if p.key == AWS else p for p in config.partners)
    made.use(config.model_copy(update={"partners": others}))


def sent(both: Neighbours) -> str:
    """The bytes Meridian sent last."""
    return instances_of(both.meridian).sent[-1][1]


def entries(made: World, event: str) -> list[Any]:
    """What a company's log holds of its space."""
    return [each for each in made.read(lambda uow: uow.log.of(f"space:{AWS}")) if each.event == event]


def set_ours(made: World, customer: str, **figures: Any) -> None:
    """A company changes its own figures of a deal."""
    with made.store.transaction() as uow:
        line = next(each for each in uow.spaces.open_lines(AWS) if each.customer == customer)
        uow.spaces.save_line(replace(line, ours=replace(line.ours, **figures), version=line.version + 1))


def _company(name: str, side: int, *, grants: bool) -> World:
    deals = [_deal(n, customer, *sides[side]) for n, (customer, sides) in enumerate(PIPELINE.items(), 1 + 40 * side)]
    made = world(*deals, shares=False, company=name)
    made.ports = replace(made.ports, origins=origins_of(FieldMap()), signer=FakeSigner(owner=f"{name}'s "))
    if grants:
        grant(made)
    with made.store.transaction() as uow:
        for deal in deals:
            put(deal, AWS, uow, made.ports, by="cosell")
        wake(AWS, uow, made.ports)
    made.durable.settle()
    assert partner_named("aws", made.ports)
    return made


def _deal(n: int, customer: str, millions: str, rung: int) -> Opportunity:
    return a_deal(
        n,
        name=f"{customer} platform",
        account=Account(f"001{n}", customer),
        stage=SCALE[rung - 1],
        stage_name=f"Stage {rung}",
        amount=Money(Decimal(millions) * 1_000_000, "USD"),
        close_date=date(2026, 12, 31),
    )
