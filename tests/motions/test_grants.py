"""What a grant lets cross: its fields, for its purposes, of its deals, as far as their labels go; and why not else."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motions.deals import DealContext, Money
from motions.errors import GrantRevoked, NotGranted
from motions.grant_terms import NEEDED, DealRule, GrantBlock
from motions.granting import revoke, tend
from motions.grants import Purpose, Released, guard_for, may_see, refusal_of, released, standing_grant, why_not
from motions.labels import Catalogue, CatalogueRow, Label, typed_by
from motions.model import PartnerKey, Token
from motions.policy import Configuration
from motions.records import UnitOfWork
from motions.referrals import Field
from tests.fakes.clock import MONDAY
from tests.fakes.crm import ORIGINS
from tests.fakes.grants import granted, share
from tests.fakes.world import ALEX, AWS, DEAL, JORDAN, KIM, PRIYA, World, a_deal, configuration, world

CONTEXT = DealContext(a_deal(), origins=ORIGINS)
PARTNER = configuration().partner(AWS)
fields = st.frozensets(st.sampled_from(Field))


def labelling(**labels: Label) -> Configuration:
    """The default configuration, some fields of the deal labelled otherwise."""
    rows = [row for row in configuration().fields.rows if row.path not in {f"Opportunity.{name}" for name in labels}]
    rows += [
        CatalogueRow(object="Opportunity", field=name, label=label, owner="a@b.example")
        for name, label in labels.items()
    ]
    return configuration().model_copy(update={"fields": Catalogue(rows=tuple(rows))})


def crossing(purpose: Purpose = Purpose.REFERRAL, config: Configuration | None = None, **terms: Any) -> Released:
    """What crosses of the one good deal."""
    return released(CONTEXT, PARTNER, purpose, granted(AWS, **terms), config or configuration())


@given(named=fields, purpose=st.sampled_from(Purpose))
def test_only_what_the_grant_names_and_the_purpose_needs_crosses(named: frozenset[Field], purpose: Purpose) -> None:
    found = crossing(purpose, fields=named)

    assert found.fields <= named & NEEDED[purpose]
    assert set(found.values) | set(found.typed) <= found.fields


@given(purposes=st.frozensets(st.sampled_from(Purpose)), purpose=st.sampled_from(Purpose))
def test_for_another_purpose_nothing_crosses(purposes: frozenset[Purpose], purpose: Purpose) -> None:
    assert bool(crossing(purpose, purposes=purposes).fields) is (purpose in purposes)


@given(label=st.sampled_from(Label))
def test_a_value_crosses_as_far_as_its_label_goes(label: Label) -> None:
    found = crossing(config=labelling(NextStep=label))

    assert (Field.NEXT_STEPS in found.fields) is (label in {Label.PUBLIC, Label.SHAREABLE})


def test_what_nobody_labelled_never_crosses() -> None:
    bare = configuration().model_copy(update={"fields": Catalogue()})

    for purpose in Purpose:
        assert crossing(purpose, bare).get(Field.TITLE, str) is None
        assert crossing(purpose, bare).fields <= {
            Field.USE_CASE,
            Field.SOLUTION,
            Field.DELIVERY_MODEL,
            Field.HELP_WANTED,
            Field.CONSENT,
        }


def test_without_a_grant_or_for_somebody_else_nothing_crosses() -> None:
    config = configuration()

    assert released(CONTEXT, PARTNER, Purpose.REFERRAL, None, config).fields == frozenset()
    of_another = granted(PartnerKey("northstar"))
    assert released(CONTEXT, PARTNER, Purpose.REFERRAL, of_another, config).fields == frozenset()
    west = granted(AWS, deals=DealRule(regions=("West",)))
    assert released(CONTEXT, PARTNER, Purpose.REFERRAL, west, config).fields == frozenset()


def test_what_a_person_typed_crosses_only_where_the_grant_names_the_field() -> None:
    typed = {Field.PROBLEM: typed_by("Priya", "Trucks"), Field.TITLE: typed_by("Priya", "Rollout")}
    grant = granted(AWS, fields=frozenset({Field.PROBLEM}))

    found = released(CONTEXT, PARTNER, Purpose.REFERRAL, grant, configuration(), typed=typed)

    assert found.typed == {Field.PROBLEM: typed_by("Priya", "Trucks")}
    assert found.origins == {"problem": "typed by Priya"}


def test_a_value_that_stays_home_reads_as_none() -> None:
    found = crossing(fields=frozenset({Field.TITLE}))

    assert (found.get(Field.TITLE, str), found.get(Field.CUSTOMER, str)) == ("Acmeco GTX rollout", None)
    assert found.get(Field.TITLE, Money) is None


def test_a_product_that_stays_home_does_not_choose_our_constants() -> None:
    rows = configuration().referral_defaults
    special = rows[0].model_copy(update={"product": "GTX Plus Pro", "use_case": "Database"})
    config = configuration().model_copy(update={"referral_defaults": (*rows, special)})

    known, hidden = crossing(config=config), crossing(config=config, fields=frozenset({Field.USE_CASE}))

    assert known.get(Field.USE_CASE, str) == "Database"
    assert hidden.get(Field.USE_CASE, str) == rows[0].use_case


def test_without_constants_of_ours_none_cross() -> None:
    config = configuration().model_copy(update={"referral_defaults": ()})

    assert crossing(config=config).get(Field.USE_CASE, str) is None


@pytest.mark.parametrize(
    ("rule", "covers"),
    [
        ({"everything": True}, True),
        ({"regions": ("Central",)}, True),
        ({"regions": ("West", "East")}, False),
        ({"products": ("GTX Plus Pro",)}, True),
        ({"products": ("GTK 500",)}, False),
        ({"opportunities": (DEAL,)}, True),
        ({"opportunities": ("006000000000002AAA",)}, False),
        ({"minimum_amount": Decimal(54000)}, True),
        ({"minimum_amount": Decimal("54000.01")}, False),
        ({"regions": ("Central",), "products": ("GTK 500",)}, False),
    ],
)
def test_a_rule_covers_the_deals_that_meet_all_of_it(rule: dict[str, Any], covers: bool) -> None:
    assert DealRule(**rule).covers(a_deal()) is covers


def test_what_is_not_known_of_a_deal_does_not_make_it_one() -> None:
    bare = a_deal(owner=None, amount=None, product=None)

    assert not DealRule(regions=("Central",)).covers(bare)
    assert not DealRule(minimum_amount=Decimal(1)).covers(bare)
    assert not DealRule(products=("GTX Plus Pro",)).covers(bare)


@pytest.mark.parametrize("said", [{}, {"everything": True, "regions": ["West"]}])
def test_a_rule_says_all_or_which(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="say `all`, or name"):
        DealRule.model_validate(said)


@pytest.mark.parametrize("ends", [{}, {"for": "P30D", "until": "2027-01-01"}])
def test_a_grant_ends(ends: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a grant ends"):
        GrantBlock.model_validate({"purposes": ["referral"], "fields": ["title"], "deals": "all", **ends})


def test_a_block_says_until_when() -> None:
    until = GrantBlock.model_validate(
        {"purposes": ["handoff"], "fields": ["title"], "deals": "all", "until": MONDAY.date()}
    )
    lasting = GrantBlock.model_validate({"purposes": ["handoff"], "fields": ["title"], "deals": "all", "for": "P30D"})

    assert until.terms(MONDAY.date()).until == MONDAY.date()
    assert lasting.terms(MONDAY.date()).until == MONDAY.date() + timedelta(days=30)


def look(made: World, purpose: Purpose = Purpose.REFERRAL, **changes: Any) -> object:
    """The id of the grant that stands for the deal, or why none does."""

    def ask(uow: UnitOfWork) -> object:
        deal = replace(a_deal(), **changes)
        found = standing_grant(AWS, deal, purpose, uow, made.clock.now())
        return found.id if found else refusal_of(PARTNER, deal, purpose, uow, made.clock.now())

    return made.read(ask)


def test_the_newest_grant_that_fits_stands() -> None:
    made = world(shares=False)
    share(made.ports, ALEX)
    share(made.ports, ALEX, deals=DealRule(regions=("West",)))

    assert look(made) == "aws.1"

    share(made.ports, ALEX)
    assert look(made) == "aws.3"


def said_of(made: World, purpose: Purpose = Purpose.REFERRAL, **changes: Any) -> tuple[str, str]:
    """Code and reason of a refusal."""
    found = look(made, purpose, **changes)
    return (found.code, found.reason)  # type: ignore[attr-defined]  # the test expects a refusal


def test_a_refusal_says_what_is_missing_and_what_to_do() -> None:
    made = world(shares=False)
    assert said_of(made) == ("no-grant", "Nobody has proposed to AWS what may be shared.")
    assert "`/cosell share aws` proposes it." in made.read(
        lambda uow: why_not(PARTNER, a_deal(), Purpose.REFERRAL, uow, made.clock.now())
    )

    tend(made.ports)

    assert said_of(made)[1].startswith("AWS has not agreed yet to what is shared")


def test_a_refusal_tells_another_deal_from_another_purpose_and_both_from_an_end() -> None:
    made = world(shares=False)
    share(made.ports, ALEX, deals=DealRule(regions=("West",)), purposes=frozenset({Purpose.REFERRAL}))

    assert said_of(made) == ("no-grant", "What AWS agreed to share does not cover this deal.")
    assert said_of(made, Purpose.FORECAST) == ("no-grant", "What AWS agreed to share does not cover the forecast.")

    revoke(Token("aws.1"), ALEX, made.ports)
    code, reason = said_of(made)
    assert (code, "was revoked by Alex Moreno" in reason) == ("grant-revoked", True)


def test_a_grant_past_its_last_day_does_not_stand() -> None:
    made = world(shares=False)
    share(made.ports, ALEX, until=made.clock.now().date())
    assert look(made) == "aws.1"

    made.clock.advance(timedelta(days=1))

    code, reason = said_of(made)
    assert (code, "ended on" in reason) == ("grant-revoked", True)


def test_a_guard_lets_out_what_stands_and_names_the_grant() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    guard = guard_for(AWS, DEAL, Purpose.REFERRAL, {"title": "Opportunity.Name"}, made.ports)

    assert made.read(guard) == "aws.1"


def test_a_guard_holds_what_is_known_of_no_deal() -> None:
    made = world()

    with pytest.raises(NotGranted):
        made.read(guard_for(AWS, a_deal(9).id, Purpose.REFERRAL, {}, made.ports))


@pytest.mark.parametrize(
    ("origins", "config"),
    [
        ({"seller": "User.Name"}, configuration()),  # no purpose of a referral
        ({"title": ""}, configuration()),
        ({"title": "Opportunity.Name"}, labelling(Name=Label.INTERNAL)),
        ({"next_steps": "typed by Priya", "title": "Opportunity.Gone__c"}, configuration()),
    ],
    ids=["not granted", "from nowhere", "label changed", "not labelled"],
)
def test_a_guard_holds_what_is_no_longer_covered(origins: dict[str, str], config: Configuration) -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    made.use(config)

    with pytest.raises(GrantRevoked, match="may no longer be shared with AWS"):
        made.read(guard_for(AWS, DEAL, Purpose.REFERRAL, origins, made.ports))


def test_a_grant_that_names_people_is_for_them() -> None:
    everybody, one = granted(AWS), granted(AWS, people=(ALEX.user_id,))

    assert [may_see(everybody, each) for each in (ALEX, JORDAN, KIM, PRIYA)] == [True, True, False, False]
    assert [may_see(one, each) for each in (ALEX, JORDAN)] == [True, False]
