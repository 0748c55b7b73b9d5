"""Our tables against the installed service model: a boto3 that changes AWS's words fails here, not in production."""

import pytest

from connectors import places
from connectors.aws import values
from connectors.aws.requirements import FIXES, LABELS, field_at
from connectors.aws.rulebook import RULES
from connectors.aws.validation import enum_of, model_fingerprint
from motions.deals import Stage
from motions.referrals import Field
from tests.connectors.aws.drafting import NOT_SHOWN


@pytest.mark.parametrize(
    ("shape", "ours"),
    [
        ("Stage", set(values.STAGES.values())),
        ("Stage", set(values.ACTIVITIES)),
        ("SalesActivity", {activity for done in values.ACTIVITIES.values() for activity in done}),
        ("OpportunityType", set(values.KINDS.values())),
        ("ReviewStatus", set(values.REVIEWS)),
        ("SalesInvolvementType", {values.CO_SELL, values.VISIBILITY_ONLY}),
        ("Visibility", {values.FULL_VISIBILITY}),
        ("CurrencyCode", set(values.CURRENCIES)),
        ("AwsMemberBusinessTitle", {*values.PAM_TITLES, *values.SELLER_TITLES}),
        ("Industry", {values.OTHER_INDUSTRY, *values._mapping("industries.json").values()}),
        ("CountryCode", places._without_postal_codes()),
        ("CountryCode", set(values._mapping("postal_codes.json"))),
        ("CountryCode", set(places._countries())),
        ("PaymentFrequency", {"Monthly"}),
        ("OpportunityOrigin", {"Partner Referral"}),
        ("RelatedEntityType", {"Solutions"}),
        ("TaskStatus", {"COMPLETE", "FAILED", "IN_PROGRESS"}),
    ],
)
def test_every_word_of_ours_is_one_of_awss(shape: str, ours: set[str]) -> None:
    assert ours <= set(enum_of(shape))


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        ("Industry", 28),
        ("DeliveryModel", 6),
        ("PrimaryNeedFromAws", 8),
        ("SalesActivity", 8),
        ("Stage", 7),
        ("ReviewStatus", 6),
        ("OpportunityType", 3),
    ],
)
def test_a_list_that_grows_is_looked_at(shape: str, count: int) -> None:
    assert len(enum_of(shape)) == count


def test_every_review_status_of_the_model_is_understood() -> None:
    assert set(values.REVIEWS) == set(enum_of("ReviewStatus"))


def test_no_stage_claims_a_signed_statement_of_work() -> None:
    assert all("SOW Signed" not in done for done in values.ACTIVITIES.values())


def test_every_stage_that_may_be_filed_has_activities() -> None:
    assert set(values.STAGES.values()) == set(values.ACTIVITIES)
    assert set(Stage) - set(values.STAGES) == {Stage.DISCOVERY, Stage.LOST}


def test_every_field_has_a_label_and_a_fix() -> None:
    assert set(LABELS) == set(FIXES) == set(Field) - NOT_SHOWN


def test_every_rule_names_its_source() -> None:
    assert all(rule.source for rule in RULES)


def test_every_rule_but_the_required_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES if rule.name != "required"]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("CA", "California"),
        ("ca", "California"),
        ("california", "California"),
        ("DC", "Dist. of Columbia"),
        ("District of Columbia", "Dist. of Columbia"),
        ("Ontario", None),
        ("", None),
    ],
)
def test_a_us_state_is_known_by_name_and_abbreviation(given: str, meant: str | None) -> None:
    assert values.us_state(given) == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("DE", "DE"),
        ("Germany", "DE"),
        ("germany", "DE"),
        ("Georgia", "GE"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("Ge", "GE"),
        ("Germ", None),
        ("", None),
    ],
)
def test_a_country_is_never_guessed_from_a_prefix(given: str, meant: str | None) -> None:
    assert places.country(given) == meant


@pytest.mark.parametrize(
    ("in_crm", "at_aws"),
    [
        ("Banking", "Financial Services"),
        ("Insurance", "Financial Services"),
        ("Finance", "Financial Services"),
        ("medical", "Healthcare"),
        ("Technology", "Software and Internet"),
        ("Food & Beverage", "Consumer Goods"),
        ("food and beverage", "Consumer Goods"),
        ("Energy", None),
        ("Other", None),
        ("Alchemy", None),
    ],
)
def test_an_industry_is_translated_or_left_to_a_person(in_crm: str, at_aws: str | None) -> None:
    assert values.industry(in_crm) == at_aws


@pytest.mark.parametrize(
    ("country", "code", "fits"),
    [
        ("US", "60601", True),
        ("US", "60601-1234", True),
        ("US", "6060", False),
        ("CA", "K1A 0B1", True),
        ("CA", "K1A0B1", True),
        ("CA", "11A 0B1", False),
        ("GB", "SW1A 1AA", True),
        ("GB", "M1 1AE", True),
        ("GB", "11 1AE", False),
        ("NL", "1012 AB", True),
        ("FR", "75001", True),
        ("YT", "97600", True),
        ("YT", "75001", False),
        ("SE", "SE-11455", True),
        ("XX", "whatever", True),
    ],
)
def test_a_postal_code_has_its_countrys_form(country: str, code: str, fits: bool) -> None:
    assert values.fits_postal_format(country, code) is fits


def test_some_countries_have_no_postal_codes() -> None:
    assert not places.has_postal_codes("AE")
    assert places.has_postal_codes("US")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("customer.account.address.stateOrRegion", Field.STATE),
        ("Customer.Account.Address.PostalCode", Field.POSTAL_CODE),
        ("project.expectedCustomerSpend.1.member.amount", Field.MONTHLY_SPEND),
        ("project.salesActivities", Field.STAGE),
        ("primaryNeedsFromAws", Field.HELP_WANTED),
        ("relatedEntityIdentifiers.solutions", Field.SOLUTION),
        ("lifeCycle.targetCloseDate", Field.CLOSE_DATE),
        ("project.titleOfSomethingElse", None),
        ("partnerOpportunityIdentifier", None),
    ],
)
def test_awss_paths_lead_back_to_our_fields(path: str, field: Field | None) -> None:
    assert field_at(path) is field


def test_the_model_fingerprint_depends_on_the_operations() -> None:
    assert model_fingerprint(("CreateOpportunity",)) != model_fingerprint(("AssociateOpportunity",))
