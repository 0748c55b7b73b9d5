"""`cosell validate --portal microsoft`: what would bounce is named with its field, its source and its fix."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.canonical import MARK
from connectors.checking import NotReadable, Verdict
from connectors.microsoft.mapping import wire_body
from connectors.registry import CHECKS
from tests.connectors.microsoft.drafting import payload
from tests.connectors.microsoft.microsoft_world import READY, TODAY

WHOLE: dict[str, Any] = {
    MARK: "006000000000001AAA",
    "title": "Acme - GTX Pro rollout",
    "customer": {
        "name": "Acme Freight, Inc.",
        "website": "acme-freight.example.com",
        "industry": "Retail & Consumer Goods",
        "employees": 900,
        "country": "US",
        "state": "IL",
        "city": "Chicago",
        "street": "1 Main Street",
        "postal_code": "60601",
    },
    "stage": "qualified",
    "annual_value": {"amount": "48210.00", "currency": "USD"},
    "close_date": "2027-06-30",
    "use_case": "Migrate and Modernize Your Estate",
    "problem": "Dispatchers cannot see where freight is and lose hours a day looking for it.",
    "contact": "Sue Smith <sue@acme-freight.example.com> +15550100",
    "consent": "By e-mail to Priya Raman on 2026-11-02",
    "help_wanted": ["Co-Sell - Deal Support"],
    "solutions": [{"id": "SOL-34104-EBB", "name": "GTX Platform on Azure"}],
}


def judged(document: object) -> Verdict:
    return CHECKS["microsoft"](document, TODAY)


def places(document: object) -> list[str]:
    return [found.field for found in judged(document).findings]


def body() -> dict[str, Any]:
    """The body of the POST that files a whole referral."""
    return wire_body(payload(READY)["create"])


@pytest.mark.parametrize("missing", ["title", "problem", "annual_value", "close_date", "contact"])
def test_what_is_missing_is_named_with_who_asks_for_it(missing: str) -> None:
    verdict = judged({name: value for name, value in WHOLE.items() if name != missing})

    [found] = verdict.findings
    assert found.canonical is not None
    assert found.canonical.value == {"annual_value": "amount"}.get(missing, missing)
    assert (found.rule, found.source != "", found.fix != "") == ("required", True, True)
    assert not verdict.would_be_accepted


def test_what_is_whole_would_be_accepted() -> None:
    assert judged(WHOLE).findings == ()
    assert judged(body()).findings == ()


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("name", "", "name"),
        ("name", "x" * 256, "name"),
        ("customerProfile", {}, "customerProfile.name"),
        ("type", "Mutual", "type"),
    ],
)
def test_a_body_that_would_bounce_names_its_own_path(path: str, value: object, place: str) -> None:
    assert place in places({**body(), path: value})


@pytest.mark.parametrize("document", [None, [], "text", 3, {}, {"name": "x"}, {MARK: 3}])
def test_what_is_no_referral_is_refused(document: object) -> None:
    with pytest.raises(NotReadable):
        judged(document)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "team"]), inner),
    max_leaves=6,
)


@given(st.sampled_from(["customerProfile", "details", "consent", "target", "type"]), _json)
def test_whatever_stands_in_a_body_gets_a_verdict(name: str, value: object) -> None:
    assert judged({**body(), "customerProfile": {}, name: value}).findings
