"""Labels: an order with a join, a catalogue that does not guess, and values that carry theirs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motions.deals import Contact, DealContext
from motions.labels import Catalogue, CatalogueRow, Label, Labeled, join, label_of_origin, labeled, of_our_own, typed_by
from motions.referrals import Field
from tests.fakes.crm import ORIGINS
from tests.fakes.world import a_deal, configuration

labels = st.sampled_from(Label)
OWNER = "dana@meridian.example"


def catalogue(**fields: Label) -> Catalogue:
    """Labels of fields of the deal."""
    rows = [CatalogueRow(object="Opportunity", field=name, label=label, owner=OWNER) for name, label in fields.items()]
    return Catalogue(rows=tuple(rows))


@given(a=labels, b=labels, c=labels)
def test_the_join_knows_no_order_and_no_brackets(a: Label, b: Label, c: Label) -> None:
    assert join(a, b) == join(b, a)
    assert join(join(a, b), c) == join(a, join(b, c)) == join(a, b, c)
    assert join(a, a) == join(a) == a


@given(first=st.lists(labels), more=st.lists(labels))
def test_more_values_never_make_a_label_less_restrictive(first: list[Label], more: list[Label]) -> None:
    assert join(*first).is_within(join(*first, *more))
    assert all(each.is_within(join(*first, *more)) for each in first)


def test_nothing_joined_is_public_and_restricted_takes_all() -> None:
    assert join() is Label.PUBLIC
    assert join(*Label) is Label.RESTRICTED


@given(name=st.from_regex(r"[A-Za-z]\w{0,20}", fullmatch=True))
def test_a_field_nobody_labelled_is_restricted(name: str) -> None:
    known = catalogue(Amount=Label.SHAREABLE)

    assert known.label_of("Opportunity", name) is (Label.SHAREABLE if name == "Amount" else Label.RESTRICTED)
    assert Catalogue().label_of("Opportunity", name) is Label.RESTRICTED


def test_a_field_has_one_label() -> None:
    row = CatalogueRow(object="Opportunity", field="Amount", label=Label.PUBLIC, owner=OWNER)

    with pytest.raises(ValueError, match=r"named twice: Opportunity\.Amount"):
        Catalogue(rows=(row, row.model_copy(update={"label": Label.RESTRICTED})))


def test_every_fact_carries_the_join_of_the_fields_it_is_made_of() -> None:
    known = catalogue(Amount=Label.SHAREABLE, CurrencyIsoCode=Label.INTERNAL, Name=Label.PUBLIC)

    found = labeled(DealContext(a_deal(), origins=ORIGINS), known)

    assert found[Field.TITLE] == Labeled("Acmeco GTX rollout", Label.PUBLIC, "Opportunity.Name")
    assert found[Field.AMOUNT].label is found[Field.MONTHLY_SPEND].label is Label.INTERNAL
    assert found[Field.AMOUNT].origin == "Opportunity.Amount, Opportunity.CurrencyIsoCode"
    assert found[Field.CLOSE_DATE].label is Label.RESTRICTED


def test_a_contact_is_somebody_with_an_address_and_stays_home_until_an_operator_says_otherwise() -> None:
    silent, sue = Contact("1", "Bo Berg"), Contact("2", "Sue Smith", email="sue@acme.example", phone="+15550100")
    known = Catalogue(
        rows=tuple(
            CatalogueRow(object="Contact", field=name, label=Label.SHAREABLE, owner=OWNER) for name in ("Name", "Email")
        )
    )
    told = labeled(DealContext(a_deal(), contacts=(silent, sue), origins=ORIGINS), known)
    nobody = labeled(DealContext(a_deal(), contacts=(silent,), origins=ORIGINS), known)

    assert told[Field.CONTACT].value == "Sue Smith <sue@acme.example> +15550100"
    assert told[Field.CONTACT].label is Label.RESTRICTED  # of its phone number
    assert Field.CONTACT not in nobody


def test_what_comes_from_nowhere_known_is_restricted() -> None:
    found = labeled(DealContext(a_deal()), configuration().fields)

    assert {each.label for each in found.values()} == {Label.RESTRICTED}


def test_what_is_not_known_of_a_deal_is_no_fact() -> None:
    bare = replace(a_deal(account=None, owner=None, amount=None), description="")

    found = labeled(DealContext(bare, origins=ORIGINS), configuration().fields)

    absent = {Field.CUSTOMER, Field.COUNTRY, Field.AMOUNT, Field.MONTHLY_SPEND, Field.PROBLEM, Field.SELLER}
    assert absent.isdisjoint(found)


def test_what_is_made_of_a_value_goes_no_further_than_it() -> None:
    assert Labeled(5, Label.INTERNAL, "Opportunity.Amount").made_into(str) == Labeled(
        "5", Label.INTERNAL, "Opportunity.Amount"
    )


def test_an_origin_is_labelled_again_by_the_catalogue_of_the_day() -> None:
    narrow = catalogue(Amount=Label.RESTRICTED)

    assert label_of_origin(typed_by("Priya, Raman", "x").origin, narrow) is Label.SHAREABLE
    assert label_of_origin(of_our_own("x").origin, narrow) is Label.PUBLIC
    assert label_of_origin("Opportunity.Amount", narrow) is label_of_origin("", narrow) is Label.RESTRICTED


def test_the_shipped_catalogue_lets_everything_cross_that_a_referral_needs() -> None:
    config = configuration()

    found = labeled(DealContext(a_deal(), origins=ORIGINS), config.fields)

    # How many people a customer has is nobody's but ours until an operator says otherwise.
    assert {name for name, each in found.items() if not each.label.is_within(Label.SHAREABLE)} == {Field.EMPLOYEES}
    assert config.fields.label_of("Contact", "Email") is Label.RESTRICTED
