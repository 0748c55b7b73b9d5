"""Drawing terms and deals by chance, from a generator of random numbers that is given; knows no world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bench.noninterference.clock import START
from bench.noninterference.vocabulary import (
    CUSTOMERS,
    HEADLINES,
    INDUSTRIES,
    KINDS,
    PLACES,
    PRODUCTS,
    SELLERS,
    SENTENCES,
    STAGES_OF,
    STEPS,
)

PURPOSES = ("referral", "handoff", "forecast")
# Without these nothing can be filed.
VITAL = frozenset(
    {
        "title", "customer", "website", "country", "state", "postal_code", "industry", "problem", "use_case",
        "solution", "delivery_model", "help_wanted", "monthly_spend", "close_date", "stage",
    }
)  # fmt: skip
OPTIONAL = ("city", "street", "amount", "next_steps", "kind", "seller")
TYPABLE = ("title", "problem", "monthly_spend", "close_date", "next_steps")
NEEDED = {  # what a purpose lets cross at most, of what a grant names
    "referral": VITAL
    | {"city", "street", "next_steps", "kind", "amount", "employees", "contact", "consent", "loss_reason"},
    "handoff": frozenset(
        {"customer", "industry", "country", "use_case", "solution", "help_wanted", "close_date", "seller"}
    ),
    "forecast": frozenset({"title", "customer", "stage", "amount", "close_date"}),
}
PEOPLE = {"aws": ("U0ALEX",), "northstar": ("U0KIM",)}
FATES = ("taken", "taken", "ignored", "ignored", "declined", "refused", "rejected", "denied")

Place = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Terms:
    """A grant, as both sides agree to it."""

    purposes: frozenset[str]
    fields: frozenset[str]
    products: tuple[str, ...] = ()  # of the deals it is about; (): all of them
    people: tuple[str, ...] = ()

    def released_for(self, purpose: str) -> frozenset[str]:
        """The fields that may cross for a purpose."""
        return self.fields & NEEDED[purpose] if purpose in self.purposes else frozenset()

    @property
    def released(self) -> frozenset[str]:
        """The fields that may cross for one purpose or another."""
        return frozenset[str]().union(*map(self.released_for, PURPOSES))


@dataclass(frozen=True)
class Deal:
    """A deal with everything around it, as the CRM has it, and what becomes of it."""

    number: int
    for_partner: str | None  # whom it matches; None: nobody
    employees: int  # which decides whom
    customer: str
    website: str
    industry: str
    place: Place
    headline: str
    product: str
    problem: str
    amount: float
    close_in_days: int
    stage: str  # the CRM's word before the change that starts it
    then: str  # and after
    next_step: str
    kind: str
    seller: str
    fate: str
    typed: Mapping[str, str]  # by a person on the card; the CRM's own value then stays home
    later: Mapping[str, object]  # what the seller changes in the end, as the CRM names it
    contacts: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    rival_first: bool = False  # the other partner was matched before


def chance(rng: Random, likely: float) -> bool:
    """True as often as that."""
    return rng.random() < likely


def drawn_terms(rng: Random, partner: str) -> Terms:
    """Terms under which a referral can be filed."""
    purposes = {"referral", *(each for each in PURPOSES[1:] if chance(rng, 0.8))}
    fields = VITAL | {each for each in OPTIONAL if chance(rng, 0.5)}
    people = PEOPLE[partner] if chance(rng, 0.2) else ()
    return Terms(frozenset(purposes), frozenset(fields), PRODUCTS[:2] if chance(rng, 0.3) else (), people)


def drawn_deal(
    rng: Random, number: int, partner: str | None, fate: str, *, customer: str, terms: Terms | None = None
) -> Deal:
    """A deal of this customer that matches this partner, within what the terms are about."""
    return Deal(
        number=number,
        for_partner=partner,
        employees=_size(rng, partner),
        customer=customer,
        website=f"{rng.choice(('www.', ''))}{rng.choice(SENTENCES).split()[0].lower()}{number}.example.com",
        industry=rng.choice(INDUSTRIES),
        place=rng.choice(PLACES),
        headline=rng.choice(HEADLINES),
        product=rng.choice((terms and terms.products) or PRODUCTS),
        problem=f"{rng.choice(SENTENCES)} {rng.choice(SENTENCES)}",
        amount=_amount(rng),
        close_in_days=rng.randrange(20, 200),
        stage=rng.choice(early_stages()),
        then=rng.choice(STAGES_OF["proposal"]),
        next_step=rng.choice(STEPS),
        kind=rng.choice(KINDS),
        seller=rng.choice(SELLERS),
        fate=fate,
        typed=_typed(rng, terms) if terms is not None and chance(rng, 0.35) else {},
        later={
            "StageName": rng.choice(("Negotiation/Review", "Perception Analysis")),
            "Amount": _amount(rng),
            "CloseDate": _day(rng),
        },
    )


def early_stages() -> Sequence[str]:
    """What a deal's stage may have been before it was worth a partner."""
    return [name for stage, names in STAGES_OF.items() for name in names if stage != "proposal"]


def own_customer(number: int) -> str:
    """The customer of a deal that is shared."""
    return CUSTOMERS[number - 1]


def other_customer(rng: Random) -> str:
    """The customer of a deal that is not."""
    return rng.choice(CUSTOMERS[len(CUSTOMERS) // 2 :])


def _size(rng: Random, partner: str | None) -> int:
    """Our rules match small customers to AWS, large ones to Northstar, tiny ones to nobody."""
    low, high = {"aws": (200, 2000), "northstar": (5000, 90_000), None: (1, 20)}[partner]
    return rng.randrange(low, high)


def _amount(rng: Random) -> float:
    return float(rng.randrange(6_000, 90_000))


def _day(rng: Random) -> str:
    return (START + timedelta(days=rng.randrange(30, 250))).date().isoformat()


def _typed(rng: Random, terms: Terms) -> Mapping[str, str]:
    """What a person types over the CRM's values, of fields that may cross then."""
    values = {
        "title": f"As agreed: {rng.choice(STEPS)}",
        "problem": f"As agreed: {rng.choice(SENTENCES)} {rng.choice(SENTENCES)}",
        "monthly_spend": str(rng.randrange(500, 5000)),
        "close_date": _day(rng),
        "next_steps": f"As agreed: {rng.choice(STEPS)}",
    }
    return {name: values[name] for name in TYPABLE if name in terms.fields and chance(rng, 0.6)}
