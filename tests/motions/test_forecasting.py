"""The live joint forecast: one message, always of what is released and true now, the same for both companies."""

from dataclasses import replace
from decimal import Decimal

import pytest

from motions.answer_surfaces import ProblemAnswer
from motions.asking import answer
from motions.deals import Money, OpportunityId, Stage
from motions.errors import OutcomeUnknown, Unavailable
from motions.forecasting import show_forecast, sweep
from motions.grant_terms import DealRule
from motions.joining import hand_over, put, wake
from motions.joint import JointForecast, Total, view_hash
from motions.labels import Catalogue, Label
from motions.model import PartnerKey
from motions.referrals import Field
from motions.revisions import InForce
from motions.spaces import Figures
from tests.fakes.grants import share
from tests.fakes.messenger import Trouble
from tests.fakes.world import ALEX, AWS, DANA, DAY, DEAL, MINUTE, PRIYA, SELLER, SHARED, World, a_deal
from tests.motions.forecasts import NORTHSTAR, deals, grant, joint_world, message, revoke, seen, tell_all
from tests.motions.stages import handed_off

NORTH = "C0SHAREDNST"


def test_the_message_shows_both_sides_their_totals_and_what_differs() -> None:
    made = joint_world()
    tell_all(made)

    said = str(message(made).message)
    assert seen(made).totals == (Total("USD", Decimal(11_400_000), Decimal(11_800_000)),)
    assert "Meridian: 11,400,000" in said
    assert "AWS: 11,800,000" in said
    assert "3 differences" in said
    assert "AWS is further by 1 stage" in said
    assert said.count("AWS is higher by USD 200,000") == 2


def test_a_figure_that_moves_in_the_crm_moves_in_the_message_at_once() -> None:
    made = joint_world()

    made.change(DEAL, stage=Stage.COMMITTED, stage_name="Stage 5")
    made.poll()

    assert "5 (committed)" in str(message(made).message)
    assert len(made.messenger.in_channel(SHARED)) == 1
    entry = made.read(lambda uow: uow.log.of(f"space:{AWS}"))
    assert [each.detail["company"] for each in entry if each.event == "line.moved"] == ["ours"]


def test_what_moves_beside_the_figures_draws_nothing_again() -> None:
    made = joint_world()
    before = len(made.messenger.updates)

    made.change(DEAL, kind="Existing Business")
    made.poll()

    assert len(made.messenger.updates) == before


def test_our_people_are_answered_with_the_very_view_the_partner_has() -> None:
    made = joint_world()
    tell_all(made)

    answers = [answer(f"forecast {name}", PRIYA, made.ports) for name in ("aws", "AWS")]

    for each in answers:
        assert isinstance(each, JointForecast)
        assert each.state == view_hash(seen(made))
        assert made.messenger.render(each) == message(made).message


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("forecast", "No partner is called"),
        ("forecast ibm", "No partner is called"),
        ("forecast northstar", "No deal stands"),
    ],
)
def test_a_forecast_that_is_not_there_is_explained(asked: str, said: str) -> None:
    found = answer(asked, SELLER, joint_world().ports)

    assert isinstance(found, ProblemAnswer)
    assert said in found.what


def test_without_a_grant_nothing_is_posted() -> None:
    made = joint_world(grants=False)

    assert made.messenger.in_channel(SHARED) == []
    assert sweep(made.ports, {}) == 0


def test_a_grant_that_comes_brings_the_message_at_the_next_sweep() -> None:
    made = joint_world(grants=False)
    grant(made)

    assert sweep(made.ports, {}) == 1
    made.durable.settle()

    assert "Acme" in str(message(made).message)
    assert sweep(made.ports, {}) == 0


def test_a_field_that_is_labelled_otherwise_while_everything_runs_leaves_the_message() -> None:
    made = joint_world()
    drawn: dict[PartnerKey, object] = {}
    sweep(made.ports, drawn)
    rows = tuple(
        row.model_copy(update={"label": Label.INTERNAL}) if "Amount" in row.path else row
        for row in made.ports.config.fields.rows
    )
    relabelled = made.ports.config.model_copy(update={"fields": Catalogue(rows=rows)})

    made.ports.in_force.take(InForce(relabelled, 1))

    assert sweep(made.ports, drawn) == 1
    made.durable.settle()
    assert "2,000,000" not in str(message(made).message)
    assert "Acme" in str(message(made).message)


def test_a_revocation_takes_the_lines_away() -> None:
    made = joint_world(grants=False)
    granted = grant(made)
    sweep(made.ports, {})
    made.durable.settle()
    revoke(made, granted)

    assert sweep(made.ports, {}) == 1
    made.durable.settle()

    said = str(message(made).message)
    assert "No deal is shared" in said
    assert "Acme" not in said


def test_a_revocation_by_click_takes_the_lines_away_at_once() -> None:
    made = joint_world(grants=False)
    share(made.ports, ALEX)
    sweep(made.ports, {})
    made.durable.settle()
    assert "Acme" in str(message(made).message)

    answer("unshare aws", DANA, made.ports)
    made.durable.settle()

    assert "Acme" not in str(message(made).message)


def test_a_grant_that_ends_takes_the_lines_away() -> None:
    made = joint_world()
    made.clock.advance(40 * DAY)

    assert sweep(made.ports, {}) == 1
    made.durable.settle()

    assert "Acme" not in str(message(made).message)


def up_to_date(made: World) -> dict[PartnerKey, object]:
    """What the sweeps know once the message shows what is true."""
    known: dict[PartnerKey, object] = {}
    sweep(made.ports, known)
    made.durable.settle()
    assert sweep(made.ports, known) == 0
    return known


def test_as_long_as_nothing_moves_no_line_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made = joint_world()
    known = up_to_date(made)
    monkeypatch.setattr("motions.forecasting.gather", lambda *_given, **_more: pytest.fail("the lines were read"))

    assert sweep(made.ports, known) == 0


def test_whatever_moves_is_seen_by_the_next_sweep_that_knows_what_was_shown() -> None:
    made = joint_world(grants=False)
    granted = grant(made)
    known = up_to_date(made)
    line = made.read(lambda uow: uow.spaces.open_lines(AWS))[0]
    with made.store.transaction() as uow:
        assert uow.spaces.save_line(replace(line, customer="Renamed", version=line.version + 1))
    renamed = sweep(made.ports, known)
    made.durable.settle()
    after = up_to_date(made)

    revoke(made, granted)

    assert (renamed, sweep(made.ports, after)) == (1, 1)


def test_a_deal_that_leaves_what_a_grant_covers_leaves_the_message() -> None:
    made = joint_world(grants=False)
    covered = a_deal(1)
    assert covered.owner is not None
    grant(made, rule=DealRule(regions=(covered.owner.region or "",)))
    known = up_to_date(made)
    with made.store.transaction() as uow:
        uow.deals.save([replace(covered, owner=replace(covered.owner, region="Elsewhere"))])

    assert sweep(made.ports, known) == 1
    made.durable.settle()
    assert "Acme" not in str(message(made).message)


def test_only_the_deals_and_fields_the_grant_names_are_shown() -> None:
    made = joint_world(grants=False)
    rule = DealRule(opportunities=(a_deal(1).id, a_deal(2).id))
    grant(made, fields=frozenset({Field.CUSTOMER, Field.STAGE}), rule=rule)
    sweep(made.ports, {})
    made.durable.settle()

    said = str(message(made).message)
    assert [name in said for name in ("Acme", "Beacon", "Cygnus", "Drift")] == [True, True, False, False]
    assert "Amount" not in said
    assert "2,000,000" not in said


@pytest.mark.parametrize("origins", [{}, {"stage": ("Opportunity.Secret__c",), "customer": ("Account.Name",)}])
def test_a_figure_nobody_labelled_is_shown_to_nobody(origins: dict[str, tuple[str, ...]]) -> None:
    made = joint_world(grants=False)
    grant(made)
    made.ports = replace(made.ports, origins=origins)

    assert {cell.field for line in seen(made).lines for cell in line.cells} == set()


def test_a_deal_of_which_nothing_may_be_shown_is_not_even_counted() -> None:
    made = joint_world(grants=False)
    grant(made)
    made.ports = replace(made.ports, origins={})

    assert (seen(made).lines, seen(made).deals) == ((), 0)


def test_what_was_revoked_while_it_was_drawn_does_not_leave() -> None:
    made = joint_world(grants=False)
    granted = grant(made)
    _turn(made, revoking=lambda: revoke(made, granted))

    sweep(made.ports, {})
    made.advance(MINUTE)

    assert all("Acme" not in str(each.message) for each in [*made.messenger.posted, *made.messenger.updates])


def test_what_waited_for_another_try_is_drawn_anew_before_it_leaves() -> None:
    made = joint_world(grants=False)
    granted = grant(made)
    away = [Trouble(Unavailable("Slack", "away", retry_after=30)) for _ in range(1)]
    made.messenger.troubles = []
    sweep(made.ports, {})
    made.durable.settle()
    made.change(DEAL, stage=Stage.COMMITTED, stage_name="Stage 5")
    made.messenger.troubles = away
    made.poll()
    before = len(made.messenger.updates)
    revoke(made, granted)

    made.advance(2 * MINUTE)

    after = made.messenger.updates[before:]
    assert len(after) == 1
    assert "Acme" not in str(after[0].message)


def test_a_post_whose_answer_is_lost_is_found_and_drawn_once() -> None:
    made = joint_world(grants=False)
    grant(made)
    made.messenger.troubles = [Trouble(OutcomeUnknown("Slack", "lost"), after=True)]

    sweep(made.ports, {})
    made.advance(MINUTE)

    assert len(made.messenger.in_channel(SHARED)) == 1
    assert "Acme" in str(message(made).message)


def test_another_channel_gets_a_message_of_its_own() -> None:
    made = joint_world()
    made.messenger.rooms["C0NEW"] = (AWS,)
    partners = [
        each.model_copy(update={"shared_channel": "C0NEW"}) if each.key == AWS else each
        for each in made.ports.config.partners
    ]
    made.use(made.ports.config.model_copy(update={"partners": tuple(partners)}))

    assert sweep(made.ports, {}) == 1
    made.durable.settle()

    assert "Acme" in str(message(made, "C0NEW").message)


def test_nobody_else_may_be_reading() -> None:
    made = joint_world(grants=False)
    grant(made)
    made.messenger.rooms[SHARED] = (AWS, NORTHSTAR)

    sweep(made.ports, {})
    made.durable.settle()

    assert made.messenger.in_channel(SHARED) == []


def test_one_partner_s_pipeline_is_nothing_to_another() -> None:
    made = joint_world()
    tell_all(made)
    grant(made, NORTHSTAR)
    with made.store.transaction() as uow:
        put(deals()[0], NORTHSTAR, uow, made.ports, by="cosell")
        wake(NORTHSTAR, uow, made.ports)
    made.durable.settle()

    said = str(message(made, NORTH).message)
    assert "Acme" in said
    assert "2,200,000" not in said
    assert "AWS" not in said
    assert {line.ref for line in seen(made).lines} & {line.ref for line in seen(made, NORTHSTAR).lines} == set()


def test_policy_may_forbid_whatever_partners_see() -> None:
    made = joint_world(grants=False)
    grant(made)
    autonomy = made.ports.config.policy.model_dump()["autonomy"]
    made.configure(autonomy=autonomy | {"partner_visible": {"high": "forbid"}})

    assert sweep(made.ports, {}) == 0
    with made.store.transaction() as uow:
        wake(AWS, uow, made.ports)
    made.durable.settle()

    assert made.messenger.in_channel(SHARED) == []


def test_a_partner_without_a_channel_is_left_alone() -> None:
    made = joint_world(grants=False)
    microsoft = PartnerKey("microsoft")
    grant(made, microsoft)
    with made.store.transaction() as uow:
        put(deals()[0], microsoft, uow, made.ports, by="cosell")
        wake(microsoft, uow, made.ports)
    made.durable.settle()

    assert sweep(made.ports, {}) == 0
    assert made.messenger.posted == []


def test_a_long_pipeline_shows_its_first_twenty_lines_and_counts_all() -> None:
    made = joint_world(grants=False)
    grant(made)
    with made.store.transaction() as uow:
        for n in range(10, 40):
            deal = a_deal(n, name=f"Deal {n}", amount=Money(Decimal(1), "USD"))
            uow.deals.save([deal])
            put(deal, AWS, uow, made.ports, by="cosell")
        wake(AWS, uow, made.ports)
    made.durable.settle()

    said = str(message(made).message)
    assert "and 14 more" in said
    assert "34 deals" in said
    assert "11,400,030" in said
    assert len(message(made).message["blocks"]) <= 50  # type: ignore[arg-type]  # a list of blocks


def test_a_deal_handed_over_comes_into_the_pipeline_with_the_portal_s_stage() -> None:
    made = handed_off()

    [line] = made.read(lambda uow: uow.spaces.open_lines(AWS))
    assert (line.deal, line.customer, line.theirs.stage) == (DEAL, "Acmeco", Stage.QUALIFIED)
    events = [each.event for each in made.read(lambda uow: uow.log.of(f"space:{AWS}"))]
    assert events.count("line.put") == 1
    assert events.count("line.moved") == 1


def test_a_deal_comes_in_once_and_one_without_an_account_by_its_id_alone() -> None:
    made = joint_world()
    bare = a_deal(9, name="Nameless", account=None)
    with made.store.transaction() as uow:
        uow.deals.save([bare])
        assert put(bare, AWS, uow, made.ports, by="cosell")
        assert not put(bare, AWS, uow, made.ports, by="cosell")

    assert [line.name for line in seen(made).lines if line.customer is None] == [
        f"Deal {line.ref}" for line in seen(made).lines if line.customer is None
    ]
    assert "Nameless" not in str(seen(made))


def test_a_partner_that_left_is_shown_nothing_more() -> None:
    made = joint_world()
    before = len(made.messenger.updates)
    others = tuple(each for each in made.ports.config.partners if each.key != AWS)
    made.use(made.ports.config.model_copy(update={"partners": others}))
    with made.store.transaction() as uow:
        wake(AWS, uow, made.ports)
    made.durable.settle()

    assert len(made.messenger.updates) == before


def test_waking_a_space_nobody_has_does_nothing() -> None:
    made = joint_world()
    with made.store.transaction() as uow:
        wake(NORTHSTAR, uow, made.ports)

    assert made.durable.waiting("show_forecast") == []


def test_a_line_whose_deal_is_unknown_is_shown_to_nobody() -> None:
    made = joint_world()
    with made.store.transaction() as uow:
        put(a_deal(77, name="Unknown"), AWS, uow, made.ports, by="cosell")

    assert len(seen(made).lines) == 4


def _turn(made: World, revoking: object) -> None:
    """Revoke at the moment the message's place is noted: after it was gathered, before it is drawn."""
    drawn = made.messenger.post

    def post(*args: object, **named: object) -> object:
        ref = drawn(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        revoking()  # type: ignore[operator]  # a function
        return ref

    made.messenger.post = post  # type: ignore[method-assign, assignment]  # this one call is interrupted


def test_a_deal_is_handed_over_once_and_a_stage_on_no_scale_is_no_figure() -> None:
    made = handed_off()
    elsewhere = replace(made.motion, partner=NORTHSTAR, partner_stage="somewhere")
    nowhere = replace(elsewhere, opportunity_id=OpportunityId("006NOWHERE"))

    with made.store.transaction() as uow:
        for motion in (elsewhere, elsewhere, nowhere):
            hand_over(motion, uow, made.ports)

    [line] = made.read(lambda uow: uow.spaces.open_lines(NORTHSTAR))
    assert (line.version, line.theirs) == (1, Figures())


def test_drawing_the_same_again_changes_nothing() -> None:
    made = joint_world()
    space = made.read(lambda uow: uow.spaces.get(AWS))
    before = len(made.events(f"space:{AWS}"))

    show_forecast(AWS, space.revision, made.ports)

    assert len(made.events(f"space:{AWS}")) == before
