"""What counts as a change of a deal, seen once each by whoever sees it first; the baseline counts as none."""

from dataclasses import replace

import pytest

from motions.deals import CosellFields, Opportunity, OpportunityId, Stage
from motions.model import FieldChange, Trigger, TriggerId, TriggerKind
from motions.triggers import (
    FEED,
    OVERLAP,
    read_changes,
    read_deal,
    receive_alert,
    reconcile,
    sweep_late,
    take_baseline,
)
from tests.fakes.clock import MONDAY, FakeClock
from tests.fakes.crm import FakeDealFeed, FakeOrg
from tests.fakes.store import FakeStore
from tests.fakes.world import DANA, DAY, DEAL, MINUTE, SECOND, World, a_deal, world
from tests.motions.outside import ProcessDied
from tests.motions.unsteady import DyingStore

OTHER = a_deal(2).id
NOWHERE = OpportunityId("006000000000009AAA")


def org_with(*deals: Opportunity) -> FakeOrg:
    """The CRM as it was when these were read."""
    org = FakeOrg(FakeClock())
    org.put(deals)
    return org


def triggers_of(made: World) -> list[Trigger]:
    """All triggers, by the segments that evaluate them."""
    ids = [segment.args[1] for segment in made.store.enqueued if segment.name == "evaluate"]
    found: list[Trigger] = made.read(lambda uow: [uow.matches.trigger(TriggerId(str(each))) for each in ids])
    return found


def test_the_baseline_scores_every_open_deal_and_starts_no_motion() -> None:
    made = world(a_deal(1), a_deal(2), a_deal(3, is_closed=True))

    assert made.store.enqueued == ()
    assert made.motions == []
    assert made.read(lambda uow: uow.matches.latest(DEAL)).trigger_id is None
    assert made.read(lambda uow: sum(uow.matches.band_counts().values())) == 2
    assert made.events("crm") == ["crm.baseline"]


def test_the_baseline_of_an_empty_crm_begins_at_the_crms_own_time() -> None:
    made = world(a_deal(is_closed=True))

    assert made.read(lambda uow: uow.deals.watermark(FEED)) == MONDAY


def test_the_first_poll_ever_is_the_baseline() -> None:
    made = world()
    fresh = replace(made.ports, store=FakeStore(), durable=made.durable)

    assert take_baseline(fresh) == 0


def test_a_change_is_a_trigger_with_the_time_the_source_stamped_it() -> None:
    made = world()
    changed = made.change(stage_name="Proposal", stage=Stage.PROPOSAL)
    made.clock.advance(2 * SECOND)

    assert made.poll() == 1
    [trigger] = triggers_of(made)
    assert (trigger.kind, trigger.opportunity_id) == (TriggerKind.CRM_CHANGE, DEAL)
    assert (trigger.source_at, trigger.seen_at) == (changed.modified_at, changed.modified_at + 2 * SECOND)
    assert trigger.changes == (FieldChange("stage_name", "Engaging", "Proposal"),)


def test_the_same_row_read_twice_is_one_trigger() -> None:
    made = world()
    made.change(stage_name="Proposal")

    assert [made.poll(), made.poll(), made.poll()] == [1, 0, 0]


def test_two_processes_reading_one_change_start_it_once() -> None:
    made = world()
    before = made.org.get(DEAL)
    made.change(stage_name="Proposal")
    made.poll()
    made.store._rows.deals[DEAL] = before  # the other process had not seen the commit when it looked

    assert made.poll() == 0
    assert len(triggers_of(made)) == 1


def test_a_new_deal_is_a_change() -> None:
    made = world()
    made.clock.advance(SECOND)
    made.org.put([a_deal(2, modified_at=made.clock.now())])

    assert made.poll() == 1


def test_what_our_own_writes_touch_is_no_change() -> None:
    made = world()
    made.change(cosell=CosellFields(status="Matched", partners="AWS"), next_step="call", description="other words")

    assert made.poll() == 0
    assert made.read(lambda uow: uow.deals.get(DEAL)) == made.org.get(DEAL)


def test_a_row_that_appears_late_with_an_old_stamp_is_taken() -> None:
    made = world(a_deal(1), a_deal(2))
    made.clock.advance(SECOND)
    made.org.change_late(OTHER, stage_name="Proposal")
    made.clock.advance(10 * MINUTE)
    made.change(stage_name="Proposal")
    made.poll()
    made.org.commit()

    assert made.poll() == 1
    assert triggers_of(made)[-1].opportunity_id == OTHER


def test_the_watermark_never_goes_back() -> None:
    made = world(a_deal(1), a_deal(2))
    made.clock.advance(SECOND)
    made.org.change_late(OTHER, stage_name="Proposal")
    newest = made.change(stage_name="Proposal").modified_at
    made.poll()
    made.org.commit()
    made.poll()

    assert made.read(lambda uow: uow.deals.watermark(FEED)) == newest


def test_a_crash_between_reading_and_committing_loses_nothing() -> None:
    made = world()
    made.change(stage_name="Proposal")
    before = made.read(lambda uow: (uow.deals.watermark(FEED), uow.deals.get(DEAL)))

    with pytest.raises(ProcessDied):
        read_changes(replace(made.ports, store=DyingStore(made.store)))

    assert made.read(lambda uow: (uow.deals.watermark(FEED), uow.deals.get(DEAL))) == before
    assert made.store.enqueued == ()
    assert made.poll() == 1


def test_an_older_read_never_undoes_a_newer_one() -> None:
    made = world()
    older = made.change(stage_name="Proposal")
    newer = made.change(stage_name="Lost", is_closed=True)
    made.poll()
    late = replace(made.ports, feed=FakeDealFeed(org_with(older)))

    assert read_changes(late) == 0
    assert made.read(lambda uow: uow.deals.get(DEAL)) == newer


def test_after_an_alert_the_poll_finds_nothing_new() -> None:
    made = world()
    changed = made.change(stage_name="Proposal")

    taken = receive_alert(DEAL, changed.modified_at, made.ports)
    made.durable.settle()

    assert taken
    assert made.poll() == 0
    assert [trigger.kind for trigger in triggers_of(made)] == [TriggerKind.ALERT]


def test_an_alert_about_what_the_poll_saw_is_known_already() -> None:
    made = world()
    changed = made.change(stage_name="Proposal")
    made.poll()

    assert not receive_alert(DEAL, changed.modified_at, made.ports)


def test_the_same_alert_twice_reads_the_deal_once() -> None:
    made = world()
    changed = made.change(stage_name="Proposal")

    for _ in range(2):
        receive_alert(DEAL, changed.modified_at, made.ports)

    assert [segment.name for segment in made.store.enqueued] == ["read_deal"]


def test_an_alert_about_a_deal_we_cannot_see_is_an_exception_until_we_can() -> None:
    made = world()
    receive_alert(NOWHERE, MONDAY, made.ports)
    made.durable.settle()
    [item] = made.read(lambda uow: uow.exceptions.of(NOWHERE))

    made.clock.advance(SECOND)
    made.org.put([a_deal(9, modified_at=made.clock.now())])
    made.poll()

    assert (item.code, item.owner) == ("unknown-deal", DANA.email)
    assert NOWHERE in item.reason
    assert made.problems(NOWHERE) == []


def test_an_alert_about_a_deal_that_did_not_really_change_is_no_trigger() -> None:
    made = world()
    made.change(next_step="call")

    read_deal(DEAL, made.ports)

    assert triggers_of(made) == []


def test_the_daily_comparison_repairs_what_the_poller_missed_and_says_how_much() -> None:
    made = world(a_deal(1), a_deal(2))
    made.clock.advance(DAY)
    made.org.change(DEAL, stage_name="Proposal")
    made.poll()
    made.org.put([replace(made.org.get(OTHER), stage_name="Proposal", modified_at=made.clock.now() - 20 * MINUTE)])

    assert made.poll() == 0
    assert (reconcile(made.ports), reconcile(made.ports)) == (1, 0)
    assert triggers_of(made)[-1].opportunity_id == OTHER
    assert made.events("crm")[-2:] == ["crm.reconciled", "crm.reconciled"]


def test_what_the_crm_itself_calls_uncovered_is_read_again_every_hour() -> None:
    made = world(a_deal(1), a_deal(2), a_deal(3))
    made.clock.advance(SECOND)
    made.org.change_late(a_deal(3).id, stage_name="Proposal")
    late = replace(made.org.get(OTHER), stage_name="Proposal", modified_at=made.clock.now() + SECOND)
    made.clock.advance(OVERLAP + MINUTE)
    made.change(stage_name="Proposal")
    made.poll()
    made.org.put([late])

    missed = made.poll()
    found = sweep_late(made.ports)
    made.org.commit()

    assert (missed, found) == (0, 1)
    assert sweep_late(made.ports) == 0


def test_before_the_baseline_there_is_nothing_late() -> None:
    made = world()
    empty = FakeStore()

    assert sweep_late(replace(made.ports, store=empty, durable=replace(made.durable, store=empty))) == 0
