"""Whatever a CRM holds: a draft is JSON, names each problem once, and fits the service model when it names none."""

import json
from dataclasses import replace

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.aws.mapping import create_request, submit_request
from connectors.aws.validation import faults
from motions.referrals import Field, Referral
from tests.connectors.aws.drafting import GOOD_ANSWERS, REFERRALS, payload, problems

MODEL = ServiceModel(Loader().load_service_model("partnercentral-selling", "service-2"))


@settings(max_examples=150)
@given(REFERRALS)
def test_whatever_the_crm_holds_a_draft_is_json_and_names_each_problem_once(referral: Referral) -> None:
    json.dumps(payload(referral), ensure_ascii=False).encode()
    found = [problem.field for problem in problems(referral) if problem.field]

    assert len(found) == len(set(found))


@settings(max_examples=150)
@given(REFERRALS, st.sets(st.sampled_from(sorted(Field)), max_size=3))
def test_a_draft_without_problems_fits_the_service_model(referral: Referral, as_it_came: set[Field]) -> None:
    # Good answers to all but a few fields, or hardly any of these would be without problems.
    answers = {field: answer for field, answer in GOOD_ANSWERS.items() if field not in as_it_came}
    referral = replace(referral, answers=answers)
    filed = payload(referral)

    if not problems(referral):
        for operation, request in (
            ("CreateOpportunity", create_request(filed) | {"ClientToken": "t"}),
            ("StartEngagementFromOpportunityTask", submit_request(filed, "O1") | {"ClientToken": "t"}),
        ):
            assert faults(operation, request) == ()
            shape = MODEL.operation_model(operation).input_shape
            assert shape is not None
            assert not ParamValidator().validate(request, shape).has_errors()
