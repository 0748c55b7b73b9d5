"""Whatever a CRM holds: what has no problem is taken by the emulator, what would bounce is stopped before."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.microsoft import MicrosoftPortal
from motions.referrals import Field, Referral
from tests.connectors.microsoft.drafting import SPOILT, payload, problems, valid_deals
from tests.connectors.microsoft.microsoft_world import TODAY, Emulator

SPOILING = st.sampled_from([(field, said) for field, all_said in SPOILT.items() for said in all_said])


@pytest.fixture(scope="module")
def portal(running: Emulator, tmp_path_factory: pytest.TempPathFactory) -> MicrosoftPortal:
    running.start_afresh()
    return running.portal(tmp_path_factory.mktemp("sign-in"))


@settings(max_examples=300)
@given(deal=valid_deals())
def test_a_valid_deal_is_filed_without_a_bounce(running: Emulator, portal: MicrosoftPortal, deal: Referral) -> None:
    running.forget_referrals()
    draft = portal.draft(deal, TODAY)
    ids: dict[str, str] = {}

    assert draft.problems == ()
    for step in portal.saga(draft.payload, "m1:file"):
        ids[step.name] = step.send(ids)

    assert [each["crm_id"] for each in running.filed()] == [deal.crm_id]
    assert len(running.filed("microsoft")) == ("invite" in draft.payload)


@settings(max_examples=300)
@given(deal=valid_deals(), spoilt=SPOILING)
def test_a_spoilt_deal_is_stopped_with_the_field_that_is_wrong(deal: Referral, spoilt: tuple[Field, str]) -> None:
    field, said = spoilt
    cosell = replace(deal, help_wanted=("Co-Sell - Deal Support",), answers={field: said})

    found = problems(cosell)

    assert field in {problem.field for problem in found}
    assert all(problem.message and problem.fix for problem in found)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(Field), st.text(max_size=40), max_size=6), valid_deals())
def test_whatever_people_type_a_draft_is_plain_json_and_names_each_problem_once(
    answers: dict[Field, str], deal: Referral
) -> None:
    typed = replace(deal, answers=answers)
    found = [problem.field for problem in problems(typed) if problem.field]

    assert json.loads(json.dumps(payload(typed), ensure_ascii=False).encode()) == payload(typed)
    assert len(found) == len(set(found))
