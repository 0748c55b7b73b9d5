"""The joint forecast and its forms: what they say, within Slack's limits, whatever the names hold."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.views.forecast import AGREE, UPDATE, draw
from handlers.views.forecast_forms import agree_modal, chosen, complaints_of, figures_modal, typed_figures
from motions.joint import SHOWN, JointForecast
from motions.joint_forms import AgreeForm, Choice, FiguresForm, Typed
from motions.model import Token
from motions.spaces import JointField, Side, picked
from tests.handlers.validators import check_message, check_view
from tests.handlers.values import EXTREMES, HOSTILE
from tests.motions.spacing import a_line, figures, pipeline, told, viewed, word


def _view(name: str = "Acme", lines: int = 4) -> JointForecast:
    """A forecast whose names, people and figures are of one kind."""
    made = []
    for n in range(lines):
        line = told(a_line(f"{name} {n}", token=Token(f"t{n}")), Side.THEIRS, figures("2.2", 5))
        said = picked(line, Side.OURS, {JointField.AMOUNT: Side.THEIRS}, word(name))
        made.append(said or line)
    view = viewed(*made)
    return replace(view, lines=view.lines[:SHOWN], our_name=name, partner_name=name)


def _words(message: dict[str, object]) -> str:
    return str(message)


@pytest.mark.parametrize("name", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize("lines", [0, 1, 25])
def test_it_fits_into_a_message(name: str, lines: int) -> None:
    check_message(draw(_view(name, lines)))


def test_nothing_in_a_name_mentions_links_or_formats() -> None:
    said = str(draw(_view(HOSTILE))["blocks"][1:])  # type: ignore[index]  # the header is plain text

    assert "<!channel>" not in said
    assert "<@U0PRIYA>" not in said
    assert "<https://evil.example|" not in said


def test_only_a_line_that_differs_has_the_button_to_agree() -> None:
    sections = [block for block in draw(viewed(*pipeline()))["blocks"] if "accessory" in block]  # type: ignore[attr-defined]  # a list of blocks

    assert [block["accessory"]["value"] for block in sections] == ["t-Acme", "t-Cygnus"]
    assert {block["accessory"]["action_id"] for block in sections} == {AGREE}
    assert UPDATE in _words(draw(viewed(*pipeline())))


def test_who_waits_for_whom_is_said() -> None:
    acme = pipeline()[0]
    one = picked(acme, Side.THEIRS, {JointField.AMOUNT: Side.OURS}, word("Alex Moreno"))
    assert one is not None
    two = picked(one, Side.OURS, {JointField.AMOUNT: Side.THEIRS}, word())
    assert two is not None

    assert "Alex Moreno (AWS) agrees to USD 2,000,000: waits for Meridian" in _words(draw(viewed(one)))
    assert "Priya Raman (Meridian) agrees to USD 2,200,000: not what AWS says" in _words(draw(viewed(two)))


def test_a_single_deal_is_counted_as_one_and_a_figure_nobody_told_is_said_so() -> None:
    line = a_line(ours=figures("2.0", 4, close_date=None))

    said = _words(draw(viewed(line)))

    assert "1 deal, no differences" in said
    assert "AWS not told" in said
    assert "Close date: neither says" in said


@pytest.mark.parametrize("name", EXTREMES.values(), ids=EXTREMES)
def test_the_forms_fit_into_modals(name: str) -> None:
    deals = tuple((f"{n:08x}", name) for n in range(120))
    stages = (("proposal", "4 (proposal)"), ("lost", "lost"))
    asked = AgreeForm(Token("t1"), name, name, name, tuple(Choice(each, name, name) for each in JointField))

    check_view(figures_modal(FiguresForm(Token("t1"), name, deals, stages)))
    check_view(agree_modal(asked))


def _submitted(**values: Any) -> dict[str, Any]:
    return {"state": {"values": {f"field:{name}": {"value": state} for name, state in values.items()}}}


def test_what_was_typed_is_read() -> None:
    view = _submitted(
        deal={"selected_option": {"value": "3f2a"}},
        stage={"selected_option": None},
        amount={"value": " 5 "},
        currency={"value": None},
        close_date={"selected_date": "2026-12-31"},
    )

    assert typed_figures(view) == Typed("3f2a", "", "5", "", "2026-12-31")


def test_what_was_picked_is_read_and_what_was_left_alone_is_not() -> None:
    view = _submitted(stage={"selected_option": {"value": "later"}}, amount={"selected_option": {"value": "theirs"}})

    assert chosen(view) == {JointField.AMOUNT: Side.THEIRS}
    assert chosen(_submitted(close_date={"selected_option": None})) == {}


def test_a_complaint_stands_at_its_input() -> None:
    assert complaints_of({"amount": "That is\nno amount."}) == {"field:amount": "That is no amount."}
