"""Deals as the sandbox's CRM holds them: filed without a question wherever the CRM knows enough."""

from dataclasses import replace

import pytest

from motions.referrals import Field
from sandbox.salesforce.vocabulary import INDUSTRIES, PLACES_ABROAD, US_PLACES, Place
from tests.connectors.aws.aws_world import account
from tests.connectors.aws.drafting import fields, problems


def at_place(place: Place, state: str | None) -> dict[str, str | None]:
    return {
        "street": place.street,
        "city": place.city,
        "postal_code": place.postal_code,
        "country": place.country_code,
        "state": state,
    }


@pytest.mark.parametrize("place", US_PLACES, ids=lambda place: place.city)
def test_a_customer_anywhere_in_the_united_states_is_ready(place: Place) -> None:
    by_name, by_code = account(**at_place(place, place.state)), account(**at_place(place, place.state_code))

    assert problems(by_name) == ()
    assert problems(by_code) == ()


@pytest.mark.parametrize("place", PLACES_ABROAD.values(), ids=lambda place: place.city)
def test_a_customer_abroad_lacks_at_most_the_postal_code_the_crm_lacks(place: Place) -> None:
    found = fields(problems(account(**at_place(place, place.state))))

    assert found == ([] if place.postal_code else [(Field.POSTAL_CODE, "REQUIRED_FIELD_MISSING")])


@pytest.mark.parametrize("industry", sorted(set(INDUSTRIES.values())))
def test_every_industry_of_the_crm_is_understood(industry: str) -> None:
    assert problems(account(industry=industry)) == ()


@pytest.mark.parametrize(
    "kind",
    ["New Business", "Existing Business", "Existing Customer - Upgrade", "Existing Customer - Replacement", None],
)
def test_every_kind_of_growing_business_is_understood(kind: str | None) -> None:
    assert problems(replace(account(), kind=kind)) == ()
