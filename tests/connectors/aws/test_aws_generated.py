"""Generated deals: every valid one is filed without a bounce, and of the invalid ones nothing is sent.

A hundred of each here; a thousand with `--hypothesis-profile=thousand`.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from connectors.aws.update_rules import leaves
from motions.referrals import Referral, Review
from tests.connectors.aws.aws_world import TODAY, Emulator
from tests.connectors.aws.generated import DEALS, MUTATIONS

# A failing deal is told as it is: to shrink one takes hundreds of filings.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
_PATIENT = settings(deadline=None, phases=_PHASES)
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def afresh(running: Emulator) -> Emulator:
    """One portal for all of them; each deal has an id of its own."""
    running.start_afresh()
    return running


@pytest.fixture(scope="module")
def untouched(running: Emulator) -> Iterator[Emulator]:
    """A portal in which, when all is done, nothing was filed."""
    running.start_afresh()
    yield running
    assert running.calls("CreateOpportunity") == []


@_PATIENT
@given(deal=DEALS)
def test_every_valid_deal_is_filed_without_a_bounce(afresh: Emulator, deal: Referral) -> None:
    deal = replace(deal, crm_id=f"006{next(_NUMBERS):015}")
    portal = afresh.portal()
    draft = portal.draft(deal, TODAY)
    assert draft.problems == ()

    ids: dict[str, str] = {}
    for step in portal.saga(draft.payload, deal.crm_id):
        ids[step.name] = step.send(ids)

    assert portal.status(ids["create"]).review is Review.PENDING
    create = draft.payload["create"]
    assert isinstance(create, dict)
    assert leaves(create).items() <= leaves(afresh.held(ids["create"])).items()


@_PATIENT
@given(deal=DEALS, name=st.sampled_from(sorted(MUTATIONS)))
def test_of_an_invalid_deal_nothing_is_sent(untouched: Emulator, deal: Referral, name: str) -> None:
    field, mutated = MUTATIONS[name]
    portal = untouched.portal()

    draft = portal.draft(mutated(deal), TODAY)
    if draft.is_ready:
        portal.saga(draft.payload, "sent all the same")[0].send({})

    assert field in {problem.field for problem in draft.problems}
