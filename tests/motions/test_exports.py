"""One side's account of what crossed: whole, low, verified alone, and the same as the other side's where both were."""

import json
from dataclasses import replace
from typing import Any

import pytest

from motions.agreeing import agree
from motions.comparing import compare, why_not_two_ends
from motions.exporting import entries_with
from motions.exports import Account, Broken, Entry, Head, spell, verify
from motions.granting import revoke as end_grant
from motions.handoffs import take
from motions.instance_telling import our_key
from motions.instance_wire import key_name
from motions.joining import put
from motions.model import PartnerKey, Token
from motions.partner_acts import ask_owner
from motions.proposals import canonical_json, sha256_of_text
from motions.records import LogEntry
from motions.spaces import JointField, Side
from tests.fakes.grants import share
from tests.fakes.world import ALEX, AWS, MOTION, PRIYA, SECOND, World, world
from tests.motions.forecasts import NORTHSTAR, deals, grant, joint_world, seen, tell
from tests.motions.neighbours import Neighbours, neighbours
from tests.motions.stages import handed_off


def account_of(made: World) -> tuple[str, Account]:
    """A company's export for the other, and what it holds."""
    partner, company = made.ports.config.partner(AWS), made.ports.config.policy.company
    head = Head(company=company, key=our_key(AWS, made.ports), partner=partner.name, partner_key=partner.public_key)
    entries = made.read(lambda uow: entries_with(partner, company, uow))
    text = spell(head, entries, lambda said: made.ports.signer.sign(key_name(AWS), said))
    found = verify(text, made.ports.signer.is_signed)
    assert isinstance(found, Account)
    return text, found


def events(made: World) -> list[str]:
    """What an account tells of."""
    return [entry.event for entry in account_of(made)[1].entries]


def test_a_whole_motion_is_told_from_the_grant_to_what_the_partner_did() -> None:
    made = handed_off()
    motion = made.motion
    assert motion.handoff_token is not None
    ask_owner(motion.handoff_token, ALEX, "Who signs?", made.ports)
    take(motion.handoff_token, ALEX, made.ports)
    made.durable.settle()

    _, account = account_of(made)

    told = [entry.event for entry in account.entries]
    assert told[:2] == ["grant.proposed", "grant.confirmed"]
    assert [each for each in told if each.startswith("referral.")]
    assert {"handoff.posted", "handoff.asked", "handoff.taken", "handoff.redrawn"} <= set(told)
    by_event = {entry.event: entry for entry in account.entries}
    taken, posted = by_event["handoff.taken"], by_event["handoff.posted"]
    assert (taken.company, taken.person, taken.agent, taken.grant) == ("AWS", "Alex Moreno", "cosell", "aws.1")
    assert (posted.company, posted.person, posted.agent, posted.grant) == ("Meridian", "Priya Raman", "cosell", "aws.1")
    assert [entry.at for entry in account.entries] == sorted(entry.at for entry in account.entries)


def test_an_ended_grant_and_the_blanked_handoff_are_told() -> None:
    made = handed_off()
    [granted] = made.read(lambda uow: uow.grants.of(AWS))
    made.clock.advance(SECOND)

    end_grant(Token(granted.id), ALEX, made.ports)
    made.durable.settle()

    _, account = account_of(made)
    ended = next(entry for entry in account.entries if entry.event == "grant.revoked")
    blanked = next(entry for entry in account.entries if entry.event == "handoff.blanked")
    assert (ended.company, ended.person, ended.grant) == ("AWS", "Alex Moreno", granted.id)
    assert (blanked.person, blanked.grant) == (None, None)


def test_nothing_of_ours_is_in_it() -> None:
    made = handed_off()

    text, _ = account_of(made)

    motion = made.motion
    for ours in (motion.id, motion.opportunity_id, motion.deal_name, motion.account_name, PRIYA.key, "score", "seq"):
        assert str(ours) not in text


def test_what_the_partner_gives_and_agrees_to_in_the_channel_is_told_by_its_hash() -> None:
    made = joint_world()
    tell(made, "Acme", amount="2200000")
    token = next(line.token for line in seen(made).lines if line.customer == "Acme")
    agree(token, ALEX, {JointField.AMOUNT: Side.THEIRS}, made.ports)
    agree(token, PRIYA, {JointField.AMOUNT: Side.THEIRS}, made.ports)
    made.durable.settle()

    text, account = account_of(made)

    told = [(entry.event, entry.company, entry.person) for entry in account.entries]
    assert ("figures.given", "AWS", "Alex Moreno") in told
    assert ("figures.said", "AWS", "Alex Moreno") in told
    assert ("figures.agreed", "Meridian", "Priya Raman") in told
    assert "forecast.drawn" in events(made)
    assert "Acme" not in text
    assert "2200000" not in text


def test_both_accounts_agree_on_every_message_and_its_grant() -> None:
    both = _granted()
    both.tell_both()

    found = compare(_account(both.meridian), _account(both.aws))

    assert (found.shared, found.differences) == (3, ())
    assert why_not_two_ends(_account(both.meridian), _account(both.aws)) is None
    assert why_not_two_ends(_account(both.meridian), _account(both.meridian)) is not None


@pytest.mark.parametrize(
    ("event", "change", "said"),
    [
        ("figures.heard", None, "is missing in AWS's account"),
        ("figures.told", None, "is missing in Meridian's own account"),
        ("grant.confirmed", None, "grant aws.1"),
        ("grant.confirmed", {"sha256": "0" * 64}, "has other terms"),
        ("figures.told", {"rows": "0" * 64}, "differ in its rows"),
        ("figures.told", {"grant": "aws.9"}, "differ in its grant"),
    ],
)
def test_what_one_side_left_out_or_changed_is_named(event: str, change: dict[str, Any] | None, said: str) -> None:
    both = _granted()
    both.tell(both.meridian)
    mine, theirs = _account(both.meridian), _account(both.aws)
    whose = theirs if event == "figures.heard" else mine
    entries = [
        entry if entry.event != event else entry.model_copy(update=change or {})
        for entry in whose.entries
        if change or entry.event != event
    ]
    mended = replace(whose, entries=tuple(entries))

    found = compare(*((mine, mended) if whose is theirs else (mended, theirs)))

    assert any(said in each for each in found.differences)


def test_a_message_whose_answer_was_lost_is_no_disagreement_whether_it_came_or_not() -> None:
    both = _granted()
    both.tell(both.meridian)
    mine, theirs = _account(both.meridian), _account(both.aws)
    unsure = tuple(
        e.model_copy(update={"is_certain": False, "rows": None}) if e.event == "figures.told" else e
        for e in mine.entries
    )
    without = tuple(e for e in theirs.entries if e.event != "figures.heard")

    assert compare(replace(mine, entries=unsure), theirs).differences == ()
    assert compare(replace(mine, entries=unsure), replace(theirs, entries=without)).differences == ()


@pytest.mark.parametrize(
    ("mend", "where"),
    [
        (lambda lines: [lines[0], *lines[2:]], "entry 1"),
        (lambda lines: [*lines[:3], *lines[4:]], "entry 3"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "entry 1"),
        (lambda lines: [*lines[:2], lines[2].replace("AWS", "IBM"), *lines[3:]], "entry 2"),
        (lambda lines: [lines[0].replace("Meridian", "Meridiem"), *lines[1:]], "entry 1"),
        (lambda lines: [*lines[:2], "{}", *lines[3:]], "entry 2"),
        (lambda lines: [*lines[:2], lines[2] + " ", *lines[3:]], "entry 2"),
        (lambda lines: lines[:-1], "the end"),
        (lambda lines: [*lines[:-2], lines[-1]], "the end"),
        (lambda lines: [*lines[:-1], lines[-1].replace('"end":', '"end":1')], "the end"),
        (lambda lines: lines[:1], "the end"),
        (lambda lines: [], "the first line"),
    ],
)
def test_the_first_place_that_was_changed_removed_reordered_or_cut_is_named(mend: Any, where: str) -> None:
    made = handed_off()
    text, _ = account_of(made)
    lines = mend(text.splitlines())

    found = verify("".join(f"{line}\n" for line in lines), made.ports.signer.is_signed)

    assert isinstance(found, Broken)
    assert found.where == where


def test_who_makes_the_chain_anew_cannot_sign_it() -> None:
    made = handed_off()
    text, account = account_of(made)
    forged = spell(account.head, account.entries[1:], lambda said: made.ports.signer.sign("another", said))

    found = verify(forged, made.ports.signer.is_signed)

    assert isinstance(found, Broken)
    assert "somebody else" in found.said
    assert isinstance(verify(text + "\n", made.ports.signer.is_signed), Broken)


def test_an_account_of_nothing_holds_too() -> None:
    made = world(shares=False)

    text, account = account_of(made)

    assert account.entries == ()
    assert text.count("\n") == 2


def test_the_partner_s_account_is_the_same_bytes_whatever_another_partner_does() -> None:
    alone, beside = (joint_world() for _ in range(2))
    tell(alone, "Acme", amount="2200000")
    tell(beside, "Acme", amount="2200000")
    _busy_with_northstar(beside)

    assert account_of(alone)[0] == account_of(beside)[0]


def test_what_was_held_back_is_not_told_and_what_may_have_left_says_so() -> None:
    made = world()
    at = made.clock.now()
    sha = sha256_of_text("x")
    with made.store.transaction() as uow:
        for key, steps in {"held": ["held"], "lost": ["intent"], "crashed": [], "found": ["intent", "done"]}.items():
            said = {"key": key, "kind": "slack.nudge", "sha256": sha, "destination": "C"}
            shared = {"audience": AWS, "grant": None}
            uow.log.append(LogEntry(at, "effect.intended", "m1", "cosell", {**said, **shared}))
            for step in steps:
                uow.log.append(LogEntry(at, f"effect.{step}", "m1", "cosell", said))
        uow.log.append(LogEntry(at, "effect.intended", "m2", "cosell", {**said, "key": "ours"}))

    told = [entry.is_certain for entry in account_of(made)[1].entries if entry.event == "handoff.reminded"]

    assert sorted(told) == [False, False, True]


def test_a_policy_and_time_are_no_persons() -> None:
    made = world(shares=False)
    at = made.clock.now()
    granted = grant(made)
    terms = {"terms": sha256_of_text("terms")}
    with made.store.transaction() as uow:
        uow.log.append(LogEntry(at, "grant.proposed", granted.id, "policy 2026", {**terms, "company": "ours"}))
        uow.log.append(LogEntry(at, "grant.revoked", granted.id, "time", {**terms, "company": None}))

    told = [(entry.event, entry.company, entry.person) for entry in account_of(made)[1].entries]

    assert told == [("grant.proposed", "Meridian", None), ("grant.revoked", "Meridian", None)]


def test_an_entry_is_one_line_of_canonical_json() -> None:
    made = handed_off()
    text, account = account_of(made)

    lines = text.splitlines()[1:-1]

    assert [canonical_json(json.loads(line)) for line in lines] == lines
    assert len(lines) == len(account.entries)
    assert set(json.loads(lines[0])) == {*Entry.model_fields, "n", "hash"}
    assert str(MOTION) not in text


def _busy_with_northstar(made: World) -> None:
    grant(made, NORTHSTAR, by=ALEX)
    with made.store.transaction() as uow:
        put(deals()[0], PartnerKey("northstar"), uow, made.ports, by="cosell")
        said = {"key": "n", "kind": "slack.nudge", "sha256": "0" * 64, "audience": NORTHSTAR, "grant": None}
        uow.log.append(LogEntry(made.clock.now(), "effect.intended", "mN", "cosell", said))


def _granted() -> Neighbours:
    """Two companies whose logs tell of their grants too."""
    both = neighbours(grants=False)
    for made in (both.meridian, both.aws):
        _granted_in(made)
    return both


def _granted_in(made: World) -> None:
    assert share(made.ports, ALEX) is not None


def _account(made: World) -> Account:
    return account_of(made)[1]
