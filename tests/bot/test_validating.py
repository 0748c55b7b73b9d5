"""`cosell validate` as people and machines run it: what it prints, how it ends, and that it needs nothing."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from bot.validating import LARGEST, judged
from connectors.canonical import CanonicalReferral, Customer
from connectors.registry import CHECKS
from motions.errors import UserMistake
from tests.bot.command import ended
from tests.connectors.aws.filings import filing_with
from tests.house.source_tree import ROOT

BOUNCES, REFUSED = 1, 2


def written(folder: Path, document: object) -> str:
    (folder / "file.json").write_text(json.dumps(document), "utf-8")
    return "file.json"


def test_a_filing_that_would_be_accepted_ends_with_0(tmp_path: Path) -> None:
    code, said = ended("validate", {}, tmp_path, "--portal", "aws", written(tmp_path, filing_with({})))

    assert code == 0
    assert said.splitlines() == ["file.json: a filing.", "It would be accepted by aws."]


def test_a_filing_that_would_bounce_names_field_rule_fix_and_source(tmp_path: Path) -> None:
    file = written(tmp_path, filing_with({"create.Customer.Account.Address.StateOrRegion": "NY"}))

    code, said = ended("validate", {}, tmp_path, "--portal", "aws", file)

    assert code == BOUNCES
    assert said.splitlines() == [
        "file.json: a filing.",
        "- Customer.Account.Address.StateOrRegion [us-state, INVALID_ENUM_VALUE]",
        "  Customer.Account.Address.StateOrRegion “NY” is no US state by AWS's full names; AWS writes it New York.",
        "  Fix: Choose the state of the customer's address.",
        "  Source: ACE data model, sheet Fields: Customer.Account.Address.StateOrRegion, allowed values",
        "It would bounce at aws: 1 problem.",
    ]


def test_machines_get_json(tmp_path: Path) -> None:
    changes = {"create.Project.DeliveryModels": [], "create.TagKeys": ["MAP"]}
    file = written(tmp_path, filing_with(changes))

    code, said = ended("validate", {}, tmp_path, "--portal", "aws", "--json", file)

    told = json.loads(said)
    assert (code, told["portal"], told["would_be_accepted"]) == (BOUNCES, "aws", False)
    assert [(one["field"], one["canonical"], one["rule"]) for one in told["problems"]] == [
        ("Project.DeliveryModels", "delivery_model", "required")
    ]
    assert [one["field"] for one in told["notes"]] == ["TagKeys"]


@pytest.mark.parametrize("portal", sorted(CHECKS))
@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '"text"', "[" * 100_000, '{"crm_id": 7}'])
def test_a_file_that_is_no_referral_is_refused(portal: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(text, "utf-8")

    with pytest.raises(UserMistake):
        judged(portal, tmp_path / "odd.json", date(2026, 11, 20))


def test_a_file_that_cannot_be_read_ends_with_2_and_one_line(tmp_path: Path) -> None:
    code, said = ended("validate", {}, tmp_path, "--portal", "aws", "nowhere.json")

    assert code == REFUSED
    assert said.startswith("nowhere.json cannot be read")
    assert len(said.splitlines()) == 1


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(UserMistake, match="cannot be read"):
        judged("aws", tmp_path / "odd.json", date(2026, 11, 20))


def test_a_file_without_an_end_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.json").open("wb") as large:
        large.truncate(LARGEST + 1)

    with pytest.raises(UserMistake, match="larger"):
        judged("aws", tmp_path / "large.json", date(2026, 11, 20))


def test_an_unknown_portal_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="aws"):
        judged("gopher", tmp_path / "file.json", date(2026, 11, 20))


def test_the_example_of_the_connectors_page_is_accepted(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "connectors.md").read_text("utf-8")
    (example,) = re.findall(r"^```json\n(\{\n  \"crm_id\".*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "file.json").write_text(example, "utf-8")

    assert judged("aws", tmp_path / "file.json", date(2026, 11, 20)).findings == ()


def test_the_connectors_page_names_every_key_of_a_canonical_referral() -> None:
    page = (ROOT / "docs" / "connectors.md").read_text("utf-8")
    keys = {*CanonicalReferral.model_fields, *Customer.model_fields}

    assert [key for key in sorted(keys) if f'"{key}"' not in page and f"`{key}`" not in page] == []
