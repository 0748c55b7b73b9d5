"""What a partner sees has one door: `Released` is made by `motions.grants.released` and nowhere else."""

import ast

from tests.house.source_tree import PACKAGES, modules, told

DOOR = "motions/grants.py"


def test_nobody_but_grants_makes_what_a_partner_may_see() -> None:
    found = [
        module.at(node, f"makes a Released; {DOOR} alone does")
        for module in modules(*PACKAGES)
        if module.path != DOOR
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _name_of(node.func) == "Released"
    ]

    assert not found, told(found)


def _name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
