"""What a partner's sheet changes: scores into the CRM's own field row by row, decisions to where a person files."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from motions.deals import Account, CosellFields, OpportunityId
from motions.errors import NotVisible, Rejected, Unavailable, UserMistake
from motions.importing import FORBIDDEN, KEPT, REFUSED, SAME, STALE, Change, Preview, carry_out, preview, take
from motions.imports import Decision, ImportItem, ItemKind
from motions.partner_sheets import Reading, SheetColumn, SheetRow
from motions.policy import ActionKind, Autonomy
from motions.ports import Clock
from motions.recording import record
from motions.referrals import Review
from motions.sheet_drops import SharedFile
from tests.fakes.portal import FakePortal
from tests.fakes.store_sheets import FakeSheets
from tests.fakes.world import AWS, DEAL, PRIYA, World, world
from tests.motions.stages import in_review

OTHER = OpportunityId("006000000000002AAA")
A, B = "a" * 64, "b" * 64


def row(number: int, **values: str) -> SheetRow:
    return SheetRow(number, {SheetColumn(name): value for name, value in values.items()})


def sheet(*rows: SheetRow) -> Reading:
    return Reading("P2B", (), rows, ())


def scored(score: str = "81", on: str | None = None, number: int = 2) -> Reading:
    return sheet(row(number, crm_id=DEAL, score=score, **({"scored_on": on} if on else {})))


def look(made: World, reading: Reading, sha: str = A) -> Preview:
    partner = made.ports.config.partner(AWS)
    found: Preview = made.read(lambda uow: preview(reading, sha, partner, uow, made.ports))
    return found


def bring_in(made: World, reading: Reading, sha: str = A) -> int:
    with made.ports.store.transaction() as uow:
        return take(reading, sha, "p2b.xlsx", made.ports.config.partner(AWS), uow, made.ports, by=PRIYA.name)


def items(made: World, sha: str = A) -> list[ImportItem]:
    return list(made.read(lambda uow: uow.sheets.items(f"{AWS}:{sha[:16]}")))


def with_deals(**others: str) -> World:
    made = world()
    deal = made.org.get(DEAL)
    more = [replace(deal, id=OpportunityId(deal_id), name=name) for name, deal_id in others.items()]
    with made.ports.store.transaction() as uow:
        uow.deals.save([deal, *more])
    made.org.put(more)
    return made


def only(found: Preview) -> Change:
    [change] = found.changes
    return change


def forbid_writing(made: World) -> None:
    table = made.ports.config.policy.model_dump()["autonomy"]
    made.configure(autonomy={**table, ActionKind.CRM_WRITE: {"high": Autonomy.FORBID}})


def test_what_policy_forbids_to_write_is_not_imported_at_the_terminal_either() -> None:
    made = with_deals()
    forbid_writing(made)

    with pytest.raises(UserMistake, match="Policy forbids"):
        bring_in(made, scored("81"))

    assert items(made) == []


def test_what_policy_forbids_by_the_time_it_would_be_written_is_refused() -> None:
    made = with_deals()
    bring_in(made, scored("81"))
    forbid_writing(made)

    carry_out(made.ports)

    [item] = items(made)
    assert (made.org.get(DEAL).cosell.score, item.outcome) == (None, f"{REFUSED}: {FORBIDDEN}")
    made.configure()
    assert only(look(made, scored("81"), B)).is_new


def test_an_import_that_somebody_else_keeps_at_the_same_moment_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_deals()
    bring_in(made, scored("81"))
    monkeypatch.setattr(FakeSheets, "imported", lambda *_: None)

    with pytest.raises(UserMistake, match="a moment ago"):
        bring_in(made, scored("81"))


def test_a_score_is_written_to_our_own_field_of_the_crm() -> None:
    made = with_deals()

    taken = bring_in(made, scored("81"))
    done = carry_out(made.ports)

    assert (taken, done) == (1, 1)
    assert made.org.get(DEAL).cosell.score == "81"
    assert [item.outcome for item in items(made)] == ["written"]
    assert carry_out(made.ports) == 0


@pytest.mark.parametrize(
    "named",
    [
        {"crm_id": DEAL},
        {"crm_id": DEAL[:15]},
        {"title": "ACMECO GTX rollout"},
        {"customer": "Acmeco"},
        {"title": "Acmeco GTX rollout", "customer": "acmeco"},
    ],
)
def test_a_row_is_about_the_deal_it_names(named: dict[str, str]) -> None:
    made = with_deals()

    change = only(look(made, sheet(row(2, score="50", **named))))

    assert change.deal is not None
    assert (change.deal.id, change.is_new) == (DEAL, True)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ({"crm_id": "006000000000009AAA", "customer": "Acmeco"}, "no deal of ours"),
        ({"title": "Acmeco GTX"}, "no deal of ours"),
        ({"title": "Acmeco GTX rollout", "customer": "Borealis"}, "no deal of ours"),
        ({"reference": "O77"}, "no deal of ours"),
    ],
)
def test_a_row_about_no_deal_of_ours_is_not_taken(named: dict[str, str], why: str) -> None:
    change = only(look(with_deals(), sheet(row(2, score="50", **named))))

    assert why in str(change.problem)
    assert not change.is_new


def test_a_row_with_the_reference_of_one_deal_and_the_id_of_another_is_about_neither() -> None:
    made = in_review()
    with made.ports.store.transaction() as uow:
        uow.deals.save([replace(made.org.get(DEAL), id=OTHER, name="Borealis rollout")])
    referral = str(made.motion.referral_id)

    apart = only(look(made, sheet(row(2, crm_id=OTHER, reference=referral, score="50", status="rejected"))))
    fitting = [
        only(look(made, sheet(row(2, crm_id=named, reference=referral, status="rejected"))))
        for named in (DEAL, DEAL[:15], "an id of theirs")
    ]

    assert f"the reference of {made.motion.deal_name} beside the id of another deal" in str(apart.problem)
    assert [(change.deal.id, change.problem) for change in fitting if change.deal] == [(DEAL, None)] * 3


def test_a_customer_with_two_deals_names_neither() -> None:
    made = with_deals(another=OTHER)

    assert only(look(made, sheet(row(2, customer="Acmeco", score="50")))).deal is None


def test_of_many_deals_of_one_name_a_customers_only_one_is_meant_and_of_two_neither() -> None:
    made = with_deals()
    deal = made.org.get(DEAL)
    assert deal.account is not None
    others = [
        replace(
            deal,
            id=OpportunityId(f"0060000000000{n:02}AAA"),
            name="Renewal",
            account=replace(deal.account, name="Acmeco" if n in {20, 40} else f"Customer {n}"),
            modified_at=deal.modified_at + timedelta(hours=n),
        )
        for n in range(10, 50)
    ]
    with made.ports.store.transaction() as uow:
        uow.deals.save(others)

    two = only(look(made, sheet(row(2, title="Renewal", customer="Acmeco", score="50"))))
    one = only(look(made, sheet(row(2, title="Renewal", customer="Customer 11", score="50"))))

    assert two.deal is None
    assert one.deal is not None
    assert one.deal.id == others[1].id


def test_among_more_namesakes_than_are_looked_at_nobody_is_meant() -> None:
    made = with_deals()
    others = [
        replace(made.org.get(DEAL), id=OpportunityId(f"006000000000{n:03}AAA"), name="Renewal") for n in range(100, 160)
    ]
    last = replace(others[-1], account=Account(id="1", name="Borealis"), modified_at=made.clock.now())
    with made.ports.store.transaction() as uow:
        uow.deals.save([*others[:-1], last])

    assert only(look(made, sheet(row(2, title="Renewal", customer="Borealis", score="50")))).deal is None


def test_a_closed_deal_gets_no_score() -> None:
    made = with_deals()
    closed = replace(made.org.get(DEAL), is_closed=True)
    with made.ports.store.transaction() as uow:
        uow.deals.save([closed])

    assert "closed" in str(only(look(made, scored())).problem)


def test_a_row_that_says_nothing_of_a_deal_is_not_taken() -> None:
    assert "neither a score nor a status" in str(only(look(with_deals(), sheet(row(2, crm_id=DEAL)))).problem)


def test_a_stale_score_is_flagged_and_not_written() -> None:
    made = with_deals()
    today = made.clock.now().date()
    oldest = today - made.ports.config.policy.score_fresh_for

    fresh = only(look(made, scored(on=oldest.isoformat())))
    stale = scored(on=(oldest - timedelta(days=1)).isoformat())
    taken = bring_in(made, stale)

    assert not fresh.is_stale
    assert only(look(made, stale, B)).is_stale
    assert (taken, [item.outcome for item in items(made)]) == (0, [STALE])


def test_a_score_of_tomorrow_is_a_mistake() -> None:
    made = with_deals()
    tomorrow: date = made.clock.now().date() + timedelta(days=1)

    assert "yet to come" in str(only(look(made, scored(on=tomorrow.isoformat()))).problem)


def test_the_same_file_twice_changes_nothing() -> None:
    made = with_deals()
    bring_in(made, scored())
    carry_out(made.ports)

    with pytest.raises(UserMistake, match="was imported"):
        bring_in(made, scored())

    again = look(made, scored())
    assert again.imported is not None
    assert again.wanted == ()


def test_a_corrected_file_shows_what_it_changes_and_what_it_leaves_out() -> None:
    made = with_deals(another=OTHER)
    bring_in(made, sheet(row(2, crm_id=DEAL, score="81"), row(3, crm_id=OTHER, score="40")))

    same, less = look(made, scored("81"), B), look(made, scored("79"), B)

    assert (same.wanted, [item.opportunity_id for item in same.gone]) == ((), [OTHER])
    assert [(change.known, change.after) for change in less.wanted] == [("81", "79")]


def test_what_is_known_already_is_not_written_again() -> None:
    made = with_deals()
    bring_in(made, scored("81"))
    carry_out(made.ports)

    taken = bring_in(made, sheet(row(5, crm_id=DEAL, score="81")), B)

    assert (taken, [item.outcome for item in items(made, B)]) == (0, [SAME])


def test_a_persons_score_stays() -> None:
    made = with_deals()
    made.org.edit_cosell(DEAL, score="12")
    bring_in(made, scored("81"))

    carry_out(made.ports)

    assert made.org.get(DEAL).cosell.score == "12"
    assert [item.outcome for item in items(made)] == [KEPT]


def test_an_outage_lets_the_rest_wait_and_nothing_is_written_twice() -> None:
    made = with_deals()
    bring_in(made, scored("81"))
    made.org.fail(Unavailable("CRM", "down"), times=1)

    with pytest.raises(Unavailable):
        carry_out(made.ports)
    waiting = items(made)
    carry_out(made.ports)

    assert [item.outcome for item in waiting] == [None]
    assert made.org.get(DEAL).cosell.score == "81"


def test_a_row_the_crm_refuses_does_not_hold_up_the_next() -> None:
    made = with_deals(another=OTHER)
    bring_in(made, sheet(row(2, crm_id=DEAL, score="81"), row(3, crm_id=OTHER, score="40")))
    made.org.fail(Rejected("CRM", "the field is read-only"), times=1)

    carry_out(made.ports)

    first, second = items(made)
    assert "read-only" in str(first.outcome)
    assert (second.outcome, made.org.get(OTHER).cosell.score) == ("written", "40")


def test_while_everything_is_stopped_nothing_is_written() -> None:
    made = world(kill_switch=True)
    with made.ports.store.transaction() as uow:
        uow.deals.save([made.org.get(DEAL)])
    bring_in(made, scored())

    assert carry_out(made.ports) == 0
    assert [item.outcome for item in items(made)] == [None]


def test_a_motion_does_not_write_its_own_reckoning_over_the_partners_score() -> None:
    made = in_review()
    reckoned = made.org.get(DEAL).cosell.score
    bring_in(made, scored("81"))
    carry_out(made.ports)

    record(made.motion, "later", CosellFields(status="In review"), made.ports)

    assert reckoned not in {None, "81"}
    assert made.org.get(DEAL).cosell.score == "81"


def test_of_two_imports_the_later_score_stands() -> None:
    made = with_deals()
    bring_in(made, scored("81"))
    carry_out(made.ports)
    bring_in(made, scored("64"), B)

    carry_out(made.ports)

    assert made.org.get(DEAL).cosell.score == "64"


class ByHand(FakePortal):
    """A portal whose news a person brings."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.told: list[tuple[str, Decision]] = []

    def workbook(self, pack: str) -> SharedFile:
        raise AssertionError(f"nobody asks for the file of {pack}: it was decided")

    def filed(self, referral_id: str, reference: str) -> None:
        raise AssertionError(f"nobody filed {referral_id} as {reference}: it was decided")

    def decided(self, crm_id: str, decision: Decision) -> str:
        if decision.comment == "of nobody":
            raise NotVisible("sheet", "nothing was packed for this deal")
        if decision.comment == "of another":
            raise UserMistake("DR-1 is the reference of Borealis already.")
        self.told.append((crm_id, decision))
        return "PACK-1"


def decided(**more: str) -> Reading:
    return sheet(row(4, crm_id=DEAL, status="accepted", partner_contact="Kim Ode", **more))


def by_hand(made: World) -> tuple[World, ByHand]:
    portal = ByHand(made.clock)
    return replace_portal(made, portal), portal


def replace_portal(made: World, portal: ByHand) -> World:
    made.ports = replace(made.ports, portals={"aws": portal})
    return made


def test_a_decision_goes_to_the_portal_that_a_person_files_at() -> None:
    made, portal = by_hand(in_review())

    change = only(look(made, decided()))
    bring_in(made, decided())
    carry_out(made.ports)

    assert (change.before, change.after) == ("in review", "accepted")
    assert portal.told == [(DEAL, Decision(Review.ACCEPTED, contact="Kim Ode"))]
    assert [item.outcome for item in items(made)] == ["told as PACK-1"]


def test_a_row_may_name_its_deal_by_the_partners_reference() -> None:
    made, _ = by_hand(in_review())
    referral = made.motion.referral_id
    assert referral is not None

    change = only(look(made, sheet(row(4, reference=referral, status="rejected"))))

    assert change.deal is not None
    assert (change.deal.id, change.values["reference"]) == (DEAL, referral)


def test_a_decision_of_what_nobody_filed_is_refused_where_it_stands() -> None:
    made, portal = by_hand(in_review())
    bring_in(made, decided(comment="of nobody"))

    carry_out(made.ports)

    assert portal.told == []
    assert "nothing was packed" in str(items(made)[0].outcome)


def test_a_reference_that_cannot_be_this_deals_holds_up_no_other_row() -> None:
    made, portal = by_hand(in_review())
    bring_in(made, decided(comment="of another"))

    carry_out(made.ports)

    assert portal.told == []
    assert items(made)[0].outcome == "refused: DR-1 is the reference of Borealis already."


def test_a_portal_that_tells_itself_is_told_nothing_by_sheets() -> None:
    made = in_review()
    bring_in(made, decided())

    carry_out(made.ports)

    assert "tells its decisions itself" in str(items(made)[0].outcome)


def test_a_decision_about_a_deal_that_is_not_in_review_is_not_taken() -> None:
    change = only(look(with_deals(), decided()))

    assert (change.kind, "not in review" in str(change.problem)) == (ItemKind.STATUS, True)


def test_a_partner_that_is_gone_from_the_configuration_holds_up_nobody() -> None:
    made, _ = by_hand(in_review())
    bring_in(made, decided())
    made.use(made.ports.config.model_copy(update={"partners": ()}))

    carry_out(made.ports)

    assert str(items(made)[0].outcome).startswith("refused")


def test_a_score_that_was_too_old_is_written_once_it_is_told_again_and_fresh() -> None:
    made = with_deals()
    bring_in(made, scored("81", on="2020-01-01"))

    taken = bring_in(made, scored("81"), B)
    carry_out(made.ports)

    assert taken == 1
    assert made.org.get(DEAL).cosell.score == "81"


def test_what_the_crm_refused_is_tried_again_by_the_next_sheet() -> None:
    made = with_deals()
    bring_in(made, scored("81"))
    made.org.fail(Rejected("CRM", "the field is read-only"), times=1)
    carry_out(made.ports)

    taken = bring_in(made, scored("81"), B)
    carry_out(made.ports)

    assert taken == 1
    assert made.org.get(DEAL).cosell.score == "81"


def test_what_a_person_overruled_is_no_news_when_the_partner_repeats_it() -> None:
    made = with_deals()
    made.org.edit_cosell(DEAL, score="12")
    bring_in(made, scored("81"))
    carry_out(made.ports)

    assert look(made, scored("81"), B).wanted == ()
