"""microsoft.toml: who we are to Microsoft, and every fault in it named at once."""

from pathlib import Path

import pytest

from connectors.microsoft.account import AccountError, Person, Solution, read_account

GOOD = """
[contact]
first_name = "Priya"
last_name = "Raman"
email = "priya@meridian.example"
phone = "+12065550100"

[[solutions]]
id = "SOL-1"
name = "GTX"
products = ["GTX Pro"]

[[solutions]]
id = "SOL-2"
name = "MG"
kind = "ip"
"""


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "microsoft.toml"
    path.write_text(GOOD)

    found = read_account(path)

    assert found.contact == Person("Priya", "Raman", "priya@meridian.example", "+12065550100")
    assert found.solutions == (Solution("SOL-1", "GTX", products=("GTX Pro",)), Solution("SOL-2", "MG", kind="ip"))


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (GOOD.replace("last_name", "surname"), r"contact\.last_name: missing.*contact\.surname: unknown"),
        (GOOD.replace("priya@meridian.example", "priya"), r"contact\.email: no e-mail"),
        (GOOD.replace('kind = "ip"', 'kind = "shop"'), "solutions 2: kind: one of"),
        (GOOD.replace('id = "SOL-1"\n', ""), "solutions 1: id: missing"),
        (GOOD.replace('["GTX Pro"]', '"GTX Pro"'), "products: not a list"),
        (GOOD + "\n[more]\nx = 1\n", "more: unknown"),
        (GOOD.partition("[[")[0], "name at least one"),
        ("[[solutions]]\nid = 'S'\nname = 'N'", "contact: missing"),
        ("solutions = [1]\n" + GOOD.partition("[[")[0], "not a table"),
        ("= nothing", "not TOML"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, written: str, fault: str) -> None:
    path = tmp_path / "microsoft.toml"
    path.write_text(written)

    with pytest.raises(AccountError, match=fault):
        read_account(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AccountError, match="cannot be read"):
        read_account(tmp_path / "none.toml")
