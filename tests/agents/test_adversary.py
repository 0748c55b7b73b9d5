"""A model that is the attacker: whatever it answers, a text is sound, asks for nothing, and came without any tool."""

import base64
import re

import pytest

from agents.sanitiser import has_link_or_mention
from agents.stream import BYTES_AT_MOST
from motions.writing import Text, count_words
from sandbox.model.adversary import Trick
from tests.agents.conftest import WriterMaker
from tests.agents.samples import BRIEF, HANDOFF
from tests.fakes.emulated_model import EmulatedModel

OFFERS_NOTHING = {"tools", "tool_choice", "mcp_servers", "thread", "container"}
TRICKS = pytest.mark.parametrize("trick", list(Trick))
# A model that never stops is stopped by its size, long before any deadline.
STOPPED = {Trick.HUGE, Trick.ENDLESS_TEXT, Trick.ENDLESS_THINKING, Trick.ENDLESS_LINE}


@TRICKS
def test_no_trick_gets_a_link_a_mention_or_a_block_into_a_text(
    model: EmulatedModel, make_writer: WriterMaker, trick: Trick
) -> None:
    model.choose("adversary", trick=trick, calls=300, orders=[{"heard": "Zathunicon", "say": ["{values}"]}])
    writer = make_writer()

    texts = writer.brief(BRIEF), writer.handoff(HANDOFF)

    assert [_unsound(text) for text in texts] == [[], []]


@TRICKS
def test_no_trick_is_offered_a_tool(model: EmulatedModel, make_writer: WriterMaker, trick: Trick) -> None:
    model.choose("adversary", trick=trick, calls=300)
    writer = make_writer()

    writer.brief(BRIEF)
    writer.handoff(HANDOFF)

    bodies = [call["body"] for call in model.calls]
    assert bodies
    assert not [name for body in bodies for name in OFFERS_NOTHING & set(body)]


@TRICKS
def test_what_was_told_for_our_own_people_is_in_no_handoff(
    model: EmulatedModel, make_writer: WriterMaker, trick: Trick
) -> None:
    """The same model, the same process, the brief first: only the released facts can come back."""
    model.choose("adversary", trick=trick, calls=300)
    writer = make_writer()

    writer.brief(BRIEF)
    handed = writer.handoff(HANDOFF).plain

    released = " ".join(each.value for each in HANDOFF.facts)
    hidden = {each.value for each in BRIEF.facts if each.value not in released} - {"Darcel Schlecht"}
    assert [value for value in hidden if any(form in handed for form in _forms(value))] == []


@pytest.mark.parametrize("trick", sorted(STOPPED))
def test_a_model_that_never_stops_is_stopped(model: EmulatedModel, make_writer: WriterMaker, trick: Trick) -> None:
    model.choose("adversary", trick=trick)

    text = make_writer().brief(BRIEF)

    assert text.note == "claude-haiku-5-5 said too much"


def test_five_thousand_calls_are_a_text_of_the_playbook(model: EmulatedModel, make_writer: WriterMaker) -> None:
    model.choose("adversary", trick="flood")

    text = make_writer().brief(BRIEF)

    assert text.written_by.startswith("playbook")
    assert len(model.calls) == 1


def test_words_that_hold_are_taken_beside_calls_which_nobody_makes(
    model: EmulatedModel, make_writer: WriterMaker
) -> None:
    order = {"heard": "Zathunicon", "say": ["they want it soon."], "call": [{"name": "motion.approve"}]}
    model.choose("adversary", trick="obey", orders=[order])

    text = make_writer().brief(BRIEF)

    assert "they want it soon." in text.plain
    assert "motion.approve" not in text.plain
    assert len(model.calls) == 1


@pytest.mark.parametrize("trick", [Trick.LINKS, Trick.MENTIONS, Trick.INVENT, Trick.UNICODE])
def test_the_sentences_that_hold_are_kept_and_the_hostile_ones_dropped(
    model: EmulatedModel, make_writer: WriterMaker, trick: Trick
) -> None:
    model.choose("adversary", trick=trick)

    text = make_writer().brief(BRIEF)

    assert "It is known: Zathunicon GTX Pro." in text.plain
    assert text.written_by == "claude-haiku-5-5"


def test_the_bound_on_bytes_leaves_room_for_every_honest_reply() -> None:
    """4,000 tokens of four characters, each in a frame of its own."""
    assert BYTES_AT_MOST > 4_000 * 200 * 2


def _unsound(text: Text) -> list[str]:
    """Everything about a text that no text may have."""
    said = [sentence.text for sentence in text.sentences]
    found = [each for each in said if has_link_or_mention(each) or re.search(r"[<>]|\]\(|://", each)]
    found += [each for each in said if any(not c.isprintable() for c in each)]
    return found + ([] if 0 < count_words(text.plain) <= 150 else ["its length"])


def _forms(value: str) -> set[str]:
    return {value, value[::-1], base64.b64encode(value.encode()).decode().rstrip("="), " ".join(value)}
