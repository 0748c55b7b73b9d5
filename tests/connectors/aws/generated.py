"""Deals AWS takes, of every shape a CRM may hold them in; and what makes each of them bounce."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from connectors import places
from connectors.aws import values
from connectors.aws.project_rules import says_nothing
from connectors.aws.validation import enum_of
from motions.deals import Account, Money, Stage
from motions.referrals import Field, Referral
from tests.connectors.aws.aws_world import TODAY

_LETTERS = st.characters(categories=["L", "N"], exclude_characters="&")
_WORDS = st.lists(st.text(_LETTERS, min_size=1, max_size=12), min_size=1, max_size=12).map(" ".join)
_LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
_BEFORE, _AFTER = ("", "www.", "https://", "https://www."), ("com", "de", "co.uk", "example")
_HOSTS = st.builds("{}{}.{}".format, st.sampled_from(_BEFORE), _LABEL, st.sampled_from(_AFTER))
_INDUSTRIES = [name for name in enum_of("Industry") if name != values.OTHER_INDUSTRY]
_COUNTRIES = sorted(places._countries())
_STATES = sorted({*values.us_states(), *values._mapping("us_states.json")})
_PROBLEMS = st.text(_LETTERS, min_size=14, max_size=200).map(lambda text: f"They lack {text} and lose hours every day.")


def _postal_code(country: str) -> st.SearchStrategy[str | None]:
    formats = values.postal_formats(country)
    if not places.has_postal_codes(country):
        return st.sampled_from([None, "", "12345"])  # a CRM may hold one; it is not sent
    if not formats:
        return st.text("0123456789", min_size=3, max_size=8)
    spelt = {"#": st.sampled_from("0123456789"), "@": st.sampled_from("ABCXYZ")}
    return st.sampled_from(formats).flatmap(
        lambda form: st.tuples(*(spelt.get(sign, st.just(sign)) for sign in form)).map("".join)
    )


def _accounts(country: str) -> st.SearchStrategy[Account]:
    return st.builds(
        Account,
        id=st.just("001"),
        name=_WORDS.filter(lambda name: len(name) <= 120),
        website=_HOSTS,
        industry=st.sampled_from(_INDUSTRIES) | st.sampled_from(["Banking", "retail", "Technology"]),
        country=st.just(country),
        state=st.sampled_from(_STATES) if country == "US" else st.none() | _WORDS.map(lambda text: text[:80]),
        city=st.none() | _WORDS,
        postal_code=_postal_code(country),
        street=st.none() | st.text(max_size=300),
    )


DEALS: st.SearchStrategy[Referral] = st.builds(
    Referral,
    crm_id=st.just(""),  # the test gives each its own
    title=_WORDS,
    account=(st.just("US") | st.sampled_from(_COUNTRIES)).flatmap(_accounts),
    stage=st.sampled_from(sorted(values.STAGES)),
    annual_value=st.none(),
    monthly_spend=st.builds(
        Money, st.decimals(min_value="0.01", max_value="999999999", places=2), st.sampled_from(values.CURRENCIES)
    ),
    monthly_spend_note=st.none(),
    close_date=st.dates(min_value=TODAY, max_value=TODAY + timedelta(days=50 * 365)),
    problem=_PROBLEMS.filter(lambda text: not says_nothing(text)),
    next_steps=st.none() | st.text(max_size=600),
    kind=st.none() | st.sampled_from(sorted(values.KINDS)),
    product=_WORDS,
    use_case=st.sampled_from(values.use_cases()),
    delivery_models=st.lists(st.sampled_from(enum_of("DeliveryModel")), min_size=1, max_size=3).map(tuple),
    help_wanted=st.lists(st.sampled_from(enum_of("PrimaryNeedFromAws")), min_size=1, max_size=3).map(tuple)
    | st.just(("For Visibility Only",)),
    solution_name=st.none() | st.just("GTX Platform on AWS"),
)

Mutation = tuple[Field, Callable[[Referral], Referral]]


def _deal(field: Field, **changes: Any) -> Mutation:
    return field, lambda deal: replace(deal, **changes)


def _customer(field: Field, **changes: Any) -> Mutation:
    return field, lambda deal: replace(deal, account=replace(deal.account, **changes))


# Of each kind of bounce; what a mutation needs around it (a country for a state) it brings along.
MUTATIONS: Mapping[str, Mutation] = {
    "no title": _deal(Field.TITLE, title=" "),
    "long title": _deal(Field.TITLE, title="x" * 256),
    "no customer": _customer(Field.CUSTOMER, name=""),
    "long customer": _customer(Field.CUSTOMER, name="x" * 121),
    "no website": _customer(Field.WEBSITE, website=None),
    "odd website": _customer(Field.WEBSITE, website="test@test com"),
    "no country": _customer(Field.COUNTRY, country=None),
    "odd country": _customer(Field.COUNTRY, country="Germ"),
    "no state": _customer(Field.STATE, country="US", state=None, postal_code="10001"),
    "foreign state": _customer(Field.STATE, country="US", state="Ontario", postal_code="10001"),
    "no postal code": _customer(Field.POSTAL_CODE, country="DE", postal_code=None),
    "odd postal code": _customer(Field.POSTAL_CODE, country="GB", postal_code="12345"),
    "no industry": _customer(Field.INDUSTRY, industry=None),
    "odd industry": _customer(Field.INDUSTRY, industry="Alchemy"),
    "no problem": _deal(Field.PROBLEM, problem=None),
    "short problem": _deal(Field.PROBLEM, problem="Slow reports."),
    "generic problem": _deal(Field.PROBLEM, problem="Customer needs help: AWS cloud migration project."),
    "no use case": _deal(Field.USE_CASE, use_case=None),
    "odd use case": _deal(Field.USE_CASE, use_case="Cloud Migration"),
    "no delivery": _deal(Field.DELIVERY_MODEL, delivery_models=()),
    "odd delivery": _deal(Field.DELIVERY_MODEL, delivery_models=("SaaS",)),
    "no help": _deal(Field.HELP_WANTED, help_wanted=()),
    "torn help": _deal(Field.HELP_WANTED, help_wanted=("For Visibility Only", "Co-Sell - Deal Support")),
    "odd solution": _deal(Field.SOLUTION, solution_name="GTX Edge (preview)"),
    "no spend": _deal(Field.MONTHLY_SPEND, monthly_spend=None),
    "zero spend": _deal(Field.MONTHLY_SPEND, monthly_spend=Money(Decimal(0), "USD")),
    "pounds": _deal(Field.MONTHLY_SPEND, monthly_spend=Money(Decimal(900), "GBP")),
    "no close date": _deal(Field.CLOSE_DATE, close_date=None),
    "past close date": _deal(Field.CLOSE_DATE, close_date=TODAY - timedelta(days=1)),
    "far close date": _deal(Field.CLOSE_DATE, close_date=date(2090, 1, 1)),
    "too early": _deal(Field.STAGE, stage=Stage.DISCOVERY),
    "lost": _deal(Field.STAGE, stage=Stage.LOST),
    "no stage": _deal(Field.STAGE, stage=None),
    "renewal": _deal(Field.KIND, kind="Renewal"),
}
