"""The tables: what Microsoft publishes, and that nothing in ours points beside it."""

import json
from importlib.resources import files
from typing import Any

from connectors.microsoft import values
from sandbox.microsoft import values as sandbox


def table(package: str, name: str) -> Any:
    return json.loads((files(package) / "data" / name).read_text("utf-8"))


def test_the_published_lists_are_whole() -> None:
    counts = {name: len(values.listed(name)) for name in ("industries", "products", "services", "solutions", "sizes")}

    assert counts == {"industries": 14, "products": 20, "services": 10, "solutions": 48, "sizes": 11}


def test_the_sandbox_holds_the_same_lists_by_itself() -> None:
    for name in ("industries", "products", "services", "solutions", "sizes", "currencies"):
        assert frozenset(values.listed(name)) == sandbox.listed(name), name


def test_every_translation_ends_on_a_published_value() -> None:
    industries = set(table("connectors.microsoft", "industries.json").values())

    assert industries <= set(values.listed("industries"))
    assert set(values._SERVICES_IN_OTHER_WORDS.values()) <= set(values.listed("services"))
    assert set(values._HELP_IN_OTHER_WORDS.values()) <= set(values.KINDS_OF_HELP)
    assert set(values.BANDS) <= set(values.listed("sizes"))


def test_the_states_are_those_aws_s_connector_has() -> None:
    ours, theirs = (table(f"connectors.{portal}", "us_states.json") for portal in ("microsoft", "aws"))
    assert ours == {code: name for code, name in theirs.items() if len(code) == 2}


def test_no_value_of_a_list_holds_what_separates_several() -> None:
    assert not [each for name in ("services", "industries") for each in values.listed(name) if ";" in each]
    assert not [each for each in values.KINDS_OF_HELP if ";" in each]
