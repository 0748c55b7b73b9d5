"""A regular job that cannot reach the outside: the operator's to see while it lasts, and nobody's once it works."""

import pytest

from motions.errors import AuthExpired, ConnectorError, Rejected, Unavailable
from motions.outages import end_outage, show_outage
from tests.fakes.world import DANA, world


def test_a_hiccup_of_a_job_is_not_shown_and_an_outage_is_shown_once() -> None:
    made = world()
    shown = []
    for failures in range(1, 6):
        show_outage("crm.poll", Unavailable("Salesforce", "is down"), failures, made.ports)
        shown.append(made.problems("job:crm.poll"))

    assert shown == [[], [], ["job-failing"], ["job-failing"], ["job-failing"]]
    [item] = made.read(lambda uow: uow.exceptions.of("job:crm.poll"))
    assert (item.owner, item.opportunity_id) == (DANA.email, None)
    assert "Salesforce: is down" in item.reason
    assert "nothing yet" in item.next_act


@pytest.mark.parametrize("error", [AuthExpired("AWS", "key revoked"), Rejected("AWS", "no such catalog")])
def test_what_only_a_person_can_mend_is_shown_at_the_first_failure(error: ConnectorError) -> None:
    made = world()

    show_outage("portal.aws", error, 1, made.ports)

    assert made.problems() == ["job-failing"]


def test_a_job_that_works_again_clears_its_own_exception_only() -> None:
    made = world()
    show_outage("crm.poll", AuthExpired("Salesforce", "x"), 1, made.ports)
    show_outage("portal.aws", AuthExpired("AWS", "x"), 1, made.ports)

    end_outage("crm.poll", made.ports)

    assert made.problems("job:crm.poll") == []
    assert made.problems("job:portal.aws") == ["job-failing"]
