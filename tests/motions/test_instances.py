"""Two companies' programs tell each other figures: both see the same, and nothing is taken that should not be."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from motions.deals import Account, Money, Stage
from motions.errors import AuthExpired, Rejected, Unavailable, UserMistake
from motions.instance_hearing import hear
from motions.instance_telling import our_key, sweep, tell_instance
from motions.instance_wire import (
    FRESH,
    KEY,
    PATH,
    SIGNATURE,
    Answer,
    Outcome,
    id_of,
    key_name,
    question_text,
    spelled_sent,
)
from motions.joining import put
from motions.ports import Reply
from motions.proposals import canonical_json
from motions.records import Segment
from motions.referrals import Field
from motions.segments import run_segment
from motions.spaces import Figures, JointField
from motions.switches import stop
from tests.fakes.world import AWS, DANA, MINUTE, SECOND, World, a_deal
from tests.motions.forecasts import SHARED_FIELDS, grant, message, revoke, seen, stored
from tests.motions.neighbours import Neighbours, amend, at_home, instances_of, neighbours, partner_of

URL = f"https://aws.example{PATH}"


def heard(both: Neighbours, text: str, key: str | None = None, signature: str | None = None) -> Answer | None:
    """What AWS answers to a text that Meridian signed, unless somebody else did."""
    signer = both.meridian.ports.signer
    signed = signer.sign(key_name(AWS), question_text(text))
    found = hear(
        text,
        signed.public_key if key is None else key,
        signed.value if signature is None else signature,
        both.aws.ports,
    )
    return Answer.model_validate_json(found.text) if found else None


def sent(both: Neighbours) -> str:
    """The bytes Meridian sent last."""
    return instances_of(both.meridian).sent[-1][1]


def changed(both: Neighbours, change: Callable[[dict[str, Any]], object], *, is_whole: bool = True) -> str:
    """The last message with something else in it, its id mended unless told otherwise."""
    payload = json.loads(sent(both))["message"]
    change(payload)
    if is_whole:
        payload["id"] = id_of(payload)
    moment = both.aws.clock.now().isoformat().replace("+00:00", "Z")
    return canonical_json({"message": payload, "sent_at": moment})


def grown(payload: dict[str, Any], **changes: Any) -> None:
    """Another message, made later, with other figures of its first deal."""
    payload["at"] = payload["at"].replace("09:", "10:")
    payload["rows"][0] |= changes


def entries(made: World, event: str) -> list[Any]:
    """What a company's log holds of its space."""
    return [each for each in made.read(lambda uow: uow.log.of(f"space:{AWS}")) if each.event == event]


def test_both_see_the_same_figures_and_the_same_conflicts() -> None:
    both = neighbours()

    back, again = both.tell_both()

    assert back.is_equal
    assert again.is_equal
    assert back.answer.view == again.answer.view
    assert {row.outcome for row in again.answer.rows} == {"same"}
    apart = [
        {(line.customer, cell.field) for line in seen(made).lines for cell in line.conflicts}
        for made in (both.meridian, both.aws)
    ]
    assert apart[0] == apart[1] == {("Acme", "stage"), ("Acme", "amount"), ("Cygnus", "amount")}
    assert stored(both.aws, "Acme").theirs == stored(both.meridian, "Acme").ours
    assert "Meridian USD 2,000,000" in str(message(both.aws).message)


def test_before_the_other_has_told_the_places_that_differ_are_named() -> None:
    both = neighbours()

    told = both.tell(both.meridian)

    assert not told.is_equal
    assert "Acme: amount" in told.differs
    assert len(told.differs) == 12


def test_both_logs_hold_the_company_the_person_the_agent_the_grant_and_the_same_hash() -> None:
    both = neighbours()

    both.tell(both.meridian, "Sam Okafor")

    [told], [there] = entries(both.meridian, "figures.told"), entries(both.aws, "figures.heard")
    shared = ("by", "agent", "grant", "terms", "agreed_by", "agreed_at", "message", "message_at", "sha256", "rows")
    assert {name: told.detail[name] for name in shared} == {name: there.detail[name] for name in shared}
    assert (told.detail["company"], there.detail["company"]) == ("ours", "aws")
    assert (told.detail["by"], told.detail["agent"], told.detail["grant"]) == ("Sam Okafor", "cosell", "aws.1")
    [effect] = [e for e in both.meridian.read(lambda uow: uow.effects.of("space:aws")) if e.kind == "instance.figures"]
    assert (effect.sha256, effect.audience) == (told.detail["sha256"], "aws")


def test_the_same_message_again_changes_nothing() -> None:
    both = neighbours()
    both.tell(both.meridian)
    before = stored(both.aws, "Acme")

    answer = heard(both, sent(both))

    assert answer is not None
    assert answer.outcome is Outcome.REPEATED
    assert stored(both.aws, "Acme") == before
    assert len(entries(both.aws, "figures.heard")) == 1


def test_a_message_taken_before_does_not_undo_what_came_after() -> None:
    both = neighbours()
    both.tell(both.meridian)
    first = sent(both)
    _ours(both.meridian, "Acme", stage=Stage.COMMITTED)
    both.tell(both.meridian)

    answer = heard(both, first)

    assert answer is not None
    assert answer.outcome is Outcome.REPEATED
    assert stored(both.aws, "Acme").theirs.stage is Stage.COMMITTED


def test_a_message_that_a_later_one_overtook_changes_nothing() -> None:
    both = neighbours()
    both.tell(both.meridian)
    early = changed(both, lambda m: m.update(at=m["at"].replace("09:", "08:"), company="Meridian Inc."))
    before = stored(both.aws, "Acme")

    answer = heard(both, early)

    assert answer is not None
    assert (answer.outcome, answer.rows) == (Outcome.OVERTAKEN, ())
    assert stored(both.aws, "Acme") == before


def test_the_sender_is_told_that_it_was_overtaken() -> None:
    both = neighbours()
    both.tell(both.meridian)
    _ours(both.meridian, "Acme", stage=Stage.COMMITTED)
    with both.aws.store.transaction() as uow:
        uow.deals.set_watermark(f"figures:{AWS}", both.aws.clock.now() + MINUTE)

    told = both.tell(both.meridian)

    assert (told.answer.outcome, told.is_equal) == (Outcome.OVERTAKEN, False)
    assert sweep(both.meridian.ports) == 1  # until it is taken


@pytest.mark.parametrize("whose", ["unknown key", "bad signature", "tampered", "no key", "nobody"])
def test_who_is_not_known_learns_nothing_whatever_the_reason(whose: str) -> None:
    both = neighbours()
    both.tell(both.meridian)
    before, text = stored(both.aws, "Acme"), sent(both)
    stranger = both.aws.ports.signer.sign("stranger", question_text(text))
    how: dict[str, tuple[str, str | None, str | None]] = {
        "unknown key": (text, stranger.public_key, stranger.value),
        "bad signature": (text, None, stranger.value),
        "tampered": (text, None, instances_of(both.meridian).sent[-1][2][SIGNATURE]),
        "no key": (text, None, None),
        "nobody": ("", "", ""),
    }
    if whose == "no key":
        amend(both.aws, public_key=None)
    asked, key, signature = how[whose]
    if whose == "tampered":
        asked = text.replace("2000000", "9000000")

    assert heard(both, asked, key, signature) is None

    assert stored(both.aws, "Acme") == before
    assert len(entries(both.aws, "figures.heard")) == 1


def test_a_signature_of_something_else_by_the_same_key_is_none_of_figures() -> None:
    both = neighbours()
    both.tell(both.meridian)
    bare = both.meridian.ports.signer.sign(key_name(AWS), sent(both)).value

    assert heard(both, sent(both), signature=bare) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(to="somebody else"), "another recipient"),
        (lambda m: m.update({"from": "somebody else"}), "Its sender or its id"),
        (lambda m: m.update(version=2), "no message of figures"),
        (lambda m: m.update(note="a field nobody knows"), "no message of figures"),
        (lambda m: m.update(rows=[]), "no message of figures"),
        (lambda m: m["rows"][0].update(stage="soon"), "no message of figures"),
        (lambda m: m["rows"][0].update(crm_id="006"), "no message of figures"),
        (lambda m: m.update(at="2026-11-24T09:00:00Z"), "clocks"),
    ],
)
def test_what_is_wrong_with_a_message_is_said_and_nothing_is_written(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    both = neighbours()
    both.tell(both.meridian)
    before = stored(both.aws, "Acme")

    answer = heard(both, changed(both, change))

    assert answer is not None
    assert answer.outcome is Outcome.REFUSED
    assert said in answer.said
    assert "Nothing was written" in answer.said
    assert stored(both.aws, "Acme") == before


def test_an_id_that_is_not_of_the_content_is_refused() -> None:
    both = neighbours()
    both.tell(both.meridian)

    answer = heard(both, changed(both, lambda m: grown(m, deal="Beacon"), is_whole=False))

    assert answer is not None
    assert "its id" in answer.said


def test_a_message_in_another_spelling_is_none() -> None:
    both = neighbours()
    both.tell(both.meridian)

    answer = heard(both, json.dumps(json.loads(sent(both))))

    assert answer is not None
    assert "spells" in answer.said


@pytest.mark.parametrize("off", [FRESH + SECOND, -FRESH - SECOND])
def test_a_clock_that_is_off_is_said_to_be(off: timedelta) -> None:
    both = neighbours()
    both.tell(both.meridian)
    payload = json.loads(sent(both))["message"]

    answer = heard(both, spelled_sent(payload, both.aws.clock.now() + off))

    assert answer is not None
    assert "clocks is off" in answer.said


def test_captured_bytes_are_good_for_five_minutes_and_change_nothing_within() -> None:
    both = neighbours()
    both.tell(both.meridian)
    both.aws.clock.advance(FRESH + SECOND)

    answer = heard(both, sent(both))

    assert answer is not None
    assert answer.outcome is Outcome.REFUSED


def test_rows_stand_for_themselves_and_a_name_nobody_shares_is_refused_by_name() -> None:
    both = neighbours()
    _another(both.meridian, 7, "Umbrella")

    told = both.tell(both.meridian)

    [refused] = told.answer.refused
    assert (refused.deal, refused.problems) == (
        "Umbrella",
        ("No deal of this name is shared with you in our forecast.",),
    )
    assert stored(both.aws, "Beacon").theirs.stage is not None
    assert "figures-refused" in both.meridian.problems()


def test_a_name_that_more_than_one_deal_has_is_never_guessed() -> None:
    both = neighbours()
    _another(both.meridian, 7, "ACME")
    _another(both.aws, 57, "Drift")

    told = both.tell(both.meridian)

    assert {row.deal for row in told.answer.refused} == {"Acme", "ACME", "Drift"}
    assert stored(both.aws, "Acme").theirs == Figures()


def test_refused_rows_are_told_again_and_the_exception_goes() -> None:
    both = neighbours()
    _another(both.meridian, 7, "Umbrella")
    both.tell(both.aws)
    assert sweep(both.meridian.ports) == 1
    both.meridian.durable.settle()
    assert "figures-refused" in both.meridian.problems()
    _another(both.aws, 57, "umbrella")

    both.aws.clock.advance(15 * MINUTE)
    both.meridian.advance(15 * MINUTE)

    assert "figures-refused" not in both.meridian.problems()
    assert stored(both.aws, "umbrella").theirs.amount == Money(Decimal(54000), "USD")


def test_only_fields_both_share_are_taken_and_counted() -> None:
    both = neighbours(grants=False)
    grant(both.meridian, fields=SHARED_FIELDS - {Field.CLOSE_DATE})
    grant(both.aws, fields=SHARED_FIELDS - {Field.AMOUNT})

    back, again = both.tell_both()

    theirs = stored(both.aws, "Acme").theirs
    assert (theirs.stage, theirs.amount, theirs.close_date) == (Stage.PROPOSAL, None, None)
    assert back.is_equal
    assert again.is_equal
    assert set(again.answer.rows[0].cells) == {JointField.STAGE}


def test_where_no_figure_is_shared_by_both_nothing_is_taken() -> None:
    both = neighbours(grants=False)
    grant(both.meridian, fields=frozenset({Field.CUSTOMER, Field.STAGE}))
    grant(both.aws, fields=frozenset({Field.CUSTOMER, Field.AMOUNT}))

    told = both.tell(both.meridian)

    assert all("None of these figures" in row.problems[0] for row in told.answer.rows)


def test_what_is_withheld_is_not_in_the_bytes() -> None:
    both = neighbours(grants=False)
    grant(both.meridian, fields=frozenset({Field.CUSTOMER, Field.STAGE}))
    grant(both.aws)

    both.tell(both.meridian)

    assert "2000000" not in sent(both)
    assert "2026-12-31" not in sent(both)
    assert "platform" not in sent(both)


def test_a_figure_that_is_gone_is_said_no_more() -> None:
    both = neighbours()
    both.tell(both.meridian)
    _ours(both.meridian, "Acme", amount=None)
    _ours(both.meridian, "Beacon", stage=None, amount=None, close_date=None)

    told = both.tell(both.meridian)

    assert stored(both.aws, "Acme").theirs.amount is None
    assert stored(both.aws, "Beacon").theirs == Figures()
    assert sum(row.outcome == "moved" for row in told.answer.rows) == 2


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": {"value": "-5", "currency": "USD"}}, "amount"),
        ({"close_date": "0026-12-31"}, "close_date"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_refused_with_its_row(changes: dict[str, Any], problem: str) -> None:
    both = neighbours()
    both.tell(both.meridian)

    answer = heard(both, changed(both, lambda m: _later(both, m, **changes)))

    assert answer is not None
    assert answer.rows[0].problems[0].startswith(problem)
    assert answer.rows[1].outcome == "same"


def test_what_was_revoked_is_neither_told_nor_taken() -> None:
    both = neighbours(grants=False)
    ours, theirs = grant(both.meridian), grant(both.aws)
    revoke(both.aws, theirs)

    refused = both.tell(both.meridian)
    revoke(both.meridian, ours)

    assert len(refused.answer.refused) == 4
    with pytest.raises(UserMistake, match="nothing was sent"):
        both.tell(both.meridian)
    assert sweep(both.meridian.ports) == 0
    assert len(instances_of(both.meridian).sent) == 1


def test_a_grant_that_goes_while_the_message_waits_holds_it() -> None:
    both = neighbours(grants=False)
    granted = grant(both.meridian)
    instances_of(both.meridian).there.clear()
    assert sweep(both.meridian.ports) == 1
    revoke(both.meridian, granted)
    both.meridian.durable.settle()

    assert instances_of(both.meridian).sent == []


def test_a_grant_that_goes_between_composing_and_sending_holds_it() -> None:
    both = neighbours(grants=False)
    granted = grant(both.meridian)
    engine = both.meridian.durable
    step = engine.step

    def revoked_before(name: str, work: Callable[[], str]) -> str:
        if name == "told" and both.meridian.read(lambda uow: uow.grants.unrevoked(AWS)):
            revoke(both.meridian, granted)
        return step(name, work)

    engine.step = revoked_before  # type: ignore[method-assign]  # somebody presses the button just then
    assert sweep(both.meridian.ports) == 1
    engine.settle()

    assert instances_of(both.meridian).sent == []


def test_the_running_bot_tells_what_moved_once() -> None:
    both = neighbours()
    assert sweep(both.meridian.ports) == 1
    assert sweep(both.meridian.ports) == 0
    both.meridian.durable.settle()
    assert sweep(both.meridian.ports) == 0

    _ours(both.meridian, "Acme", stage=Stage.COMMITTED)
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


def test_figures_somebody_else_moves_meanwhile_are_not_taken_half() -> None:
    both = neighbours()
    both.tell(both.meridian)
    text = changed(both, lambda m: _later(both, m, stage="committed"))
    made = both.aws

    class Losing:
        """A store where somebody else is always first."""

        def __init__(self, spaces: Any) -> None:
            self._spaces = spaces

        def __getattr__(self, name: str) -> Any:
            return (lambda _line: False) if name == "save_line" else getattr(self._spaces, name)

    store = made.ports.store

    class Store:
        def transaction(self) -> Any:
            return _with(store.transaction(), lambda uow: setattr(uow, "spaces", Losing(uow.spaces)))

    made.ports = replace(made.ports, store=Store())

    with pytest.raises(Unavailable, match="nothing was written"):
        heard(both, text)


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


def _later(both: Neighbours, payload: dict[str, Any], **changes: Any) -> None:
    both.aws.clock.advance(MINUTE)
    payload["at"] = both.aws.clock.now().isoformat().replace("+00:00", "Z")
    payload["rows"][0] |= changes


def _another(made: World, n: int, customer: str) -> None:
    deal = a_deal(n, account=Account(f"001{n}", customer))
    with made.store.transaction() as uow:
        uow.deals.save([deal])
        put(deal, AWS, uow, made.ports, by="cosell")


def _ours(made: World, customer: str, **figures: Any) -> None:
    with made.store.transaction() as uow:
        line = next(each for each in uow.spaces.open_lines(AWS) if each.customer == customer)
        uow.spaces.save_line(replace(line, ours=replace(line.ours, **figures), version=line.version + 1))


def _with(context: Any, change: Callable[[Any], None]) -> Any:
    class Changed:
        def __enter__(self) -> Any:
            uow = context.__enter__()
            change(uow)
            return uow

        def __exit__(self, *error: object) -> Any:
            return context.__exit__(*error)

    return Changed()
