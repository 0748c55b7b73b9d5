"""Telling a partner's program: what moved goes once, under a grant that stands, and only a signed answer counts."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from motions.deals import Stage
from motions.errors import AuthExpired, Rejected, Unavailable, UserMistake
from motions.instance_telling import our_key, sweep, tell_instance
from motions.instance_wire import FRESH, KEY, PATH, SIGNATURE, key_name
from motions.ports import Reply
from motions.proposals import canonical_json
from motions.records import Segment
from motions.segments import run_segment
from motions.switches import stop
from tests.fakes.world import AWS, DANA, SECOND
from tests.motions.forecasts import grant, revoke, stored
from tests.motions.neighbours import amend, at_home, entries, instances_of, neighbours, partner_of, set_ours

URL = f"https://aws.example{PATH}"


def test_a_grant_that_goes_while_the_message_waits_holds_it() -> None:
    both = neighbours(grants=False)
    granted = grant(both.meridian)
    instances_of(both.meridian).there.clear()
    assert sweep(both.meridian.ports) == 1
    revoke(both.meridian, granted)
    both.meridian.durable.settle()

    assert instances_of(both.meridian).sent == []


def test_a_grant_that_goes_between_composing_and_sending_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    both = neighbours(grants=False)
    granted = grant(both.meridian)
    engine = both.meridian.durable
    step = engine.step

    def revoked_before(name: str, work: Callable[[], str]) -> str:
        if name == "told" and both.meridian.read(lambda uow: uow.grants.unrevoked(AWS)):
            revoke(both.meridian, granted)
        return step(name, work)

    monkeypatch.setattr(engine, "step", revoked_before)  # somebody presses the button just then
    assert sweep(both.meridian.ports) == 1
    engine.settle()

    assert instances_of(both.meridian).sent == []


def test_the_running_bot_tells_what_moved_once() -> None:
    both = neighbours()
    assert sweep(both.meridian.ports) == 1
    assert sweep(both.meridian.ports) == 0
    both.meridian.durable.settle()
    assert sweep(both.meridian.ports) == 0

    set_ours(both.meridian, "Acme", stage=Stage.COMMITTED)
    both.aws.clock.advance(SECOND)
    both.meridian.clock.advance(SECOND)

    assert sweep(both.meridian.ports) == 1
    both.meridian.durable.settle()
    assert stored(both.aws, "Acme").theirs.stage is Stage.COMMITTED
    assert len(instances_of(both.meridian).sent) == 2


def test_a_partner_without_an_address_a_key_or_under_a_policy_that_forbids_it_is_told_nothing() -> None:
    both = neighbours()
    amend(both.meridian, url=None)

    assert sweep(both.meridian.ports) == 0
    tell_instance(AWS, 1, both.meridian.ports)
    with pytest.raises(UserMistake, match="no `url:` for AWS"):
        both.tell(both.meridian)
    amend(both.meridian, url="https://aws.example", public_key=None)
    with pytest.raises(UserMistake, match="no `public_key:`"):
        both.tell(both.meridian)

    assert instances_of(both.meridian).sent == []


def test_a_stopped_cosell_tells_nothing_until_it_goes_on() -> None:
    both = neighbours()
    made = both.meridian
    with made.store.transaction() as uow:
        stop(DANA, "", uow, made.ports.config, made.clock.now())

    with pytest.raises(Unavailable, match="stop"):
        both.tell(made)

    assert instances_of(made).sent == []


def test_an_answer_that_is_lost_is_followed_by_the_same_message() -> None:
    both = neighbours()
    there = instances_of(both.meridian).there
    lost: list[str] = []

    def answers_late(text: str, headers: Any) -> Reply:
        reply = at_home(both.aws)(text, headers)
        if not lost:
            lost.append(text)
            raise Unavailable("the partner's cosell", "its answer was lost", retry_after=1)
        return reply

    there[URL] = answers_late
    assert sweep(both.meridian.ports) == 1
    both.meridian.durable.settle()

    ids = {json.loads(text)["message"]["id"] for _, text, _ in instances_of(both.meridian).sent}
    assert (len(ids), len(instances_of(both.meridian).sent)) == (1, 2)
    assert len(entries(both.aws, "figures.heard")) == 1


def test_the_answer_that_went_with_a_crash_is_asked_for_by_telling_anew() -> None:
    both = neighbours()
    assert sweep(both.meridian.ports) == 1
    both.meridian.durable.settle()
    engine, [first] = both.meridian.durable, [s for s in both.meridian.durable.finished if s.name == "tell_instance"]
    before = len(instances_of(both.meridian).sent)
    memory = engine._memories[first.id]
    del memory.outcomes[1:]

    engine._enter(first)

    assert len(instances_of(both.meridian).sent) == before


def test_the_very_same_message_is_not_pushed_twice() -> None:
    both = neighbours()
    both.tell(both.meridian)
    for made in (both.meridian, both.aws):
        made.clock.advance(-SECOND)

    with pytest.raises(Unavailable, match="a moment ago"):
        both.tell(both.meridian)


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(401, "not known"), AuthExpired, "cosell keys show aws"),
        (Reply(404, "Not Found"), Unavailable, "without its signature"),
        (Reply(200, '{"outcome":"taken"}'), Unavailable, "without its signature"),
    ],
)
def test_an_answer_nobody_signed_is_none(reply: Reply, kind: type[Exception], said: str) -> None:
    both = neighbours()
    instances_of(both.meridian).there[URL] = lambda _text, _headers: reply

    with pytest.raises(kind, match=said):
        both.tell(both.meridian)


def test_an_answer_to_other_bytes_is_none() -> None:
    both = neighbours()
    both.tell(both.meridian)
    url, text, headers = instances_of(both.meridian).sent[-1]
    old = instances_of(both.meridian).there[URL](text, headers)
    instances_of(both.meridian).there[url] = lambda _text, _headers: old

    with pytest.raises(Unavailable, match="without its signature"):
        both.tell(both.meridian)


def test_a_refusal_is_told_with_its_reason() -> None:
    both = neighbours()
    both.aws.clock.advance(FRESH * 2)

    with pytest.raises(Rejected, match="clocks is off"):
        both.tell(both.meridian)


def test_a_view_that_is_not_of_its_cells_is_noticed() -> None:
    both = neighbours()
    both.tell_both()

    def lies(text: str, headers: Any) -> Reply:
        reply = at_home(both.aws)(text, headers)
        said = canonical_json(json.loads(reply.text) | {"view": "0" * 64})
        signed = both.aws.ports.signer.sign(key_name(AWS), f"cosell answer 1\n{said}").value
        return Reply(200, said, {SIGNATURE.lower(): signed})

    instances_of(both.meridian).there[URL] = lies

    assert both.tell(both.meridian).differs == ("the whole view",)


def test_more_deals_than_a_message_holds_are_refused_before_anything_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    both = neighbours()
    monkeypatch.setattr("motions.instance_telling.MOST_ROWS", 3)

    with pytest.raises(Rejected, match="none was sent"):
        both.tell(both.meridian)


def test_a_segment_of_a_partner_that_is_gone_does_nothing() -> None:
    both = neighbours()

    run_segment(Segment("tell_instance", "instance:ibm:1:tell_instance", ("ibm", 1)), 0, both.meridian.ports)

    assert instances_of(both.meridian).sent == []


def test_every_partner_knows_us_by_another_key() -> None:
    both = neighbours()

    keys = {our_key(partner.key, both.meridian.ports) for partner in both.meridian.ports.config.partners}

    assert len(keys) == len(both.meridian.ports.config.partners)
    assert our_key(AWS, both.meridian.ports) == partner_of(both.aws).public_key
    assert instances_of(both.meridian).sent == []
    assert KEY != SIGNATURE
