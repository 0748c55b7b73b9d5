"""Where facts come from: every origin is a field we read and the catalogue labels; no other field becomes a fact."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.fields import FieldMap
from connectors.salesforce.mapping import opportunity_from
from connectors.salesforce.origins import fields_read, origins_of, paths
from motions.deals import DealContext
from motions.labels import Label, labeled
from motions.referrals import Field
from tests.fakes.world import configuration

BY_FEATURE = {
    "Opportunity.CurrencyIsoCode",
    "Opportunity.Loss_Reason__c",
    "Account.BillingStateCode",
    "Account.BillingCountryCode",
}
RECORD: dict[str, Any] = {
    "Id": "0065e00000aaaaaAAA",
    "Name": "Acme - GTX Pro",
    "StageName": "Qualification",
    "IsClosed": False,
    "IsWon": False,
    "SystemModstamp": "2026-11-21T00:00:00.000+0000",
    "CreatedDate": "2026-11-01T00:00:00.000+0000",
}
new_names = st.from_regex(r"[A-Z][A-Za-z0-9]{0,20}__c", fullmatch=True).filter(
    lambda name: not name.startswith("Cosell")
)


def test_every_origin_is_a_field_we_read() -> None:
    origins = {path for names in origins_of(FieldMap()).values() for path in names}

    assert origins - set(paths(fields_read(FieldMap()))) <= BY_FEATURE


def test_every_fact_there_is_has_origins_and_is_a_canonical_field() -> None:
    constants = {Field.USE_CASE, Field.DELIVERY_MODEL, Field.HELP_WANTED, Field.CONSENT, Field.OTHER_DEALS}

    assert set(origins_of(FieldMap())) == {each.value for each in set(Field) - constants}


def test_the_shipped_catalogue_labels_all_we_read() -> None:
    catalogue = configuration().fields

    assert [
        path for path in (*paths(fields_read(FieldMap())), *BY_FEATURE) if catalogue.label_at(path) not in Label
    ] == []
    unlabelled = set(paths(fields_read(FieldMap()))) - {row.path for row in catalogue.rows}
    assert unlabelled == set()


def test_a_product_field_of_the_org_s_own_is_an_origin_too() -> None:
    assert origins_of(FieldMap(product="Line__c"))["solution"] == ("Opportunity.Line__c", "Opportunity.Name")


@given(added=st.dictionaries(new_names, st.text(min_size=1), min_size=1))
def test_a_field_somebody_adds_to_the_crm_becomes_no_fact(added: dict[str, str]) -> None:
    known, grown = opportunity_from(RECORD, FieldMap()), opportunity_from({**RECORD, **added}, FieldMap())
    catalogue, origins = configuration().fields, origins_of(FieldMap())

    assert grown == known
    facts = labeled(DealContext(grown, origins=origins), catalogue)
    assert facts == labeled(DealContext(known, origins=origins), catalogue)
    assert all(catalogue.label_of("Opportunity", name) is Label.RESTRICTED for name in added)


@given(added=new_names)
def test_a_fact_made_of_a_field_nobody_labelled_is_restricted(added: str) -> None:
    fields = FieldMap(product=added)

    facts = labeled(
        DealContext(opportunity_from({**RECORD, added: "GTX"}, fields), origins=origins_of(fields)),
        configuration().fields,
    )

    assert facts[Field.SOLUTION].label is Label.RESTRICTED
