"""Going through all there is: what the log names by a hash is there and unchanged, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from motions.auditing import Findings, subjects, verify
from motions.effects import Effect
from motions.model import MotionId, ProposalId
from motions.proposals import canonical_json
from motions.records import LogEntry
from store.log import chained
from tests.fakes.store_rows import Rows
from tests.fakes.world import DEAL, MOTION, World
from tests.motions.stages import handed_off
from tests.store.samples import an_effect

Tamper = Callable[[Rows], None]
CARD = f"{MOTION}:card"


@pytest.fixture(scope="module")
def whole() -> World:
    """A motion from its trigger to its handoff; whoever changes it takes a copy."""
    return handed_off()


def verified(rows: Rows) -> Findings:
    made = handed_off()
    made.store._rows = rows
    found: Findings = made.read(verify)
    return found


def effect(name: str, **changes: Any) -> Tamper:
    def tamper(rows: Rows) -> None:
        [key] = [key for key in rows.effects if key.endswith(name)]
        rows.effects[key] = replace(rows.effects[key], **changes)

    return tamper


def proposal(**changes: Any) -> Tamper:
    def tamper(rows: Rows) -> None:
        [(token, (approval, stored))] = rows.decisions.items()
        rows.decisions[token] = (approval, replace(stored, **changes))

    return tamper


def known(text: str | None) -> Tamper:
    def tamper(rows: Rows) -> None:
        rows.matches = [match if match.known is None else replace(match, known=text) for match in rows.matches]

    return tamper


def a_forged_effect(rows: Rows) -> None:
    forged = an_effect(subject=MOTION)
    rows.effects[forged.key] = forged


def an_effect_gone(rows: Rows) -> None:
    rows.effects = {key: each for key, each in rows.effects.items() if key != CARD}


def test_an_untouched_store_holds(whole: World) -> None:
    rows = whole.store._rows

    found = verified(rows)

    drawn = sum(each.surface is not None for each in rows.effects.values())
    assert found.differences == []
    assert found.counts == {"entries": len(rows.log), "seals": len(rows.effects) + drawn + 1 + 1}


@pytest.mark.parametrize(
    ("tamper", "where", "said"),
    [
        (effect(":card", payload={"text": "hi", "blocks": []}), f"payload of effect {CARD}", "not what entry"),
        (effect(":card", surface='{"note":{}}'), f"surface of effect {CARD}", "not what entry"),
        (effect(":card", surface=None), f"surface of effect {CARD}", "it is gone"),
        (effect(".create", surface="{}"), f"surface of effect {MOTION}:file.create", "no entry"),
        (proposal(destination="elsewhere"), "payload of proposal id-1", "not what entry"),
        (proposal(payload={"file": {}}), "payload of proposal id-1", "not what entry"),
        (proposal(id=ProposalId("p9")), "payload of proposal p9", "no entry"),
        (proposal(motion_id=MotionId("m9")), "payload of proposal id-1", "it is gone"),
        (known("{}"), "what was known for trigger", "not what entry"),
        (known(None), "what was known for trigger", "it is gone"),
        (a_forged_effect, "payload of effect m1:file.create", "no entry"),
        (an_effect_gone, f"payload of effect {CARD}", "it is gone"),
    ],
)
def test_whatever_a_hash_of_the_log_names_is_checked(whole: World, tamper: Tamper, where: str, said: str) -> None:
    rows = whole.store._rows.copied()

    tamper(rows)

    found = verified(rows).differences
    assert any(each.where.startswith(where) and said in each.said for each in found), found


def test_a_changed_entry_is_found(whole: World) -> None:
    rows = whole.store._rows.copied()
    rows.log[2] = replace(rows.log[2], actor="nobody")

    found = verified(rows)

    assert [each.where for each in found.differences] == ["entry 3"]
    assert not found.counts


def test_what_the_version_before_logged_is_checked_as_far_as_it_goes(whole: World) -> None:
    """It named no surfaces and nothing that was known."""
    made = handed_off()
    rows = made.store._rows
    shorter = [{name: said for name, said in e.detail.items() if name not in {"surface", "known"}} for e in rows.log]
    rows.log = list(chained([replace(e, detail=detail) for e, detail in zip(rows.log, shorter, strict=True)], 0, ""))
    rows.effects = {key: replace(each, surface=None) for key, each in rows.effects.items()}
    known(None)(rows)

    found = made.read(verify)

    assert found.differences == []
    assert found.counts["seals"] == len(rows.effects) + 1


def test_each_subject_comes_once_with_all_that_is_held_of_it(whole: World) -> None:
    found = whole.read(lambda uow: list(subjects(uow.archive)))

    names = [held.subject for held in found]
    assert names == sorted(set(names))
    assert {DEAL, MOTION} <= set(names)
    [of_motion] = [held for held in found if held.subject == MOTION]
    assert of_motion.all(LogEntry) == list(whole.read(lambda uow: uow.log.of(MOTION)))
    assert canonical_json([each.key for each in of_motion.all(Effect)]) == canonical_json(
        list(whole.store._rows.effects)
    )
