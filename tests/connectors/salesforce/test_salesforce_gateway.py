"""What hurts in production with the vendor's client, and the gateway's cure for each."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.http import Timeout
from connectors.salesforce.client import SalesforceGateway
from connectors.salesforce.wire import Budget
from motions.errors import AuthExpired, NotVisible, OutcomeUnknown, Rejected, Unavailable
from tests.connectors.salesforce.scripted_org import DATE, Scripted, ScriptedOrg, scripted_org
from tests.fakes.emulated_org import EmulatedOrg, Hands, running_org

ONE_DEAL = "SELECT Id FROM Opportunity ORDER BY Id LIMIT 1"
TASK = {"Subject": "Accepted by AWS", "Status": "Completed"}


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatedOrg]:
    with running_org(deals=20) as org:
        yield org


@pytest.fixture
def org(running: EmulatedOrg) -> EmulatedOrg:
    running.reset()
    return running


@pytest.fixture
def scripted() -> Iterator[ScriptedOrg]:
    with scripted_org() as org:
        yield org


@pytest.fixture
def slow_org() -> Iterator[EmulatedOrg]:
    """An org of its own: what a test gives up waiting for is still being answered when the next one starts."""
    with running_org(deals=5) as org:
        yield org


def some_deal(org: EmulatedOrg) -> str:
    return org.deal_ids("IsClosed = false AND AccountId != null")[0]


def test_a_silent_server_is_not_waited_for_for_ever(slow_org: EmulatedOrg) -> None:
    gateway = slow_org.gateway(timeout=Timeout(connect=5, read=0.2))
    slow_org.arm("latency", seconds=0.6, path="/query")

    with pytest.raises(Unavailable, match="did not answer in time"):
        gateway.query(ONE_DEAL, about="Opportunity")


def test_a_silent_server_leaves_a_create_in_doubt(slow_org: EmulatedOrg) -> None:
    gateway = slow_org.gateway(timeout=Timeout(connect=5, read=0.2))
    gateway.server_now()
    slow_org.arm("latency", seconds=0.6, path="/sobjects/Task")

    with pytest.raises(OutcomeUnknown):
        gateway.create("Task", TASK)


def test_a_read_is_retried_twice_and_no_more(org: EmulatedOrg) -> None:
    hands = Hands()
    gateway = org.gateway(hands=hands)
    gateway.server_now()

    org.arm("503_html", times=2)
    found = gateway.query(ONE_DEAL, about="Opportunity")
    org.arm("503_html", times=3)
    with pytest.raises(Unavailable):
        gateway.query(ONE_DEAL, about="Opportunity")

    assert len(found.records) == 1
    assert len(hands.naps) == 4


def test_a_locked_row_is_unavailable_and_nothing_was_written(org: EmulatedOrg) -> None:
    gateway, deal = org.gateway(), some_deal(org)
    org.arm("lock_row")

    with pytest.raises(Unavailable, match="somebody else is saving"):
        gateway.update("Opportunity", deal, {"NextStep": "x"}, unmodified_since=org.clock.now())

    assert org.record("Opportunity", deal)["NextStep"] != "x"


def test_a_create_is_never_sent_twice_by_itself(org: EmulatedOrg) -> None:
    gateway = org.gateway()
    gateway.server_now()
    org.arm("503_html", times=9, path="/sobjects/Task")

    with pytest.raises(Unavailable):
        gateway.create("Task", TASK)

    assert len(org.calls("/sobjects/Task")) == 1


def test_a_dropped_answer_of_a_create_is_in_doubt_and_the_record_exists(org: EmulatedOrg) -> None:
    gateway = org.gateway()
    gateway.server_now()
    org.arm("drop_after_commit", path="/sobjects/Task")

    with pytest.raises(OutcomeUnknown):
        gateway.create("Task", {**TASK, "Subject": "Only once"})

    assert len(gateway.query("SELECT Id FROM Task WHERE Subject = 'Only once'", about="Task").records) == 1


def test_a_server_that_is_not_there_is_unavailable_even_for_a_create() -> None:
    with scripted_org() as gone:
        gateway = gone.gateway()

    with pytest.raises(Unavailable, match="cannot be reached"):
        gateway.create("Task", TASK)


def test_used_up_calls_are_not_asked_for_again_at_once(org: EmulatedOrg) -> None:
    hands = Hands()
    gateway = org.gateway(hands=hands)
    org.arm("403_limit", times=9)

    with pytest.raises(Unavailable, match="API calls are used up"):
        gateway.query(ONE_DEAL, about="Opportunity")

    assert hands.naps == []


def test_an_expired_session_is_renewed_once_and_the_call_repeated(org: EmulatedOrg) -> None:
    gateway = org.gateway()
    gateway.server_now()
    org.arm("401_once")

    rows = gateway.query(ONE_DEAL, about="Opportunity")

    assert len(rows.records) == 1
    assert len(org.calls("/oauth2/")) == 2


def test_a_permanent_401_costs_two_logins_and_then_none_for_a_while(org: EmulatedOrg) -> None:
    hands = Hands()
    gateway = org.gateway(hands=hands)
    org.arm("401_always")

    for _ in range(5):
        with pytest.raises(AuthExpired):
            gateway.query(ONE_DEAL, about="Opportunity")

    assert len(org.calls("/oauth2/")) == 2
    assert len(org.calls("/query")) == 2


def test_after_the_pause_a_mended_login_works_again(org: EmulatedOrg) -> None:
    hands = Hands()
    gateway = org.gateway(hands=hands)
    org.arm("401_always")
    with pytest.raises(AuthExpired):
        gateway.query(ONE_DEAL, about="Opportunity")
    org.clear_faults()

    hands.seconds += 61

    assert len(gateway.query(ONE_DEAL, about="Opportunity").records) == 1


def test_a_401_with_a_page_of_html_is_a_401(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(401, "<html>Unauthorized</html>")]

    with pytest.raises(AuthExpired):
        scripted.gateway().query(ONE_DEAL, about="Opportunity")


def test_a_repeated_call_keeps_its_own_headers(org: EmulatedOrg) -> None:
    gateway, deal = org.gateway(), some_deal(org)
    gateway.server_now()
    org.change(deal, NextStep="A person was here")
    org.arm("401_once")

    done = gateway.update(
        "Opportunity", deal, {"NextStep": "x"}, unmodified_since=org.clock.now() - timedelta(seconds=1)
    )

    assert not done
    assert org.record("Opportunity", deal)["NextStep"] == "A person was here"


@pytest.mark.parametrize("key", ["a b", "a/b", "a+b%2F", "a|b?c#d", "ä&='"])
def test_external_ids_survive_the_url(org: EmulatedOrg, key: str) -> None:
    gateway = org.gateway()

    first = gateway.upsert("Cosell_Motion__c", "Motion_Key__c", key, {"Partner_Name__c": "AWS"})
    second = gateway.upsert("Cosell_Motion__c", "Motion_Key__c", key, {"Partner_Name__c": "AWS"})

    assert first == second
    assert org.record("Cosell_Motion__c", first)["Motion_Key__c"] == key


def test_an_upsert_that_answers_without_a_body_still_names_the_record(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(204, ""), Scripted(200, {"Id": "a0C5e000000001AAAA"})]

    assert scripted.gateway().upsert("Cosell_Motion__c", "Motion_Key__c", "k", {}) == "a0C5e000000001AAAA"


def test_numbers_are_exact(org: EmulatedOrg) -> None:
    gateway, deal = org.gateway(), some_deal(org)
    org.change(deal, Amount=1234567.89)

    [row] = gateway.query(f"SELECT Amount FROM Opportunity WHERE Id = '{deal}'", about="Opportunity").records

    assert row["Amount"] == Decimal("1234567.89")


def test_a_misspelt_method_is_an_error_and_not_an_object(org: EmulatedOrg) -> None:
    with pytest.raises(AttributeError):
        org.gateway().qurey  # type: ignore[attr-defined]  # noqa: B018 - the point of the test


def test_every_answer_tells_the_budget(org: EmulatedOrg) -> None:
    org.control("limits", {"used": 41, "allowed": 15_000})
    gateway = org.gateway()

    gateway.server_now()

    assert gateway.budget == Budget(used=42, total=15_000)


def test_the_servers_date_is_the_clock(org: EmulatedOrg) -> None:
    org.arm("clock_skew", seconds=7200)

    assert org.gateway().server_now() == org.clock.now() + timedelta(hours=2)


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_an_answer_without_a_date_is_not_taken_for_a_read(scripted: ScriptedOrg, headers: dict[str, str]) -> None:
    scripted.answers = [Scripted(200, {"totalSize": 0, "done": True, "records": []}, headers)]

    with pytest.raises(Unavailable, match="its own time"):
        scripted.gateway().query(ONE_DEAL, about="Opportunity")


def test_the_stand_in_is_asked_below_its_path_under_the_orgs_own_name(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(200, {"totalSize": 0, "done": True, "records": []})]

    scripted.gateway().query("SELECT Id FROM Account WHERE Name = 'A&B'", about="Account")

    query = scripted.asked[-1]
    assert query.url.path == "/below/services/data/v66.0/query/"
    assert query.headers["host"] == "meridian.my.salesforce.com"
    assert query.query_params["q"] == "SELECT Id FROM Account WHERE Name = 'A&B'"


def test_a_429_names_how_long_to_wait_and_is_not_retried_sooner(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(429, "<html>", {"Date": DATE, "Retry-After": "30"})]

    with pytest.raises(Unavailable) as caught:
        scripted.gateway().query(ONE_DEAL, about="Opportunity")

    assert caught.value.retry_after == 30.0
    assert scripted.count("/query") == 1


def test_a_server_error_leaves_a_create_in_doubt(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(500, "<html>")]

    with pytest.raises(OutcomeUnknown):
        scripted.gateway().create("Task", TASK)


def test_half_an_answer_is_no_answer(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(200, '{"totalSize": 3, "done": tr')]

    with pytest.raises(Unavailable):
        scripted.gateway().query(ONE_DEAL, about="Opportunity")


def test_several_records_under_one_external_id_are_a_refusal(scripted: ScriptedOrg) -> None:
    scripted.answers = [Scripted(300, ["/services/data/v66.0/sobjects/Cosell_Motion__c/a0C"])]

    with pytest.raises(Rejected):
        scripted.gateway().upsert("Cosell_Motion__c", "Motion_Key__c", "k", {})


def test_a_missing_object_is_named_with_the_fix(org: EmulatedOrg) -> None:
    with pytest.raises(NotVisible, match=r"Cosell_Other__c does not exist .* Cosell_Bot"):
        org.gateway().shape("Cosell_Other__c")


def test_a_describe_is_believed_for_ten_minutes(org: EmulatedOrg) -> None:
    hands = Hands()
    gateway = org.gateway(hands=hands)

    for _ in range(3):
        gateway.shape("Opportunity")
    hands.seconds += 601
    gateway.shape("Opportunity")

    assert len(org.calls("/describe")) == 2


def test_threads_share_one_login_and_never_a_session(org: EmulatedOrg) -> None:
    gateway = org.gateway()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: ask(gateway), range(24)))

    assert len(set(found)) == 1
    assert len(org.calls("/oauth2/")) == 1


def test_threads_that_find_the_session_expired_log_in_once(org: EmulatedOrg) -> None:
    gateway = org.gateway()
    gateway.server_now()
    org.arm("401_once")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: ask(gateway), range(24)))

    assert len(org.calls("/oauth2/")) == 2


def test_an_outage_is_logged_once_when_it_starts_and_once_when_it_ends(
    org: EmulatedOrg, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = org.gateway()
    with caplog.at_level(logging.INFO, logger="connectors.salesforce.calls"):
        org.arm("503_html", times=99)
        for _ in range(3):
            with pytest.raises(Unavailable):
                gateway.query(ONE_DEAL, about="Opportunity")
        org.clear_faults()
        gateway.server_now()
        gateway.server_now()

    assert [record.getMessage().split(" ")[0] for record in caplog.records] == [
        "outage.started",
        "outage.ended",
    ]


def test_a_refusal_is_no_outage(org: EmulatedOrg, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NotVisible):
        org.gateway().query("SELECT Nothing__c FROM Opportunity", about="Opportunity")

    assert caplog.records == []


def ask(gateway: SalesforceGateway) -> datetime:
    return gateway.query(ONE_DEAL, about="Opportunity").server_now.astimezone(UTC)
