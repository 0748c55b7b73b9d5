"""What every portal promises, on the fake and on the adapters over their emulators."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from motions.deals import Stage
from motions.errors import NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.referrals import Field, Review
from tests.contracts.portal_worlds import AwsWorld, FakeWorld, World, opened


@pytest.fixture(params=["fake", "aws", "microsoft", "sheet"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return opened(request.param, request, tmp_path)


@pytest.fixture(params=["fake", "aws"])
def asking_world(request: pytest.FixtureRequest) -> World:
    """A portal that is asked for its lists before anything is drafted."""
    return FakeWorld() if request.param == "fake" else AwsWorld(request.getfixturevalue("emulator"))


def payload_of(world: World) -> Mapping[str, object]:
    return world.portal.draft(world.ready, world.clock.now().date()).payload


def file(world: World, key: str = "m1:file") -> dict[str, str]:
    ids: dict[str, str] = {}
    for step in world.portal.saga(payload_of(world), key):
        ids[step.name] = step.send(ids)
    return ids


def test_a_complete_deal_is_ready(world: World) -> None:
    draft = world.portal.draft(world.ready, world.clock.now().date())

    assert draft.is_ready
    assert draft.portal == world.portal.key
    assert draft.schema_version


def test_a_draft_is_plain_json_and_comes_out_the_same_twice(world: World) -> None:
    first, second = payload_of(world), payload_of(world)

    assert json.loads(json.dumps(first)) == first == second


def test_a_form_line_has_its_value_and_the_portals_own_list(world: World) -> None:
    draft = world.portal.draft(world.ready, world.clock.now().date())
    lines = {line.field: line for line in draft.form}

    assert lines[Field.TITLE].value == world.ready.title
    assert lines[world.money[0]].note
    assert lines[world.listed].value in lines[world.listed].options


@pytest.mark.parametrize("name", ["problem", "use_case", "close_date", "the money"])
def test_what_is_missing_is_a_problem_on_its_field_until_somebody_answers(world: World, name: str) -> None:
    field, attribute = world.money if name == "the money" else (Field(name), name)
    today = world.clock.now().date()
    good = {line.field: line.value or "" for line in world.portal.draft(world.ready, today).form}
    without: dict[str, Any] = {attribute: None}
    lacking = replace(world.ready, **without)

    asked = world.portal.draft(lacking, today)
    answered = world.portal.draft(replace(lacking, answers={field: good[field]}), today)

    assert [problem.field for problem in asked.problems] == [field]
    assert answered.problems == ()


def test_a_deal_in_discovery_is_too_early(world: World) -> None:
    draft = world.portal.draft(replace(world.ready, stage=Stage.DISCOVERY), world.clock.now().date())

    assert [problem.field for problem in draft.problems] == [Field.STAGE]


def test_a_draft_that_could_not_be_checked_is_not_shown(asking_world: World) -> None:
    asking_world.be_unavailable("draft")

    with pytest.raises(Unavailable):
        asking_world.portal.draft(asking_world.ready, asking_world.clock.now().date())


def test_the_saga_files_one_referral(world: World) -> None:
    ids = file(world)

    assert tuple(ids) == world.steps
    assert world.filed() == [world.ready.crm_id]
    assert world.portal.status(ids[world.steps[0]]).review is Review.PENDING


def test_the_same_saga_again_is_the_same_referral(world: World) -> None:
    first = file(world)
    step = world.portal.saga(payload_of(world), "m1:file")[0]

    assert step.send({}) == first[world.steps[0]]
    assert world.filed() == [world.ready.crm_id]


def test_nothing_is_found_before_it_happened(world: World) -> None:
    ids: dict[str, str] = {}
    found = []
    for step in world.portal.saga(payload_of(world), "m1:file"):
        if step.name in world.writes:
            found.append(step.find(ids))
        ids[step.name] = step.send(ids)

    assert found == [None] * len(world.writes)


@pytest.mark.parametrize("nth", range(3))
def test_a_lost_answer_is_found_and_nothing_is_doubled(world: World, nth: int) -> None:
    lossy = world.writes[nth % len(world.writes)]
    world.lose_answer(lossy)
    ids: dict[str, str] = {}
    for step in world.portal.saga(payload_of(world), "m1:file"):
        if step.name == lossy:
            with pytest.raises(OutcomeUnknown):
                step.send(ids)
            found = step.find(ids)
            assert found is not None
            ids[step.name] = found
        else:
            ids[step.name] = step.send(ids)

    assert world.filed() == [world.ready.crm_id]
    assert world.portal.status(ids[world.steps[0]]).review is Review.PENDING


@pytest.mark.parametrize("nth", range(3))
def test_a_step_sent_again_after_a_lost_answer_happens_once(world: World, nth: int) -> None:
    lossy = world.writes[nth % len(world.writes)]
    world.lose_answer(lossy)
    ids: dict[str, str] = {}
    for step in world.portal.saga(payload_of(world), "m1:file"):
        if step.name == lossy:
            with pytest.raises(OutcomeUnknown):
                step.send(ids)
        ids[step.name] = step.send(ids)

    assert world.filed() == [world.ready.crm_id]


def test_unavailable_means_nothing_was_written(world: World) -> None:
    world.be_unavailable(world.steps[0])
    step = world.portal.saga(payload_of(world), "m1:file")[0]

    with pytest.raises(Unavailable):
        step.send({})

    assert world.filed() == []
    assert step.find({}) is None


def test_a_refusal_carries_canonical_fields(world: World) -> None:
    payload = payload_of(world)
    close_date = world.ready.close_date
    assert close_date is not None
    world.later(world.clock.now() + (close_date - world.clock.now().date()) + timedelta(days=1))

    with pytest.raises(Rejected) as refused:
        world.portal.saga(payload, "m1:file")[0].send({})

    assert [problem.field for problem in refused.value.problems] == [Field.CLOSE_DATE]
    assert all(problem.message and problem.fix for problem in refused.value.problems)
    assert world.filed() == []


def test_one_crm_record_is_filed_once(world: World) -> None:
    file(world)
    world.ready = replace(world.ready, title="Another name for it")

    with pytest.raises(Rejected):
        file(world, key="m2:file")

    assert world.filed() == [world.ready.crm_id]


def test_an_acceptance_names_the_partners_person(world: World) -> None:
    ids = file(world)
    world.decide(ids[world.steps[0]], Review.ACCEPTED)

    status = world.portal.status(ids[world.steps[0]])

    assert (status.referral_id, status.review, status.pam_name) == (ids[world.steps[0]], Review.ACCEPTED, world.pam)


@pytest.mark.parametrize("nth", range(2))
def test_a_decision_against_us_says_why(world: World, nth: int) -> None:
    review = world.decisions_against[nth % len(world.decisions_against)]
    ids = file(world)
    world.decide(ids[world.steps[0]], review, comments="Customer problem unclear")

    status = world.portal.status(ids[world.steps[0]])

    assert (status.review, status.comments) == (review, "Customer problem unclear")


def test_a_referral_nobody_filed_is_not_visible(world: World) -> None:
    with pytest.raises(NotVisible):
        world.portal.status("O999")


def test_changes_are_seen_from_their_own_stamp_on(world: World) -> None:
    ids = file(world)
    filed_at = world.portal.status(ids[world.steps[0]]).modified_at
    world.later(world.clock.now() + timedelta(hours=1))
    world.decide(ids[world.steps[0]], Review.ACCEPTED)
    accepted_at = world.portal.status(ids[world.steps[0]]).modified_at

    assert filed_at < accepted_at
    assert world.portal.changed_since(None) == ((ids[world.steps[0]], accepted_at),)
    assert world.portal.changed_since(accepted_at) == ((ids[world.steps[0]], accepted_at),)
    assert world.portal.changed_since(accepted_at + timedelta(seconds=1)) == ()


def test_changes_come_oldest_first(world: World) -> None:
    first = file(world)[world.steps[0]]
    world.later(world.clock.now() + timedelta(hours=1))
    world.ready = replace(world.ready, crm_id="006B")
    second = file(world, key="m2:file")[world.steps[0]]
    world.later(world.clock.now() + timedelta(hours=1))
    world.decide(first, Review.ACCEPTED)

    assert [referral_id for referral_id, _ in world.portal.changed_since(None)] == [second, first]


def test_a_deal_already_filed_is_recognised_by_its_crm_id(world: World) -> None:
    assert world.portal.look_alikes(world.ready) == ()
    ids = file(world)

    (twin,) = world.portal.look_alikes(world.ready)

    assert (twin.referral_id, twin.same_crm_id, twin.customer) == (ids[world.steps[0]], True, world.ready.account.name)
    assert twin.title == world.ready.title
    assert twin.why


def test_another_deal_of_the_same_customer_is_no_look_alike(world: World) -> None:
    file(world)

    assert world.portal.look_alikes(replace(world.ready, crm_id="006B")) == ()


def test_a_rejected_referral_is_no_look_alike(world: World) -> None:
    ids = file(world)
    world.decide(ids[world.steps[0]], Review.REJECTED)

    assert world.portal.look_alikes(world.ready) == ()
