"""The published business rules on what an opportunity holds: one small function each, listed in tables.

Content only: what may change in which review status is `editing.py`. A rule sees one case and yields what is wrong.
"""

import re
from collections.abc import Iterator
from datetime import date

from sandbox.aws import values
from sandbox.aws.cases import Case, Rule, error, has_solution, missing
from sandbox.aws.wire import Body, Code, FieldError, camel, dig, structs, text, texts

_ALWAYS = (
    "Customer.Account.CompanyName",
    "Customer.Account.Industry",
    "Customer.Account.Address.CountryCode",
    "Project.Title",
    "Project.CustomerBusinessProblem",
    "LifeCycle.TargetCloseDate",
)
_AMOUNT = re.compile(r"0*[1-9]\d*(\.\d*)?|0*\.0*[1-9]\d*|0+\.\d*[1-9]\d*")
_AMOUNT_FORMAT = r"(?:(?:[1-9](\.\d+)?|\d{2,15}(\.\d+)?|1000000000000000(\.\d+)?)|0\.(?!0+$)\d+)"


def mandatory_fields(case: Case) -> Iterator[FieldError]:
    """Fourteen fields in the field guide; the conditional ones have their own rules."""
    for path in _ALWAYS:
        if not case.text(path):
            yield missing(path)


def website(case: Case) -> Iterator[FieldError]:
    """Required unless national security, and a host name."""
    path = "Customer.Account.WebsiteUrl"
    given = case.text(path)
    if not given and not case.is_classified:
        yield missing(path)
    if given and not values.is_website(given):
        yield error(path, f"Field {path} does not match the required format: a website.", Code.FORMAT)


def us_state(case: Case) -> Iterator[FieldError]:
    """Required in the United States, by its full published name; elsewhere anything goes (recorded: AL, New York)."""
    path = "Customer.Account.Address.StateOrRegion"
    if case.text("Customer.Account.Address.CountryCode") != "US" or case.is_classified:
        return
    state = case.text(path)
    if not state:
        yield missing(path, f"Field {path} is required when Customer.Account.Address.CountryCode is 'US'")
    elif state not in values.standard("us_states"):
        yield error(path, f"Field {path} must be one of the allowed US states or territories.", Code.ENUM)


def postal_code(case: Case) -> Iterator[FieldError]:
    """Required where the country has postal codes, refused where it has none; the format is looked at on submission."""
    path = "Customer.Account.Address.PostalCode"
    country, given = case.text("Customer.Account.Address.CountryCode"), case.text(path)
    if not country or case.is_classified:
        return
    if given and not values.has_postal_codes(country):
        yield error(path, f"Country {country} has no postal codes; {path} must be null.", Code.VALUE)
    if not given and values.has_postal_codes(country):
        yield missing(path, f"Field {path} is required for country {country}")


def close_date(case: Case) -> Iterator[FieldError]:
    """Neither past nor more than sixty years away; a date that was stored earlier may have gone by since."""
    path = "LifeCycle.TargetCloseDate"
    given = case.text(path)
    if not given or given == text(case.stored, path):
        return
    try:
        day = date.fromisoformat(given)
    except ValueError:
        yield error(path, f"Field {path} does not match the required format: YYYY-MM-DD.", Code.FORMAT)
        return
    if not case.today <= day <= case.today + values.FURTHEST_CLOSE:
        message = "Invalid date selection. Please select a date within an acceptable range."
        yield error(path, message, Code.RANGE)


def spend(case: Case) -> Iterator[FieldError]:
    """At least one entry, each above zero (or estimated by a calculator link), in USD or EUR."""
    path = "Project.ExpectedCustomerSpend"
    entries = structs(case.body, path)
    if not entries:
        yield missing(path)
    for index, entry in enumerate(entries, start=1):
        yield from _spend_entry(case, entry, f"{path}.{index}.member")


def _spend_entry(case: Case, entry: Body, path: str) -> Iterator[FieldError]:
    amount, currency = text(entry, "Amount"), text(entry, "CurrencyCode")
    if not amount and not text(entry, "EstimationUrl"):
        yield missing(f"{path}.Amount", "Project.ExpectedCustomerSpend.Amount is required.")
    if amount and not _AMOUNT.fullmatch(amount):
        message = f"Please provide a value in {_AMOUNT_FORMAT} format for project.expectedCustomerSpend.amount"
        yield error(f"{path}.Amount", message, Code.VALUE)
    allowed = ("EUR",) if case.text("Project.AwsPartition") == "aws-eusc" else values.CURRENCIES
    if currency not in allowed:
        where = camel(f"{path}.CurrencyCode")
        message = f"Value at '{where}' failed to satisfy constraint: Member must be one of {', '.join(allowed)}"
        yield error(f"{path}.CurrencyCode", message, Code.VALUE)
    if text(entry, "TargetCompany") not in ("AWS", "Self"):
        message = "Field Project.ExpectedCustomerSpend.TargetCompany must be 'AWS' or 'Self'."
        yield error(f"{path}.TargetCompany", message, Code.VALUE)


def contract_duration(case: Case) -> Iterator[FieldError]:
    """Between 1 and 144 months."""
    path = "Project.ExpectedContractDuration.Value"
    given = case.text(path)
    if given and not (given.isdecimal() and 1 <= int(given) <= values.LONGEST_CONTRACT_MONTHS):
        yield error(path, f"Field {path} must be between 1 and 144.", Code.RANGE)


def use_case(case: Case) -> Iterator[FieldError]:
    """One of 39 values the service model does not list."""
    path = "Project.CustomerUseCase"
    given = case.text(path)
    if given and given not in values.standard("customer_use_cases"):
        listed = "; ".join(sorted(values.standard("customer_use_cases")))
        yield error(path, f"Field {path} must be one of the following values: {listed}.", Code.ENUM)


def marketing(case: Case) -> Iterator[FieldError]:
    """A marketing activity says whether AWS funded it (channels are optional: recorded); without one, nothing else."""
    if case.text("Marketing.Source") == "Marketing Activity":
        if not case.text("Marketing.AwsFundingUsed"):
            message = "marketing.awsFundingUsed is required when marketing.source is Yes"
            yield missing("Marketing.AwsFundingUsed", message)
    else:
        for name in ("AwsFundingUsed", "CampaignName", "Channels", "UseCases"):
            if dig(case.body, f"Marketing.{name}"):
                message = f"Field Marketing.{name} must be null when Marketing.Source is 'None'."
                yield error(f"Marketing.{name}", message, Code.NOT_PERMITTED)
    for given in texts(case.body, "Marketing.UseCases"):
        if given not in values.standard("marketing_use_cases"):
            yield error("Marketing.UseCases", f"{given} is not a marketing use case.", Code.ENUM)


def other_competitor(case: Case) -> Iterator[FieldError]:
    """Competitor `*Other` must be named."""
    path = "Project.OtherCompetitorNames"
    if case.text("Project.CompetitorName") == "*Other" and not case.text(path):
        yield missing(path, f"Field {path} is required when Project.CompetitorNames contains 'Other'.")


def national_security(case: Case) -> Iterator[FieldError]:
    """Classified deals belong to a government."""
    if case.is_classified and case.text("Customer.Account.Industry") != "Government":
        message = "When National Security is 'Yes', Customer.Account.Industry must be Government."
        yield error("NationalSecurity", message, Code.VALUE)


def related_opportunity(case: Case) -> Iterator[FieldError]:
    """A flat renewal names its parent, which must be one of the partner's own."""
    path = "Project.RelatedOpportunityIdentifier"
    given = case.text(path)
    if case.text("OpportunityType") == "Flat Renewal" and not given:
        yield missing(path, f"Field {path} is required when OpportunityType is 'Flat Renewal'.")
    if given and given not in case.known_ids:
        yield error(path, f"Resource with Identifier {given} does not exist or is not accessible", Code.VALUE)


def closed_lost(case: Case) -> Iterator[FieldError]:
    """A lost deal says why; an open one does not say why it was lost."""
    path = "LifeCycle.ClosedLostReason"
    is_lost, reason = case.text("LifeCycle.Stage") == "Closed Lost", case.text(path)
    if is_lost and not reason:
        yield missing(path, f"Field {path} is required when LifeCycle.Stage is 'Closed Lost'.")
    if reason and not is_lost:
        yield error(path, f"Field {path} must be null unless LifeCycle.Stage is 'Closed Lost'.", Code.VALUE)


def unique_partner_id(case: Case) -> Iterator[FieldError]:
    """The partner's own identifier is used once in a catalog."""
    path = "PartnerOpportunityIdentifier"
    if case.text(path) in case.taken_ids:
        yield error(path, f"An opportunity with {path} {case.text(path)} already exists.", Code.DUPLICATE)


def contract_dates(case: Case) -> Iterator[FieldError]:
    """A contract does not end before it starts (ISO dates compare as text)."""
    start, end = case.text("SoftwareRevenue.EffectiveDate"), case.text("SoftwareRevenue.ExpirationDate")
    if start and end and end < start:
        message = "Effective Date must be less than or equal to the expiration date"
        yield error("SoftwareRevenue.ExpirationDate", message, Code.VALUE)


def real_solution(case: Case) -> Iterator[FieldError]:
    """From Committed on, a description of some other solution will not do."""
    if case.text("LifeCycle.Stage") in values.WON_STAGES and not has_solution(case.related):
        message = "Solution offered cannot be 'Other' when Opportunity stage is Committed or Launched"
        yield missing("RelatedEntityIdentifiers.Solutions", message)


def launched_account(case: Case) -> Iterator[FieldError]:
    """A launched workload runs in an account of twelve digits."""
    path = "Customer.Account.AwsAccountId"
    given = case.text(path)
    if case.text("LifeCycle.Stage") != "Launched":
        return
    if not given:
        yield missing(path, f"Field {path} is required when LifeCycle.Stage is 'Launched'.")
    elif not re.fullmatch(r"\d{12}", given):
        yield error(path, f"Field {path} must be exactly 12 digits.", Code.FORMAT)


def origin(case: Case) -> Iterator[FieldError]:
    """AWS referrals can be simulated in the Sandbox only."""
    if case.origin == "AWS Referral" and case.catalog != "Sandbox":
        message = "Origin must be Partner Referral in catalog AWS."
        yield error("Origin", message, Code.NOT_PERMITTED)


def opens_open(case: Case) -> Iterator[FieldError]:
    """An opportunity is not created already lost."""
    if case.text("LifeCycle.Stage") == "Closed Lost":
        message = "An opportunity cannot be created with LifeCycle.Stage 'Closed Lost'."
        yield error("LifeCycle.Stage", message, Code.NOT_PERMITTED)


def team_titles(case: Case) -> Iterator[FieldError]:
    """Two titles (the field guide's create knows only the first; partners send both)."""
    for index, member in enumerate(case.team, start=1):
        if text(member, "BusinessTitle") not in values.TEAM_TITLES:
            listed = ", ".join(values.TEAM_TITLES)
            message = f"Field OpportunityTeam.BusinessTitle must be one of the following values: {listed}."
            yield error(f"OpportunityTeam.{index}.member.BusinessTitle", message, Code.ENUM)


CONTENT: tuple[Rule, ...] = (
    mandatory_fields,
    website,
    us_state,
    postal_code,
    close_date,
    spend,
    contract_duration,
    use_case,
    marketing,
    other_competitor,
    national_security,
    related_opportunity,
    closed_lost,
    unique_partner_id,
    contract_dates,
    real_solution,
    launched_account,
)
CREATION: tuple[Rule, ...] = (*CONTENT, origin, opens_open, team_titles)
