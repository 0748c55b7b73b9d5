"""The worlds of the bench: the same for the same seed, alike in what their partner may see, other in all else."""

from collections.abc import Sequence
from dataclasses import fields

import pytest

from bench.noninterference.configuring import configure, default_configuration
from bench.noninterference.drawing import NEEDED
from bench.noninterference.worlds import Shape, World, group, seen_of
from motions import grant_terms

PUBLIC = {each.name for each in fields(World)} - {"deals"}
SHOWN = {
    "problem": "problem",
    "next_steps": "next_step",
    "kind": "kind",
    "seller": "seller",
    "title": "headline",
    "close_date": "close_in_days",
    "monthly_spend": "amount",
    "customer": "customer",
    "industry": "industry",
    "website": "website",
    "solution": "product",
    "stage": "then",
}
SHAPE = Shape(4, 2, 2)
GROUPS = [group(1, number, SHAPE) for number in range(60)]


def test_the_same_seed_gives_the_same_worlds() -> None:
    assert group(3, 5, SHAPE) == group(3, 5, SHAPE)
    assert group(3, 5, SHAPE) != group(4, 5, SHAPE)


@pytest.mark.parametrize("worlds", GROUPS)
def test_worlds_of_a_group_are_alike_in_what_their_partner_may_see(worlds: list[World]) -> None:
    hidden = {"variant", *(each.name for each in fields(World) if each.default is not each.default_factory)}
    first = worlds[0]

    for world in worlds[1:]:
        assert all(getattr(world, name) == getattr(first, name) for name in PUBLIC - hidden)
        for deal, same in zip(world.deals, first.deals, strict=True):
            seen = seen_of(same, first)
            assert seen_of(deal, world) == seen
            assert all(getattr(deal, at) == getattr(same, at) for name, at in SHOWN.items() if name in seen)


@pytest.mark.parametrize(
    "name", ["place", "next_step", "kind", "seller", "headline", "amount", "employees", "contacts"]
)
def test_everything_else_differs_in_some_group(name: str) -> None:
    assert any(len({getattr(world.deals[0], name) for world in worlds}) > 1 for worlds in GROUPS)


def test_what_goes_on_after_sharing_ended_is_nobodys_business() -> None:
    ended = [worlds for worlds in GROUPS if worlds[0].is_revoked_by is not None]
    followed = [w for w in GROUPS if w[0].is_revoked_by is None and "amount" in w[0].terms.released_for("forecast")]

    assert ended
    assert followed
    assert all(len(_amounts(worlds)) > 1 for worlds in ended)
    assert all(len(_amounts(worlds)) == 1 for worlds in followed)


def _amounts(worlds: Sequence[World]) -> set[object]:
    return {late.later[1]["Amount"] for world in worlds for turn in world.turns for late in turn.lates}


def test_what_a_purpose_needs_is_written_down_here_as_it_is_there() -> None:
    known = {purpose.value: {field.value for field in needed} for purpose, needed in grant_terms.NEEDED.items()}

    assert {purpose: set(needed) for purpose, needed in NEEDED.items()} == known


def test_a_worlds_configuration_shares_its_terms_with_its_partner_alone() -> None:
    world = next(world for worlds in GROUPS for world in worlds if world.rival_terms not in {None, world.terms})

    config = configure(default_configuration(), world)

    blocks = {partner.key: partner.grant for partner in config.partners}
    own, other = blocks[world.partner], blocks[world.rival]  # type: ignore[index]  # keys are plain texts there
    assert own is not None
    assert other is not None
    assert world.rival_terms is not None
    assert {field.value for field in own.fields} == world.terms.fields
    assert {field.value for field in other.fields} == world.rival_terms.fields
