"""The ids of segments that run again: every id runs once, so whatever happened before the next one is new."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from motions.records import Segment
from motions.reruns import (
    attempts,
    beginnings,
    begun_again,
    lost_again,
    next_beginning,
    stem,
    tried_again,
    waited_again,
    was_lost,
)

BASE = Segment("redraw_now", "m:3:redraw_now.at20261123", ("m", 3, "at20261123"))
NOW = timedelta()


def test_attempts_beginnings_and_losses_are_told_apart() -> None:
    lost = lost_again(BASE, 2)
    begun = begun_again(begun_again(lost, NOW), NOW)
    tried = tried_again(tried_again(begun, NOW), NOW)

    assert tried.id == f"{BASE.id}:r2:e2:t2"
    assert (attempts(tried.id), beginnings(tried.id), was_lost(tried.id)) == (2, 2, True)
    assert (attempts(BASE.id), beginnings(BASE.id), was_lost(BASE.id)) == (0, 0, False)


def test_a_new_beginning_counts_its_attempts_anew() -> None:
    tried = tried_again(BASE, NOW)

    assert next_beginning(tried.id) == begun_again(tried, NOW).id == f"{BASE.id}:e1"


def test_what_only_looks_like_a_mark_is_none() -> None:
    assert (attempts("m:1:file:tail"), beginnings("m:1:file:end"), was_lost("m:1:file:rest")) == (0, 0, False)


def test_waiting_while_everything_is_stopped_is_no_attempt() -> None:
    waited = waited_again(waited_again(tried_again(BASE, NOW), NOW), NOW)
    begun = waited_again(begun_again(lost_again(BASE, 1), NOW), NOW)

    assert waited.id == f"{BASE.id}:t1:s2"
    assert (attempts(waited.id), tried_again(waited, NOW).id) == (1, f"{BASE.id}:t2")
    assert (beginnings(begun.id), was_lost(begun.id), next_beginning(begun.id)) == (1, True, f"{BASE.id}:r1:e2")


def test_an_offer_s_segment_is_named_whole() -> None:
    assert stem("offer:m:3:redraw_offer.posted:e1:t2") == "offer:m:3:redraw_offer"


STEPS = [lambda s: tried_again(s, NOW), lambda s: begun_again(s, NOW), lambda s: waited_again(s, NOW)]


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_no_id_comes_twice_and_each_names_its_segment(steps: list) -> None:  # type: ignore[type-arg]  # functions
    segment, seen = BASE, [BASE.id]
    for step in steps:
        segment = step(segment)
        seen.append(segment.id)

    assert len(set(seen)) == len(seen)
    assert {stem(each) for each in seen} == {"m:3:redraw_now"}
