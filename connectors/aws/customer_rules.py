"""The rules on the customer: address by country, website, industry, account; and on the people named."""

import re
from collections.abc import Iterator

from connectors import places
from connectors.aws import values
from connectors.aws.judging import SUBMISSION, Case, Rule, required
from connectors.aws.requirements import GUIDE, SCENARIOS
from connectors.aws.validation import Fault
from connectors.places import host_of

ACCOUNT = "Customer.Account."
ADDRESS = ACCOUNT + "Address."

# The published pattern backtracks exponentially; this one takes the same addresses.
_WEBSITE = re.compile(r"(?:https?://)?[A-Za-z0-9-]+\.[(-|]+")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_TEAM_TITLES = ("PartnerAccountManager", "OpportunityOwner")


def _is_open(case: Case) -> bool:
    return not case.is_classified


def _is_american(case: Case) -> bool:
    return case.text(ADDRESS + "CountryCode") == "US" and not case.is_classified


def _has_postal_codes(case: Case) -> bool:
    country = case.text(ADDRESS + "CountryCode")
    return bool(country) and not case.is_classified and places.has_postal_codes(country)


def _website(case: Case) -> Iterator[Fault]:
    path, given = ACCOUNT + "WebsiteUrl", case.text(ACCOUNT + "WebsiteUrl")
    if given and (host_of(given) is None or not _WEBSITE.fullmatch(given)):
        yield Fault(path, "INVALID_STRING_FORMAT", f"“{given}” is not a web address AWS accepts")


def _own_website(case: Case) -> Iterator[Fault]:
    path = ACCOUNT + "WebsiteUrl"
    host = host_of(case.text(path)) if case.text(path) else None
    if host and any(host == own or host.endswith(f".{own}") for own in case.known.our_domains):
        yield Fault(path, "INVALID_VALUE", f"“{host}” is our own, not the customer's")


def _us_state(case: Case) -> Iterator[Fault]:
    path, given = ADDRESS + "StateOrRegion", case.text(ADDRESS + "StateOrRegion")
    if _is_american(case) and given and given not in values.us_states():
        meant = values.us_state(given)
        told = f"; AWS writes it {meant}" if meant else ""
        yield Fault(path, "INVALID_ENUM_VALUE", f"“{given}” is no US state by AWS's full names{told}")


def _no_postal_code(case: Case) -> Iterator[Fault]:
    path, country = ADDRESS + "PostalCode", case.text(ADDRESS + "CountryCode")
    if country and not case.is_classified and case.text(path) and not places.has_postal_codes(country):
        yield Fault(path, "INVALID_VALUE", f"must be absent: {places.country_name(country)} has no postal codes")


def _postal_format(case: Case) -> Iterator[Fault]:
    path, given = ADDRESS + "PostalCode", case.text(ADDRESS + "PostalCode")
    country = case.text(ADDRESS + "CountryCode")
    if given and _has_postal_codes(case) and not values.fits_postal_format(country, given.upper()):
        formats = " or ".join(values.postal_formats(country)).replace("#", "9").replace("@", "A")
        told = f"“{given}” is not a postal code of {places.country_name(country)}, which has the form {formats}"
        yield Fault(path, "INVALID_STRING_FORMAT", told)


def _account_id(case: Case) -> Iterator[Fault]:
    path, given = ACCOUNT + "AwsAccountId", case.text(ACCOUNT + "AwsAccountId")
    if given and not _ACCOUNT_ID.fullmatch(given):
        yield Fault(path, "INVALID_STRING_FORMAT", f"“{given}” must be exactly 12 digits")


def _classified_industry(case: Case) -> Iterator[Fault]:
    industry = case.text(ACCOUNT + "Industry")
    if case.is_classified and industry and industry != "Government":
        yield Fault("NationalSecurity", "INVALID_VALUE", f"is “Yes”, and the industry is {industry}, not Government")


def _team_titles(case: Case) -> Iterator[Fault]:
    for member in case.structs("OpportunityTeam"):
        if member.get("BusinessTitle") not in _TEAM_TITLES:
            told = f"must be {' or '.join(_TEAM_TITLES)}, not “{member.get('BusinessTitle', '')}”"
            yield Fault("OpportunityTeam.BusinessTitle", "INVALID_ENUM_VALUE", told)


def _owner(case: Case) -> Iterator[Fault]:
    users = case.known.users
    for member in case.structs("OpportunityTeam"):
        email = str(member.get("Email") or "")
        if member.get("BusinessTitle") == "OpportunityOwner" and users is not None and email.lower() not in users:
            told = f"“{email}” is no active Partner Central user"
            yield Fault("OpportunityTeam.Email", "INVALID_VALUE", told)


_GIVE_ACCOUNT = "Give the twelve digits of the customer's AWS account, or leave it out until it launches."
CUSTOMER_RULES: tuple[Rule, ...] = (
    required(ACCOUNT + "CompanyName", f"{GUIDE}: Customer.Account.CompanyName"),
    required(ACCOUNT + "WebsiteUrl", f"{GUIDE}: Customer.Account.WebsiteUrl", when=_is_open),
    required(ADDRESS + "CountryCode", f"{GUIDE}: Customer.Account.Address.CountryCode"),
    required(ADDRESS + "StateOrRegion", f"{GUIDE}: Customer.Account.Address.StateOrRegion", when=_is_american),
    required(ADDRESS + "PostalCode", f"{GUIDE}: Customer.Account.Address.PostalCode", when=_has_postal_codes),
    required(ACCOUNT + "Industry", f"{GUIDE}: Customer.Account.Industry"),
    required(
        ACCOUNT + "OtherIndustry",
        f"{GUIDE}: Customer.Account.OtherIndustry",
        gates=SUBMISSION,
        when=lambda case: case.text(ACCOUNT + "Industry") == values.OTHER_INDUSTRY,
        fix="Say which industry it is, or choose one from AWS's list.",
    ),
    Rule("website", f"{GUIDE}: Customer.Account.WebsiteUrl, format", _website),
    Rule("own-website", "co-sell practice: the customer's own site maps the deal to its account", _own_website),
    Rule("us-state", f"{GUIDE}: Customer.Account.Address.StateOrRegion, allowed values", _us_state),
    Rule(
        "no-postal-code",
        "AWS's table of countries without postal codes",
        _no_postal_code,
        fix="Leave the postal code out.",
    ),
    Rule("postal-code", "AWS's table of postal code formats by country", _postal_format),
    Rule("aws-account", f"{SCENARIOS}, Create 7.8", _account_id, fix=_GIVE_ACCOUNT),
    Rule(
        "classified-industry",
        f"{GUIDE}: NationalSecurity",
        _classified_industry,
        fix="Say “No”, or have a person with clearance set the industry to Government.",
    ),
    Rule(
        "team-title",
        f"{GUIDE}: OpportunityTeam.BusinessTitle",
        _team_titles,
        fix="Name people as PartnerAccountManager; only Partner Central users can be OpportunityOwner.",
    ),
    Rule(
        "owner",
        "AWS's results sample with errors: User not found for Opportunity Owner",
        _owner,
        fix="Name an active Partner Central user, or leave the owner out: the alliance lead then owns it.",
    ),
)
