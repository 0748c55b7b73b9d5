"""What a match was decided from is kept as it was: scoring from it gives the same match, whatever changes later."""

from dataclasses import replace
from decimal import Decimal

from motions.deals import Money
from motions.knowing import known_of, known_when
from motions.matching import Record, rank_partners
from motions.model import Match, PartnerKey
from motions.proposals import sha256_of_text
from motions.triggers import read_changes
from tests.fakes.clock import MONDAY
from tests.fakes.world import AWS, DEAL, MOTION, World, a_deal, default_configuration, world
from tests.motions.stages import awaiting

RECORD: Record = {
    (None, None): (50, 100),
    (AWS, None): (20, 25),
    (None, "technology"): (12, 20),
    (AWS, "technology"): (9, 10),
    (AWS, "finance"): (1, 9),
    (PartnerKey("nobody's"), None): (3, 3),
}


def matches(made: World) -> list[Match]:
    return list(made.read(lambda uow: uow.matches.of(DEAL)))


def test_what_was_known_ranks_the_same_again() -> None:
    config, today = default_configuration(), MONDAY.date()

    known = known_of(known_when(a_deal(), RECORD, today, "3f2a", config))

    assert rank_partners(known.deal, config, known.record, known.today) == rank_partners(
        a_deal(), config, RECORD, today
    )
    assert (known.rule_version, known.policy_version) == ("3f2a", config.policy.version)


def test_only_the_numbers_that_bear_on_the_deal_are_kept() -> None:
    known = known_of(known_when(a_deal(), RECORD, MONDAY.date(), "3f2a", default_configuration()))

    assert set(known.record) == {(None, None), (None, "technology"), (AWS, None), (AWS, "technology")}


def test_a_deal_of_no_industry_is_weighed_by_the_totals_alone() -> None:
    deal = replace(a_deal(), account=None)

    known = known_of(known_when(deal, RECORD, MONDAY.date(), "3f2a", default_configuration()))

    assert set(known.record) == {(None, None), (AWS, None)}


def test_a_match_keeps_the_deal_as_it_was_scored_and_the_log_names_it() -> None:
    made = awaiting()
    scored = made.read(lambda uow: uow.deals.get(DEAL))

    made.change(amount=Money(Decimal(100), "USD"))
    read_changes(made.ports)  # seen, and not weighed yet

    newest = matches(made)[-1]

    assert newest.known is not None
    assert known_of(newest.known).deal == scored
    [told] = [e for e in made.read(lambda uow: uow.log.of(DEAL)) if e.event == "deal.matched"]
    assert told.detail["known"] == sha256_of_text(newest.known)
    assert told.detail["trigger"] == made.motion.trigger_id


def test_the_baseline_starts_nothing_and_keeps_nothing() -> None:
    made = world()

    [baseline] = matches(made)

    assert baseline.known is None
    assert made.read(lambda uow: uow.motions.get(MOTION)) is None
