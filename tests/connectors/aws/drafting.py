"""A referral drafted without a portal: what is sent, what is shown, what is wrong; and referrals of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from connectors.aws import values
from connectors.aws.mapping import lines_of, payload_of, problems_with
from connectors.aws.project_lines import Solution
from connectors.aws.requirements import at
from connectors.aws.validation import enum_of
from motions.deals import Account, Money, Stage
from motions.referrals import Field, FormField, Problem, Referral
from tests.connectors.aws.aws_world import READY, TODAY

# The street and the city go with the country's line; AWS asks for none of the others.
NOT_SHOWN = {
    Field.LOSS_REASON,
    Field.STREET,
    Field.CITY,
    Field.AMOUNT,
    Field.SELLER,
    Field.OTHER_DEALS,
    Field.EMPLOYEES,
    Field.CONTACT,
    Field.CONSENT,
}
SOLUTIONS = (Solution("S-0051001", "GTX Platform on AWS"), Solution("S-0051002", "MG Analytics"))


def payload(referral: Referral, solutions: Sequence[Solution] = SOLUTIONS, today: date = TODAY) -> dict[str, Any]:
    return payload_of(lines_of(referral, solutions, today), catalog="AWS", crm_id=referral.crm_id)


def sent(referral: Referral, path: str, solutions: Sequence[Solution] = SOLUTIONS) -> Any:
    return at(payload(referral, solutions), path)


def problems(referral: Referral, solutions: Sequence[Solution] = SOLUTIONS, today: date = TODAY) -> tuple[Problem, ...]:
    lines = lines_of(referral, solutions, today)
    return problems_with(payload_of(lines, catalog="AWS", crm_id=referral.crm_id), lines, today, referral.our_domains)


def fields(found: Sequence[Problem]) -> list[tuple[Field | None, str]]:
    return [(problem.field, problem.code) for problem in found]


def seen(referral: Referral, field: Field, solutions: Sequence[Solution] = SOLUTIONS) -> FormField:
    forms = [line.form for line in lines_of(referral, solutions, TODAY)]
    return next(form for form in forms if form.field is field)


def answered(**answers: str) -> Referral:
    return replace(READY, answers={Field(name): value for name, value in answers.items()})


def _texts() -> st.SearchStrategy[str | None]:
    return st.none() | st.text(max_size=300) | st.text(alphabet="ab &;<\n\t.", max_size=60)


def _picked(options: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(options) | st.text(max_size=12)


REFERRALS = st.builds(
    Referral,
    crm_id=st.text(alphabet="0123456789abcdef", min_size=15, max_size=18),
    title=st.text(min_size=1, max_size=280),
    account=st.builds(
        Account,
        id=st.just("001"),
        name=st.text(min_size=1, max_size=130),
        website=st.sampled_from(["acme.com", "https://ACME.co.uk/x", "acme", None]) | _texts(),
        industry=_picked(("Banking", "Retail", "Energy", "Other", "Software and Internet")),
        country=st.sampled_from(["US", "DE", "AE", "GB", "JP", "Germany", "Atlantis", None]),
        state=st.sampled_from(["CA", "Texas", "Bavaria", None]) | _texts(),
        city=_texts(),
        postal_code=st.sampled_from(["94105", "80331", "SW1A 1AA", "100-0001", "x", None]) | _texts(),
        street=_texts(),
    ),
    stage=st.sampled_from(Stage),
    annual_value=st.none(),
    monthly_spend=st.none()
    | st.builds(Money, st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(["USD", "EUR", "GBP"])),
    monthly_spend_note=st.none(),
    close_date=st.none() | st.dates(min_value=date(2026, 1, 1), max_value=date(2100, 1, 1)),
    problem=_texts() | st.text(min_size=20, max_size=2500),
    next_steps=_texts(),
    kind=st.none() | _picked(tuple(values.KINDS)),
    product=_texts(),
    use_case=st.none() | _picked(values.use_cases()),
    delivery_models=st.lists(_picked(enum_of("DeliveryModel")), max_size=3).map(tuple),
    help_wanted=st.lists(_picked((*enum_of("PrimaryNeedFromAws"), "For Visibility Only")), max_size=3).map(tuple),
    solution_name=st.none() | _picked([one.name for one in SOLUTIONS]),
    answers=st.dictionaries(st.sampled_from(Field), st.text(max_size=40), max_size=3),
)


GOOD_ANSWERS = {line.form.field: line.form.value or "" for line in lines_of(READY, SOLUTIONS, TODAY)}
