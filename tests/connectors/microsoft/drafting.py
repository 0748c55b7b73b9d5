"""A referral drafted without a portal: what is sent, what is shown, what is wrong; and deals of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from connectors.microsoft import values
from connectors.microsoft.account import Account as OurAccount
from connectors.microsoft.mapping import lines_of, payload_of, problems_with
from connectors.microsoft.requirements import at
from connectors.microsoft.taxonomy import year_of
from motions.deals import Account, Money
from motions.referrals import Field, FormField, Problem, Referral
from tests.connectors.microsoft.microsoft_world import OURS, READY, TODAY


def payload(referral: Referral, ours: OurAccount = OURS, today: date = TODAY) -> dict[str, Any]:
    return payload_of(lines_of(referral, ours, today), account=ours, crm_id=referral.crm_id)


def sent(referral: Referral, path: str, ours: OurAccount = OURS) -> Any:
    return at(payload(referral, ours), f"create.{path}")


def problems(referral: Referral, ours: OurAccount = OURS, today: date = TODAY) -> tuple[Problem, ...]:
    return problems_with(lines_of(referral, ours, today), account=ours, crm_id=referral.crm_id)


def fields(found: Sequence[Problem]) -> list[tuple[Field | None, str]]:
    return [(problem.field, problem.code) for problem in found]


def seen(referral: Referral, field: Field, ours: OurAccount = OURS) -> FormField:
    return next(line.form for line in lines_of(referral, ours, TODAY) if line.form.field is field)


def answered(**answers: str) -> Referral:
    return replace(READY, answers={Field(name): value for name, value in answers.items()})


_words = st.text(alphabet="abcdefghij KLMÄßéø&<>'\"", min_size=3, max_size=60).filter(
    lambda said: len(said.split()) > 0
)
_places = st.sampled_from(
    [
        ("US", "IL", "60601"),
        ("United States", "California", "94105"),
        ("DE", None, "80331"),
        ("Germany", "Bavaria", "80331"),
        ("AE", None, None),
        ("GB", None, "SW1A 1AA"),
        ("JP", "Tokyo", "100-0001"),
    ]
)
_help = st.sampled_from([(each,) for each in (*values.KINDS_OF_HELP, "Co-Sell - Deal Support", "For Visibility Only")])


@st.composite
def valid_deals(draw: st.DrawFn) -> Referral:
    """A deal that Microsoft takes, whatever its words."""
    country, state, postal = draw(_places)
    return replace(
        READY,
        crm_id=draw(st.text(alphabet="0123456789abcdefghijABCDEFGHIJ", min_size=15, max_size=18)),
        title=draw(_words),
        account=Account(
            id="001",
            name=draw(_words),
            website=draw(st.sampled_from(["acme.com", "https://ACME.co.uk/x?y=1", None])),
            industry=draw(st.sampled_from(["Transportation", "banking", "Retail", "technology", None])),
            employees=draw(st.none() | st.integers(1, 300000)),
            country=country,
            state=state,
            city=draw(_words),
            postal_code=postal,
            street=draw(_words),
        ),
        stage=draw(st.sampled_from(values.FILED_FROM)),
        annual_value=Money(
            draw(st.decimals(Decimal("0.01"), Decimal(10) ** 10, places=2)),
            draw(st.sampled_from(["USD", "EUR", "JPY"])),
        ),
        close_date=TODAY + timedelta(days=draw(st.integers(0, 3000))),
        problem=draw(
            st.text(alphabet="abcdefgh \n.,&<>", min_size=60, max_size=2300).filter(lambda s: len(s.split()) > 15)
        ),
        next_steps=draw(st.none() | st.text(max_size=400)),
        product=draw(st.sampled_from(["GTX Pro", "MG Special"])),
        use_case=draw(st.sampled_from(year_of(TODAY).plays)),
        delivery_models=draw(st.sampled_from([(), ("SaaS or PaaS",), ("Managed Services", "Resell"), ("Hardware",)])),
        help_wanted=draw(_help),
        contact=draw(st.sampled_from(["Sue Smith <Sue@acme.com> +1 312 555 0100", "Jo van der Berg <j@acme.nl>"])),
    )


# What makes a valid deal bounce, by the field it is to be named at.
SPOILT: dict[Field, list[str]] = {
    Field.TITLE: ["", "x" * 256],
    Field.CUSTOMER: ["", "y" * 300],
    Field.WEBSITE: ["acme", "http://", "127.0.0.1"],
    Field.COUNTRY: ["", "Atlantis", "Ger"],
    Field.CITY: [""],
    Field.STREET: [""],
    Field.INDUSTRY: ["Space mining", "Other"],
    Field.EMPLOYEES: ["many", "0", "-5"],
    Field.PROBLEM: ["", "too short"],
    Field.SOLUTION: ["A solution nobody has"],
    Field.DELIVERY_MODEL: ["By pigeon"],
    Field.HELP_WANTED: ["", "Money", f"{values.HELP[0]}; {values.PARTNER_LED}"],
    Field.AMOUNT: ["0", "-1", "a lot", "12 XXX"],
    Field.CLOSE_DATE: ["", "2020-01-01", "soon", "2199-01-01"],
    Field.STAGE: ["", "discovery", "won", "lost", "Nowhere"],
    Field.CONTACT: ["Sue", "Sue <sue@acme.com>", "sue@acme.com"],
}
