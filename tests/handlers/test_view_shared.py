"""What partners see: the given values and nothing else; and the lists, answers and bad news of our own people."""

import json
import re

import pytest

from handlers.views import answers, render
from handlers.views.home import home
from handlers.views.problem import NOT_YOURS, WHO_ARE_YOU, excuse, excuse_outside, for_outsider
from motions.answer_surfaces import ChoiceAnswer, HelpAnswer, QueueAnswer
from motions.errors import AuthExpired, NotPermitted, OutcomeUnknown, Rejected, Unavailable, UserMistake
from motions.model import Role
from motions.surfaces import Digest, Note, Nudge
from tests.handlers import values


def drawn(message: dict[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False)


def test_a_handoff_shows_who_what_and_when_with_one_button() -> None:
    shown = drawn(render(values.handoff()))

    assert "<@U0ALEX>" in shown
    assert "Intro call between Darcel Schlecht and the AWS account team" in shown
    assert "2026-11-26" in shown
    assert shown.count('"handoff.take"') == 1


def test_a_handoff_that_was_taken_names_who_and_has_no_button() -> None:
    shown = drawn(render(values.handoff(taken_by="Alex Moreno")))

    assert "Alex Moreno is on it." in shown
    assert "handoff.take" not in shown


def test_a_handoff_holds_no_word_of_ours_beyond_its_values() -> None:
    """The same message for two deals that differ in nothing released is the same bytes."""
    assert drawn(render(values.handoff())) == drawn(render(values.handoff()))
    assert "Why" not in drawn(render(values.handoff()))
    assert "onfidence" not in drawn(render(values.handoff()))


def test_a_nudge_says_the_step_the_date_and_its_number() -> None:
    shown = drawn(render(Nudge("U0ALEX", "Alex Moreno", "Intro call", "2026-11-26", 2)))

    for words in ("<@U0ALEX>", "Intro call", "2026-11-26", "Reminder 2."):
        assert words in shown


def test_a_note_ends_with_its_link() -> None:
    shown = drawn(render(Note("AWS accepted", ("It is theirs.",), ("Open the deal", "https://x.example/1"))))

    assert "*AWS accepted*\\nIt is theirs.\\n<https://x.example/1|Open the deal>" in shown


def test_a_digest_lists_what_there_is() -> None:
    shown = drawn(render(Digest("Saturday", (values.line(),), (), (values.exception(),), 4)))

    assert "Waiting for your decision (1)" in shown
    assert "Stuck (1)" in shown
    assert "Going cold (" not in shown
    assert "without anybody: 4 actions." in shown


def test_an_empty_digest_says_so() -> None:
    assert "Nothing waits for you." in drawn(render(Digest("Saturday", (), (), (), 0)))


def test_home_counts_what_it_does_not_show() -> None:
    shown = drawn(home(values.home_view(count=200)))

    assert "Waiting for a decision (200)" in shown
    assert shown.count('"Show all"') == 5


def test_what_waits_beside_the_motions_says_where_its_card_is_and_stands_first() -> None:
    line, waiting = values.line(), (values.beside("Brought"),)

    shown = drawn(answers.draw(QueueAnswer((line,), (), "yours", waiting)))
    digest = drawn(render(Digest("Saturday", (), (), (), 4, waiting)))

    assert "Waiting, yours (2)" in shown
    assert shown.index("Brought: Freight") < shown.index(line.motion.deal_name)
    assert "next: accept or reject it, 12 days left · in <#C0AWSCENT>" in digest
    assert "1 to decide" in digest


def test_an_empty_home_says_so() -> None:
    assert "Nothing waits for you." in drawn(home(values.home_view(count=0)))


def test_a_choice_gives_the_command_for_each_deal() -> None:
    shown = drawn(answers.draw(ChoiceAnswer("acme", (values.deal(),), 3)))

    assert "`/cosell 006xx0000000001AAA`" in shown
    assert "and 3 more" in shown


def test_a_queue_counts_the_lines_that_do_not_fit() -> None:
    shown = drawn(answers.draw(QueueAnswer((values.line("Acmeco " * 20),) * 50, (), "yours")))

    assert re.search(r"\\nand \d+ more", shown)


def test_help_lists_only_what_cosell_answers() -> None:
    shown = drawn(answers.draw(HelpAnswer()))

    assert all(f"/cosell {word}" in shown for word in ("why", "queue", "status", "&lt;deal name or id&gt;"))


@pytest.mark.parametrize(
    ("error", "what", "written"),
    [
        (UserMistake("Name a deal."), "Name a deal.", "Nothing was changed."),
        (NotPermitted("Only managers may."), "Only managers may.", "Nothing was changed."),
        (OutcomeUnknown("AWS", "secret detail"), "AWS did not say whether it worked.", "It may have been written."),
        (Unavailable("Salesforce", "secret detail"), "Salesforce does not answer.", "Nothing was changed."),
        (AuthExpired("AWS", "secret detail"), "cosell can no longer sign in to AWS.", "Nothing was changed."),
        (Rejected("AWS", "secret detail"), "AWS refused this.", "Nothing was changed."),
        (RuntimeError("secret detail"), "Something failed on our side.", "The card shows what was done."),
    ],
)
def test_a_failure_is_excused_without_its_own_text(error: Exception, what: str, written: str) -> None:
    answer = excuse(error, "ref12345")

    assert (answer.what, answer.written) == (what, written)
    assert "secret" not in f"{answer.what}{answer.written}{answer.do}"


def test_a_failure_is_excused_to_outsiders_in_words_that_tell_nothing() -> None:
    said = excuse_outside()

    assert (said.what, said.written, said.do) == (
        "This did not work.",
        "Nothing was changed.",
        "Try again in a minute.",
    )


@pytest.mark.parametrize(("role", "words"), [(Role.PARTNER, NOT_YOURS), (Role.STRANGER, WHO_ARE_YOU)])
def test_outsiders_get_one_fixed_sentence(role: Role, words: str) -> None:
    answer = for_outsider(role)

    assert (answer.what, answer.written, answer.do) == (words, "", "")
