"""The facts of a deal, each with the record it was read from, and the part of them one partner may see."""

from dataclasses import replace
from datetime import date

import pytest

from motions.briefing import facts_of, handoff_facts, missing_of, shown_of
from motions.deals import Account, Activity, Contact, DealContext, Opportunity
from motions.grants import Purpose, released
from motions.referrals import Field, FormField, InputKind
from tests.fakes.crm import ORIGINS
from tests.fakes.grants import granted
from tests.fakes.world import AWS, DEAL, a_deal, configuration
from tests.motions.stages import awaiting

TODAY = date(2026, 11, 23)
PARTNER = configuration().partner(AWS)
BARE = replace(
    a_deal(account=None, amount=None, close_date=None, owner=None, kind=None),
    product=None,
    next_step=None,
    description=None,
)


def facts(deal: Opportunity, *, contacts: int = 0, activities: tuple[Activity, ...] = ()) -> dict[str, tuple[str, str]]:
    """What is known of a deal: id -> label and value."""
    people = tuple(Contact(f"003{n}", f"Person {n}") for n in range(contacts))
    context = DealContext(deal, people, activities)
    found = facts_of(context, awaiting().motion, PARTNER, TODAY).facts
    return {fact.id: (fact.label, fact.value) for fact in found}


def test_every_fact_names_the_record_and_version_it_was_read_from() -> None:
    made = awaiting()
    context = made.ports.crm.context(DEAL)

    found = facts_of(context, made.motion, PARTNER, TODAY)

    sources = {fact.id: fact.source for fact in found.facts}
    assert sources["amount"] == f"Opportunity {DEAL} @ {context.deal.modified_at.isoformat()}"
    assert (sources["industry"], sources["contact.1"]) == ("Account 001A", "Contact 003A")
    assert len(sources) == len(found.facts)
    assert found.reasons == tuple(reason.text for reason in made.motion.reasons)


def test_a_full_deal_says_everything() -> None:
    known = facts(a_deal())

    assert known["amount"] == ("Amount", "USD 54,000.00")
    assert known["employees"] == ("Employees", "2,000")
    assert set(known) >= {"deal", "stage", "close_date", "seller", "product", "kind", "next_step", "problem", "account"}
    assert set(known) >= {"industry", "country", "city", "website"}


def test_an_empty_deal_says_its_name_and_stage() -> None:
    assert set(facts(BARE)) == {"deal", "stage"}
    assert set(facts(replace(BARE, account=Account("001", "Bare")))) == {"deal", "stage", "account"}


def test_three_people_and_three_activities_are_enough() -> None:
    activities = tuple(Activity(f"00T{n}", "task", f"Call {n}") for n in range(5))

    known = facts(BARE, contacts=5, activities=activities)

    assert [name for name in known if "." in name] == [
        *(f"contact.{n}" for n in (1, 2, 3)),
        *(f"activity.{n}" for n in (1, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("on", "label", "value"),
    [
        (date(2026, 11, 23), "Last activity", "Call on 2026-11-23"),
        (date(2026, 11, 24), "Planned", "Call on 2026-11-24"),
        (None, "Last activity", "Call"),
    ],
)
def test_what_is_planned_is_not_told_as_done(on: date | None, label: str, value: str) -> None:
    assert facts(BARE, activities=(Activity("00T", "task", "Call", on),))["activity.1"] == (label, value)


def test_a_contact_is_told_with_title_and_role_as_far_as_known() -> None:
    people = (Contact("1", "Sue Park", "CIO", role="Decision maker"), Contact("2", "Bo Li"))

    found = facts_of(DealContext(BARE, people), awaiting().motion, PARTNER, TODAY).facts

    assert [(f.label, f.value) for f in found if f.id.startswith("contact")] == [
        ("Decision maker", "Sue Park, CIO"),
        ("Contact", "Bo Li"),
    ]


def test_what_a_good_brief_would_want_is_named_when_it_is_not_there() -> None:
    everything = ("amount", "close date", "contacts", "recent activity", "business problem", "website")

    assert missing_of(DealContext(BARE, unreadable=("Contact",))) == (*everything, "Contact")
    assert missing_of(DealContext(a_deal())) == ("contacts", "recent activity")


def test_the_words_for_the_partner_are_made_of_what_was_released_alone() -> None:
    made = awaiting()
    grant = granted(AWS, fields=frozenset({Field.CUSTOMER, Field.MONTHLY_SPEND}))
    context = DealContext(a_deal(), origins=ORIGINS)
    form = tuple(FormField(each, each.value, f"the {each.value}", InputKind.TEXT) for each in Field)

    free = released(context, PARTNER, Purpose.HANDOFF, grant, made.ports.config)
    told = handoff_facts(form, free, "Darcel", "Call", "2026-11-26")

    assert [(fact.id, fact.value, fact.source) for fact in told.facts] == [
        ("customer", "the customer", "referral for AWS")
    ]


def test_an_empty_line_is_not_shown_to_the_partner() -> None:
    free = released(DealContext(a_deal(), origins=ORIGINS), PARTNER, Purpose.HANDOFF, granted(AWS), configuration())

    assert shown_of((FormField(Field.CUSTOMER, "Customer", None, InputKind.TEXT),), free) == ()
