"""What fits into which field, and what is selected of a deal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.fields import (
    VITAL,
    FieldMap,
    FieldShape,
    deal_columns,
    fitted,
    plain_number,
    wire_value,
    writable,
)
from motions.errors import NotVisible


def shape_of(*names: str, kind: str = "string", length: int = 255) -> dict[str, FieldShape]:
    return {name: FieldShape(name, kind, length, can_update=True, can_create=True) for name in names}


def text_field(length: int, kind: str = "string") -> FieldShape:
    return FieldShape("Cosell_Rationale__c", kind, length, can_update=True, can_create=True)


def test_a_text_that_fits_is_kept() -> None:
    assert fitted(" three short words\r\nand a line ", text_field(255)) == "three short words\nand a line"


def test_a_long_text_is_cut_at_a_word_with_an_ellipsis() -> None:
    assert fitted("We won seven of eleven, together", text_field(25)) == "We won seven of eleven…"


def test_one_long_word_is_cut_where_it_must_be() -> None:
    assert fitted("x" * 300, text_field(255)) == "x" * 254 + "…"


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_nothing_ever_exceeds_its_field(text: str, length: int) -> None:
    assert len(fitted(text, text_field(length))) <= length


def test_a_long_link_is_never_cut() -> None:
    link = "https://acme.slack.example/" + "x" * 300

    assert fitted(link, text_field(255, "url")) == link


@pytest.mark.parametrize(
    ("text", "plain"),
    [("72.0", "72"), ("72", "72"), ("0", "0"), ("100", "100"), ("0.50", "0.5"), ("1E+2", "100"), ("high", None)],
)
def test_a_number_has_one_spelling(text: str, plain: str | None) -> None:
    assert plain_number(text) == plain


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_what_is_not_finite_is_no_number(text: str) -> None:
    assert plain_number(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "sent"),
    [
        ("72", "double", 72),
        ("0.5", "percent", 0.5),
        ("high", "double", "high"),
        ("x", "string", "x"),
        ("", "string", None),
    ],
)
def test_a_value_is_sent_in_its_fields_type(text: str, kind: str, sent: object) -> None:
    assert wire_value(text, text_field(255, kind)) == sent


def test_a_field_the_org_lacks_or_protects_is_left_out() -> None:
    shape = shape_of("Cosell_Status__c")
    shape["Cosell_PAM__c"] = FieldShape("Cosell_PAM__c", "string", 255, can_update=False, can_create=False)

    kept = [ours for ours, _, _ in writable(FieldMap().cosell, {"status": "Matched", "pam": "J", "thread": "u"}, shape)]

    assert kept == ["status"]


def test_all_readable_columns_are_selected() -> None:
    fields = FieldMap(product="Line__c")
    deal = shape_of(*VITAL, "Amount", "AccountId", "OwnerId", "Line__c", "Cosell_Status__c")

    columns = deal_columns(
        fields, deal=deal, account=shape_of("Name", "BillingCountryCode"), owner=shape_of("Department")
    )

    assert {"Amount", "Line__c", "Cosell_Status__c", "Account.Name", "Account.BillingCountryCode"} < set(columns.names)
    assert "Owner.Department" in columns.names


def test_a_hidden_useful_column_is_dropped_and_named_for_people() -> None:
    deal = shape_of(*VITAL, "AccountId", "OwnerId")

    columns = deal_columns(FieldMap(), deal=deal, account={}, owner={})

    assert "Amount" not in columns.names
    assert {"the amount", "the account's industry", "the owner's e-mail address"} <= set(columns.unreadable)


def test_a_feature_the_org_never_switched_on_is_no_news() -> None:
    columns = deal_columns(FieldMap(), deal=shape_of(*VITAL), account={}, owner={})

    assert not any("urrency" in label for label in columns.unreadable)


@pytest.mark.parametrize("name", VITAL)
def test_a_hidden_vital_column_stops_with_the_fix(name: str) -> None:
    deal = shape_of(*(each for each in VITAL if each != name))

    with pytest.raises(NotVisible, match=rf"Opportunity\.{name} .* Cosell_Bot"):
        deal_columns(FieldMap(), deal=deal, account={}, owner={})
