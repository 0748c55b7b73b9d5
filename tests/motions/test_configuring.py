"""Other rules in force while everything runs: whole or not at all, in every process, and nobody's change undone."""

from dataclasses import replace

import pytest

from motions.configuring import in_force, put_in_force, refresh, tried
from motions.errors import UserMistake
from motions.model import Band
from motions.policy import Autonomy
from motions.revisions import Edit, InForce
from tests.fakes.world import DANA, SAM, World, configuration, world

MARGIN = Edit("policy.yml", ("margin",), 9)
AUTO = {band.value: Autonomy.AUTO.value for band in Band}


def test_what_is_put_in_force_is_so_at_once_and_logged() -> None:
    made = world()

    put_in_force([MARGIN], 0, "margin 9", DANA, made.ports)

    assert (made.ports.config.policy.margin, made.ports.in_force.number) == (9, 1)
    kept = made.read(lambda uow: uow.revisions.get(1))
    assert (kept.name, kept.why, kept.by) == (DANA.name, "margin 9", DANA.key)
    [entry] = made.read(lambda uow: uow.log.of("configuration"))
    assert (entry.event, entry.actor) == ("configuration.changed", DANA.name)
    assert list(entry.detail["files"]) == ["policy.yml"]


def test_another_process_takes_it_at_its_next_look() -> None:
    made = world()
    another = replace(made.ports, in_force=InForce(made.ports.config))

    put_in_force([MARGIN], 0, "margin 9", DANA, made.ports)

    assert another.config.policy.margin != 9
    assert (refresh(another), another.config.policy.margin) == (1, 9)
    assert refresh(another) == 0
    assert made.read(lambda uow: in_force(made.ports.config_files, uow)).config == another.config


def test_another_policy_has_another_version_and_other_rules_alone_have_not() -> None:
    made = world()
    before = made.ports.config.policy.version

    put_in_force([Edit("rules.yml", ("rules", "not-too-early", "because"), "it is")], 0, "why", DANA, made.ports)
    of_rules = made.ports.config.policy.version
    put_in_force([MARGIN], 1, "margin 9", DANA, made.ports)

    assert of_rules == before
    assert made.ports.config.policy.version == f"{made.clock.now():%Y-%m-%d}.2"


def test_of_two_changes_of_the_same_the_second_is_refused_with_who_was_first() -> None:
    made = world()
    put_in_force([MARGIN], 0, "margin 9", DANA, made.ports)

    with pytest.raises(UserMistake, match=r"Dana Whitfield changed something meanwhile \(margin 9\), so nothing was"):
        put_in_force([Edit("policy.yml", ("margin",), 4)], 0, "margin 4", SAM, made.ports)

    assert made.ports.config.policy.margin == 9
    assert made.read(lambda uow: uow.revisions.newest()) == 1


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            Edit("policy.yml", ("autonomy", "portal_filing"), AUTO),
            "portal_filing cannot be auto: write approve or forbid",
        ),
        (Edit("rules.yml", ("rules", "aws-small-deal", "points"), 50), "points are log-odds between -2 and 2"),
    ],
)
def test_what_is_wrong_is_not_put_in_force(edit: Edit, said: str) -> None:
    made = world()

    with pytest.raises(UserMistake, match=said):
        put_in_force([edit], 0, "wrong", DANA, made.ports)

    assert made.read(lambda uow: uow.revisions.newest()) == 0
    assert _events(made) == []


def test_the_first_change_is_made_on_what_was_read_at_the_start_and_not_on_what_lies_on_disk_by_now() -> None:
    made = world()
    started = made.ports.config_files.edited(
        made.ports.config_files.on_disk(), [Edit("policy.yml", ("high_from",), 71)]
    )
    made.ports = replace(made.ports, in_force=InForce(made.ports.config_files.read(started), files=started))

    put_in_force([MARGIN], 0, "margin 9", DANA, made.ports)

    assert (made.ports.config.policy.high_from, made.ports.config.policy.margin) == (71, 9)


def test_an_older_one_never_takes_the_place_of_a_newer() -> None:
    standing = InForce(world().ports.config, 4)

    standing.take(InForce(configuration(margin=9), 3))

    assert (standing.number, standing.config.policy.margin) == (4, world().ports.config.policy.margin)


def test_trying_changes_nothing() -> None:
    made = world()

    assert tried([MARGIN], 0, made.ports).policy.margin == 9

    assert made.ports.config.policy.margin != 9
    assert made.read(lambda uow: uow.revisions.newest()) == 0


def test_what_this_version_cannot_read_leaves_in_force_what_was(caplog: pytest.LogCaptureFixture) -> None:
    made = world()
    put_in_force([MARGIN], 0, "margin 9", DANA, made.ports)
    later = made.read(lambda uow: uow.revisions.get(1))
    with made.store.transaction() as uow:
        uow.revisions.add(replace(later, number=2, files={**later.files, "policy.yml": "sooner: 1\n"}))

    assert [refresh(made.ports) for _ in range(3)] == [0, 0, 0]

    assert made.ports.in_force.number == 1
    assert caplog.text.count("configuration.unreadable") == 1


def _events(made: World) -> list[str]:
    return [entry.event for entry in made.read(lambda uow: uow.log.of("configuration"))]
