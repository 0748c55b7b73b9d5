"""Which company a name or a web address means: its legal form, case and article aside."""

import pytest

from motions.companies import base_name, same_company, site_of, spellings


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Acme, Inc.", "ACME GmbH", True),
        ("Nordvik AB", "Nordvik", True),
        ("Nordvik A.B.", "Nordvik", True),
        ("The Acme Company", "Acme", True),
        ("Acme GmbH & Co. KG", "Acme", True),
        ("Straße AG", "STRASSE", True),
        ("J.P. Acme", "JP Acme", True),
        ("Acme.com", "Acme", False),
        ("Acme Labs", "Acme", False),
        ("Acme Group", "Acme", False),
        ("Co", "Acme Co", False),
        ("The", "Acme", False),
        ("", "", False),
        ("...", "", False),
    ],
)
def test_a_legal_form_makes_no_other_company(one: str, other: str, *, is_same: bool) -> None:
    assert same_company(one, other) is is_same


def test_a_name_that_is_only_a_form_keeps_it() -> None:
    assert [base_name(each) for each in ("Co", "The Co", "Inc. Co")] == ["co", "the", "inc"]


def test_a_name_is_looked_for_as_it_stands_and_without_its_form() -> None:
    assert spellings("Acme Holding, Inc.") == ("Acme Holding, Inc.", "Acme Holding")
    assert spellings("Acme") == ("Acme",)
    assert spellings("Co") == ("Co",)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.acmeco.example/about?x=1", "acmeco.example"),
        ("acmeco.example", "acmeco.example"),
        (" acmeco.example/ ", "acmeco.example"),
        ("acmeco.example/see//this", "acmeco.example"),
        ("//acmeco.example", "acmeco.example"),
        ("WWW.Acmeco.Example:443", "acmeco.example"),
        ("", None),
        (None, None),
        ("http://[broken", None),
        ("http://", None),
    ],
)
def test_a_web_address_is_compared_by_its_host(address: str | None, site: str | None) -> None:
    assert site_of(address) == site
