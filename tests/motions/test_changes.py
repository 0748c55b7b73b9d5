"""Which fields of a deal make a change, and the fingerprint of the rules that judged it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from motions.deals import Account, CosellFields, Money, Owner
from motions.revisions import InForce
from motions.triggers import changed_fields, rules_version
from tests.fakes.clock import MONDAY
from tests.fakes.world import a_deal, configuration, world


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stage_name", "Won"),
        ("amount", Money(Decimal(1), "USD")),
        ("amount", None),
        ("close_date", MONDAY.date()),
        ("account", Account("001B", "Other")),
        ("account", None),
        ("owner", Owner("005B", "Somebody")),
        ("owner", None),
        ("is_closed", True),
        ("is_won", True),
        ("kind", None),
    ],
)
def test_each_business_field_counts(field: str, value: Any) -> None:
    before = a_deal()

    changes = changed_fields(before, a_deal(**{field: value}))

    assert len(changes) == 1
    assert changed_fields(before, before) == ()


@pytest.mark.parametrize(
    "field", ["name", "next_step", "description", "product", "modified_by", "modified_at", "cosell"]
)
def test_the_other_fields_do_not_count(field: str) -> None:
    values: dict[str, Any] = {"modified_at": MONDAY + timedelta(days=3), "cosell": CosellFields(status="x")}

    assert changed_fields(a_deal(), a_deal(**{field: values.get(field, "different")})) == ()


def test_the_rules_version_is_a_fingerprint_of_rules_and_policy_numbers() -> None:
    made = world()
    rule = made.ports.config.rulebook.rules[0].model_copy(update={"points": 0.1})
    other = made.ports.config.rulebook.model_copy(update={"rules": (rule,)})

    versions = {
        rules_version(made.ports),
        rules_version(replace(made.ports, in_force=InForce(configuration(margin=7)))),
        rules_version(replace(made.ports, in_force=InForce(made.ports.config.model_copy(update={"rulebook": other})))),
    }

    assert len(versions) == 3
    assert rules_version(made.ports) == rules_version(world().ports)
