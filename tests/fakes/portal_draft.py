"""What the fake portal makes of a referral: the canonical fields as they are, and what is missing of them."""

from collections.abc import Mapping
from datetime import date

from motions.deals import Stage
from motions.referrals import Field, FormField, InputKind, Problem, Referral

SOLUTIONS = {"GTX Platform": "S-1", "MG Analytics": "S-2"}
USE_CASES = ("Database", "Migration", "Security")
DELIVERY_MODELS = ("SaaS", "Managed Services")
HELP = ("Deal Support", "Technical Consultation")

_SHORTEST_PROBLEM = 20
_OPTIONS: Mapping[Field, tuple[str, ...]] = {
    Field.SOLUTION: tuple(SOLUTIONS),
    Field.USE_CASE: USE_CASES,
    Field.DELIVERY_MODEL: DELIVERY_MODELS,
    Field.HELP_WANTED: HELP,
}
_KINDS: Mapping[Field, InputKind] = {
    Field.PROBLEM: InputKind.LONG_TEXT,
    Field.CLOSE_DATE: InputKind.DATE,
    Field.MONTHLY_SPEND: InputKind.NUMBER,
    **dict.fromkeys(_OPTIONS, InputKind.CHOICE),
}
_OPTIONAL = {Field.STATE, Field.POSTAL_CODE, Field.NEXT_STEPS, Field.KIND}
_TOO_EARLY_OR_LATE = {Stage.DISCOVERY, Stage.LOST}


def values_of(referral: Referral) -> dict[Field, str | None]:
    spend, account = referral.monthly_spend, referral.account
    known: dict[Field, str | None] = {
        Field.TITLE: referral.title,
        Field.CUSTOMER: account.name,
        Field.WEBSITE: account.website,
        Field.COUNTRY: account.country,
        Field.STATE: account.state,
        Field.POSTAL_CODE: account.postal_code,
        Field.INDUSTRY: account.industry,
        Field.PROBLEM: referral.problem,
        Field.USE_CASE: referral.use_case,
        Field.SOLUTION: referral.solution_name or next(iter(SOLUTIONS)),
        Field.DELIVERY_MODEL: "; ".join(referral.delivery_models),
        Field.HELP_WANTED: "; ".join(referral.help_wanted),
        Field.MONTHLY_SPEND: f"{spend.amount:.2f}" if spend else None,
        Field.CLOSE_DATE: referral.close_date.isoformat() if referral.close_date else None,
        Field.STAGE: referral.stage.value if referral.stage else None,
        Field.NEXT_STEPS: referral.next_steps,
        Field.KIND: referral.kind,
    }
    return {field: referral.answers.get(field, value) or None for field, value in known.items()}


def form_field(field: Field, value: str | None, referral: Referral) -> FormField:
    note = referral.monthly_spend_note if field is Field.MONTHLY_SPEND else None
    label = field.value.replace("_", " ").capitalize()
    return FormField(field, label, value, _KINDS.get(field, InputKind.TEXT), _OPTIONS.get(field, ()), note)


def problems_with(values: Mapping[Field, str | None], referral: Referral, today: date) -> list[Problem]:
    problems = [
        Problem(field, "REQUIRED_FIELD_MISSING", f"{field.value} is missing.", f"Give the {field.value}.")
        for field, value in values.items()
        if value is None and field not in _OPTIONAL
    ]
    if values[Field.SOLUTION] not in SOLUTIONS:
        problems.append(Problem(Field.SOLUTION, "INVALID_ENUM_VALUE", "No such solution.", "Choose a solution."))
    if 0 < len(values[Field.PROBLEM] or "") < _SHORTEST_PROBLEM:
        problems.append(Problem(Field.PROBLEM, "INVALID_STRING_FORMAT", "Too short.", "Say more."))
    if (values[Field.CLOSE_DATE] or "9") < today.isoformat():
        problems.append(past(Field.CLOSE_DATE))
    if referral.stage in _TOO_EARLY_OR_LATE and Field.STAGE not in referral.answers:
        problems.append(Problem(Field.STAGE, "TOO_EARLY", "Not a deal to file now.", "Move the deal on in the CRM."))
    return problems


def past(field: Field) -> Problem:
    return Problem(field, "VALUE_OUT_OF_RANGE", "The close date is in the past.", "Give a date from today on.")
