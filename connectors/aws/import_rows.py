"""AWS's bulk import rows (the ACE S3 format) in the words of the API: one row, one filing; judges nothing.

The words of both are AWS's own; the table is its published mapping. The API is stricter: e-mails are lower-cased, and a
phone number that is not international is left out, as the row's own channel did with neither.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from connectors import places
from connectors.aws import values
from connectors.aws.requirements import at
from connectors.aws.validation import enum_of
from connectors.texts import pick

NO_HELP: Final = "Do Not Need Support from AWS Sales Rep"
_NOTHING: Final[tuple[object, ...]] = (None, "", [])
_SIGNS = re.compile(r"[\s().-]")
_PHONE = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A row as a filing, and its own names for the API's paths."""

    body: dict[str, object]
    involvement: str
    related: dict[str, tuple[str, ...]]
    names: Mapping[str, str]
    dropped: Mapping[str, str]  # name -> what was not sent


def filing_of(row: Mapping[str, object]) -> Row:
    """The filing a row means."""
    body: dict[str, object] = {"Catalog": "AWS", "Origin": "Partner Referral"}
    dropped: dict[str, str] = {}
    for name, (path, read) in _FIELDS.items():
        if row.get(name) not in _NOTHING:
            _put(body, path, read(row[name]))
    for start, path, title in _PEOPLE:
        _add_person(body, row, start, path, title, dropped)
    needs = _several(row.get("partnerPrimaryNeedFromAws") or "")
    is_alone = [pick(one, (NO_HELP,)) for one in needs] == [NO_HELP]
    if is_alone:
        body.pop("PrimaryNeedsFromAws", None)
    return Row(body, values.VISIBILITY_ONLY if is_alone else values.CO_SELL, _related(row, body), _NAMES, dropped)


def _add_person(
    body: dict[str, object],
    row: Mapping[str, object],
    start: str,
    path: str,
    title: str | None,
    dropped: dict[str, str],
) -> None:
    person: dict[str, object] = {}
    for part, read in _PERSON.items():
        given = row.get(f"{start}{part}")
        if given in _NOTHING:
            continue
        value = read(given)
        if value is None:
            dropped[f"{start}{part}"] = str(given)
        else:
            person[_MEMBERS.get(part, part)] = value
    if person:
        held = at(body, path)
        _put(
            body,
            path,
            [*(held if isinstance(held, list) else ()), person | ({"BusinessTitle": title} if title else {})],
        )


def _related(row: Mapping[str, object], body: dict[str, object]) -> dict[str, tuple[str, ...]]:
    found = {kind: tuple(_listed(row.get(name))) for name, kind in _RELATED.items()}
    offered = found["Solutions"]
    if "solutionOffered" not in row and not row.get("otherSolutionOffered"):
        _put(body, "Project.OtherSolutionDescription", "Other")  # the import's own default for a row without the field
    return found | {"Solutions": tuple(one for one in offered if one != "Other")}


def _listed(given: object) -> Iterator[str]:
    if isinstance(given, list):
        yield from (str(one) for one in given)
    elif isinstance(given, str):
        yield from _several(given)


def _several(given: object) -> list[str]:
    return [part for one in str(given).split(";") if (part := one.strip())]


def _text(given: object) -> str:
    return str(given).strip()


def _of(shape: str) -> Callable[[object], str]:
    """As the service model spells it; unknown words stay, to be complained of."""
    return lambda given: pick(_text(given).replace("\N{EN DASH}", "-"), enum_of(shape)) or _text(given)


def _many_of(shape: str) -> Callable[[object], list[str]]:
    return lambda given: [pick(one, enum_of(shape)) or one for one in _several(given)]


def _country(given: object) -> str:
    return places.country(_text(given)) or _text(given)


def _phone(given: object) -> str | None:
    bare = _SIGNS.sub("", _text(given))
    return bare if _PHONE.fullmatch(bare) else None


def _spend(given: object) -> list[dict[str, object]]:
    return [{"Amount": _amount(given), "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}]


def _amount(given: object) -> str:
    whole, _, cents = _text(given).partition(".")
    return f"{whole}.{cents}" if cents.strip("0") else whole


def _source(given: object) -> str:
    return {"yes": "Marketing Activity", "no": "None"}.get(_text(given).casefold(), _text(given))


def _lower(given: object) -> str:
    return _text(given).lower()


_Reader = Callable[[object], object]
_FIELDS: Final[Mapping[str, tuple[str, _Reader]]] = {
    "partnerCrmUniqueIdentifier": ("PartnerOpportunityIdentifier", _text),
    "customerCompanyName": ("Customer.Account.CompanyName", _text),
    "industry": ("Customer.Account.Industry", _of("Industry")),
    "industryOther": ("Customer.Account.OtherIndustry", _text),
    "customerWebsite": ("Customer.Account.WebsiteUrl", _text),
    "awsAccountId": ("Customer.Account.AwsAccountId", _text),
    "customerDuns": ("Customer.Account.Duns", _text),
    "country": ("Customer.Account.Address.CountryCode", _country),
    "state": ("Customer.Account.Address.StateOrRegion", _text),
    "city": ("Customer.Account.Address.City", _text),
    "postalCode": ("Customer.Account.Address.PostalCode", _text),
    "streetAddress": ("Customer.Account.Address.StreetAddress", _text),
    "partnerProjectTitle": ("Project.Title", _text),
    "projectDescription": ("Project.CustomerBusinessProblem", _text),
    "useCase": ("Project.CustomerUseCase", lambda given: pick(_text(given), values.use_cases()) or _text(given)),
    "deliveryModel": ("Project.DeliveryModels", _many_of("DeliveryModel")),
    "salesActivities": ("Project.SalesActivities", _many_of("SalesActivity")),
    "expectedMonthlyAwsRevenue": ("Project.ExpectedCustomerSpend", _spend),
    "campaignName": ("Project.ApnPrograms", _several),
    "competitiveTracking": ("Project.CompetitorName", _of("CompetitorName")),
    "competitiveTrackingOther": ("Project.OtherCompetitorNames", _text),
    "otherSolutionOffered": ("Project.OtherSolutionDescription", _text),
    "additionalComments": ("Project.AdditionalComments", _text),
    "parentOppId": ("Project.RelatedOpportunityIdentifier", _text),
    "partnerPrimaryNeedFromAws": ("PrimaryNeedsFromAws", _many_of("PrimaryNeedFromAws")),
    "opportunityType": ("OpportunityType", _of("OpportunityType")),
    "doesOppBelongToNatSec": ("NationalSecurity", _text),
    "doesOppBelongToNatsec": ("NationalSecurity", _text),
    "targetCloseDate": ("LifeCycle.TargetCloseDate", _text),
    "nextStep": ("LifeCycle.NextSteps", _text),
    "stage": ("LifeCycle.Stage", _of("Stage")),
    "closedLostReason": ("LifeCycle.ClosedLostReason", _of("ClosedLostReason")),
    "IsOppFromMarketingActivity": ("Marketing.Source", _source),
    "isMarketingDevelopmentFunded": ("Marketing.AwsFundingUsed", _text),
    "marketingActivityChannel": ("Marketing.Channels", _many_of("Channel")),
    "marketingActivityUsecase": ("Marketing.UseCases", _several),
    "awsSFCampaignName": ("Marketing.CampaignName", _text),
    "procurementType": ("SoftwareRevenue.DeliveryModel", _of("RevenueModel")),
    "contractStartDate": ("SoftwareRevenue.EffectiveDate", _text),
    "contractEndDate": ("SoftwareRevenue.ExpirationDate", _text),
}
_MEMBERS: Final = {"Title": "BusinessTitle"}
_PERSON: Final[Mapping[str, _Reader]] = {
    "FirstName": _text,
    "LastName": _text,
    "Title": _text,
    "Email": _lower,
    "Phone": _phone,
}
# Whose columns begin how, where they go, and as what.
_PEOPLE: Final = (
    ("customer", "Customer.Contacts", None),
    ("primaryContact", "OpportunityTeam", "PartnerAccountManager"),
    ("opportunityOwner", "OpportunityTeam", "OpportunityOwner"),
)
_RELATED: Final = {"solutionOffered": "Solutions", "awsProducts": "AwsProducts", "offers": "AwsMarketplaceOffers"}
_NAMES: Final[Mapping[str, str]] = {
    **{path: name for name, (path, _) in _FIELDS.items()},
    **{f"Customer.Contacts.{_MEMBERS.get(part, part)}": f"customer{part}" for part in _PERSON},
    "OpportunityTeam.Email": "opportunityOwnerEmail",
    **{f"RelatedEntityIdentifiers.{kind}": name for name, kind in _RELATED.items()},
    "InvolvementType": "partnerPrimaryNeedFromAws",
}


def _put(body: dict[str, object], path: str, value: object) -> None:
    *parents, last = path.split(".")
    here = body
    for name in parents:
        below = here.setdefault(name, {})
        assert isinstance(below, dict)
        here = below
    here[last] = value
