"""Every view, with typical, empty and extreme values, fits Slack's limits."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handlers.views import answers, render, text
from handlers.views.deny import deny_modal
from handlers.views.edit import edit_modal
from handlers.views.edition import picture_of
from handlers.views.home import closed, home
from handlers.views.problem import told
from motions.answer_surfaces import (
    Answer,
    ChoiceAnswer,
    DealAnswer,
    DoneAnswer,
    HelpAnswer,
    ProblemAnswer,
    QueueAnswer,
    StandingLine,
    StandingList,
    StandingOffer,
    StatusAnswer,
    WhyAnswer,
)
from motions.deals import Money
from motions.edition_surfaces import Acceptance, Edition, Period, Span, Tally
from motions.model import Band, MotionState, Reason, Role
from motions.referrals import Field, FormField, InputKind
from motions.surfaces import Digest, EditForm, FirstSteps, Milestone, Note, Nudge, Surface
from tests.handlers import values
from tests.handlers.validators import check_message, check_view

extreme = pytest.mark.parametrize("name", values.EXTREMES.values(), ids=values.EXTREMES.keys())


def test_two_threads_that_draw_at_once_draw_what_one_draws() -> None:
    edition = Edition(("AWS",), _tallies(Span.WEEK, 7), ())
    alone = picture_of(edition)

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(picture_of, [edition] * 4))

    assert together == [alone] * 4


@extreme
def test_an_edition_of_long_names_fits(name: str) -> None:
    deal = Acceptance(name, name, name, "https://crm.example/1", Money(Decimal(10**12), "USD"))

    _check_picture(Edition((name,) * 12, _tallies(Span.QUARTER, 9_000), (deal,) * 5))


@pytest.mark.parametrize("count", [0, 1, 9_000])
@pytest.mark.parametrize("span", Span)
def test_an_edition_fits_however_much_there_was(span: Span, count: int) -> None:
    _check_picture(Edition(("AWS",), _tallies(span, count), ()))


@extreme
@pytest.mark.parametrize("state", MotionState)
def test_a_card_fits_in_every_state(name: str, state: MotionState) -> None:
    card = values.card(name)

    check_message(render(replace(card, motion=values.motion(name, state=state))))


@extreme
@pytest.mark.parametrize("state", [MotionState.AWAITING, MotionState.FILING])
def test_a_card_with_everything_at_its_longest_fits(name: str, state: MotionState) -> None:
    crowded = values.card(
        name,
        motion=values.motion(
            name,
            brief=" ".join([name] * 200),
            brief_by=name,
            missing=(name,) * 30,
            reasons=(Reason(name, -1.0, "e"),) * 9,
            next_act=name * 3,
            pam=name,
            referral_id=name,
            manager_email=name,
            state=state,
        ),
        partner_name=name,
        deal_facts=((name, name),) * 14,
        manager_slack_id="U0PRIYA",
        proposal=values.proposal(name, problems=(values.problem(name=name * 4),) * 12),
        milestones=(Milestone(name, values.NOW),) * 40,
        problems=(values.exception(name * 3),) * 30,
        consequences=values.consequences(name) * 3,
        first_name=name,
        people_needed=2,
        take_back=values.TOKEN,
        crm=values.crm_request(name * 3),
        stopped=name * 3,
        held=name * 3,
    )

    check_message(render(crowded))


def test_a_card_with_nothing_on_it_fits() -> None:
    bare = values.card(
        "",
        motion=values.motion("", brief="", brief_by="", missing=(), reasons=(), next_act=""),
        partner_name="",
        deal_facts=(),
        deal_url="",
        proposal=None,
        token=None,
        expires_at=None,
        milestones=(),
    )

    check_message(render(bare))


def _surfaces(name: str) -> list[Surface]:
    lines = (values.line(name, None), values.line(name)) * 20
    return [
        values.handoff(name),
        values.handoff(name, recipient_slack_id=None, recipient_name=name, taken_by=name, text="", fields=()),
        values.handoff(
            name, text=name * 20, fields=((name, name),) * 30, next_step=name * 5, due=name, owner_name=name
        ),
        Note(name),
        Note(name, (name,) * 40, (name, "https://meridian.example/a b|c>d"), "U0PRIYA"),
        Nudge(None, name, name, name, 3),
        Nudge("U0ALEX", name, "", "", 1, values.TOKEN),
        FirstSteps(Role.SELLER),
        FirstSteps(Role.OPERATOR),
        Digest(name, (), (), (), 0),
        Digest(name, lines, lines, (), None, (values.beside(name),) * 40, 9_000, 9_000),
        Digest("Saturday 21 November", lines, lines, (values.exception(name),) * 40, 1, (values.beside(name),) * 40),
    ]


@extreme
@pytest.mark.parametrize("index", range(11))
def test_every_other_surface_fits(name: str, index: int) -> None:
    check_message(render(_surfaces(name)[index]))


def _answers(name: str) -> list[Answer]:
    deal, reasons = values.deal(name), (Reason(name, 0.5, "e"),) * 12
    bare = replace(deal, account=None, amount=None)
    return [
        DealAnswer(
            deal, "https://x.example", Band.GREY, 50, reasons, name, values.motion(name), started=True, note=name * 5
        ),
        DealAnswer(bare, "not a url", None, None, (), None, None, started=False, note=""),
        ChoiceAnswer(name, (deal,) * 5, 20),
        ChoiceAnswer("", (), 0),
        QueueAnswer((values.line(name),) * 40, (values.exception(name),) * 40, "yours", (values.beside(name),) * 40),
        QueueAnswer((), (), "everybody's"),
        WhyAnswer(deal, "https://x.example", ((name, 60, Band.HIGH, reasons, name),) * 40, name, values.NOW),
        WhyAnswer(deal, "https://x.example", (), "rules 1", values.NOW),
        StatusAnswer(((name, 3),) * 30, 7, values.NOW, name),
        StatusAnswer((), 0, None, ""),
        StatusAnswer((), 0, None, "", name * 5),
        StandingList(()),
        StandingList(
            (StandingLine(values.standing(name), name, None), StandingLine(values.standing(name), name, name * 3)) * 15
        ),
        StandingOffer(values.standing(name), name, Decimal(1000000)),
        StandingOffer(values.standing(name), name, None),
        DoneAnswer(name * 10),
        HelpAnswer(),
        ProblemAnswer(name * 10, name * 10, name * 10),
        ProblemAnswer("Nothing fits.", "", ""),
    ]


@extreme
@pytest.mark.parametrize("index", range(19))
def test_every_answer_fits(name: str, index: int) -> None:
    check_message(answers.draw(_answers(name)[index]))


@extreme
@pytest.mark.parametrize("count", [0, 1, 17, 18, 19, 200])
def test_home_fits_however_long_the_queue_is(name: str, count: int) -> None:
    check_view(home(replace(values.home_view(name, count), stopped=name * 5)))


@extreme
def test_the_edit_form_fits(name: str) -> None:
    many = tuple(f"{name[:40]} {n}" for n in range(260))
    fields = (
        *values.form(name),
        FormField(Field.SOLUTION, name, "not in the list", InputKind.CHOICE, many, name),
        FormField(Field.USE_CASE, "", name * 20, InputKind.LONG_TEXT),
        FormField(Field.NEXT_STEPS, "Next steps", "x " * 4000, InputKind.LONG_TEXT),
        FormField(Field.DELIVERY_MODEL, "Delivery", name, InputKind.CHOICE, ()),
        FormField(Field.HELP_WANTED, "Help", "a; b", InputKind.CHOICE, ("a", "b", "c" * 200)),
        FormField(Field.STAGE, "Spend", "USD 1,000 or so", InputKind.NUMBER),
        FormField(Field.KIND, "When", "next spring", InputKind.DATE),
    )

    check_view(edit_modal(EditForm(values.TOKEN, name, name * 5, fields)))


Modal = Callable[[], Mapping[str, Any]]


@pytest.mark.parametrize(
    "modal",
    [
        lambda: edit_modal(EditForm(values.TOKEN, "", "", ())),
        lambda: deny_modal(values.TOKEN),
        lambda: told("Edit the referral", values.HOSTILE * 50),
        lambda: told("", ""),
        lambda: closed(values.HOSTILE * 20),
    ],
)
def test_the_small_views_fit(modal: Modal) -> None:
    check_view(modal())


def _tallies(span: Span, count: int) -> tuple[Tally, ...]:
    now = Period.around(span, date(2026, 11, 23))
    return tuple(Tally(each, count, count, count) for each in (now.before().before(), now.before(), now))


def _check_picture(edition: Edition) -> None:
    """Slack's limits of a comment and of a description."""
    picture = picture_of(edition)

    assert 0 < text.width(picture.words) <= 4000
    assert 0 < len(picture.alt) <= 1000
    assert picture.file.data.startswith(b"\x89PNG")
