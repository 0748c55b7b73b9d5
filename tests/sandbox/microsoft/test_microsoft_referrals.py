"""Referrals: what is taken, what is refused with which place, how two make an engagement, and how they change."""

from typing import Any

import pytest

from tests.sandbox.microsoft.microsoft_center import PUBLISHED, Center, example, targets


def test_the_published_request_is_taken_once_it_is_brought_up_to_date(portal: Center) -> None:
    made = portal.create()

    assert made["name"] == PUBLISHED["name"]
    assert (made["status"], made["substatus"]) == ("Active", "Accepted")  # as the published answer has it
    assert made["links"]["relatedReferrals"]["uri"].endswith(f"'{made['engagementId']}'")
    assert portal.call("GET", f"/{made['id']}").json()["eTag"] == made["eTag"]


def test_the_published_request_as_it_is_has_aged(portal: Center) -> None:
    answer = portal.call("POST", json=PUBLISHED)

    assert answer.status_code == 422
    assert targets(answer.json()) == [
        "details.closingDateTime",
        "target",
        "consent.consentToShareReferralWithMicrosoftSellers",
    ]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"type": "Private"}, "type"),
        ({"qualification": "Hot"}, "qualification"),
        ({"customerProfile__name": None}, "customerProfile.name"),
        ({"customerProfile__size": "lots"}, "customerProfile.size"),
        ({"customerProfile__address__country": "Germany"}, "customerProfile.address.country"),
        ({"customerProfile__address__state": "Washington"}, "customerProfile.address.state"),
        ({"customerProfile__address__city": ""}, "customerProfile.address.city"),
        ({"customerProfile__address__postalCode": ""}, "customerProfile.address.postalCode"),
        ({"customerProfile__team": []}, "customerProfile.team"),
        ({"customerProfile__team": [{"firstName": "S", "lastName": "T", "email": "x"}]}, "customerProfile.team"),
        ({"team": [{"firstName": "S", "email": "s@t.example"}]}, "team"),
        ({"consent__consentToContact": False}, "consent.consentToContact"),
        ({"details__notes": ""}, "details.notes"),
        ({"details__dealValue": 0}, "details.dealValue"),
        ({"details__dealValue": None}, "details.dealValue"),
        ({"details__currency": "EURO"}, "details.currency"),
        ({"details__closingDateTime": "2026-11-19T00:00:00Z"}, "details.closingDateTime"),
        ({"details__closingDateTime": "next week"}, "details.closingDateTime"),
        ({"details__requirements__industries": [{"id": "Space"}]}, "details.requirements.industries"),
        ({"details__requirements__services": [{"id": "Magic"}]}, "details.requirements.services"),
        ({"details__requirements__solutions": []}, "details.requirements.solutions"),
        (
            {"details__requirements__solutions": [{"type": "Name", "id": "SOL-0"}]},
            "details.requirements.solutions",
        ),
        ({"target": [{"type": "SolutionProfile", "id": "SOL-0"}]}, "target"),
        ({"target": [{"type": "Nowhere", "id": "msft"}]}, "target"),
        ({"status": "Active", "substatus": "Pending"}, "substatus"),
        ({"status": "Closed", "substatus": "Won"}, "status"),
        ({"solutionPlay": "Last year's"}, "solutionPlay"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_place(portal: Center, changes: dict[str, Any], place: str) -> None:
    answer = portal.call("POST", json=example(**changes))

    assert (answer.status_code, place in targets(answer.json())) == (422, True), answer.text
    assert portal.call("GET").json()["@odata.count"] == 0


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"colour": "red"}, "colour"),
        ({"details__colour": "red"}, "details.colour"),
        ({"details__dealValue": "50000"}, "details.dealValue"),
        ({"details__dealValue": True}, "details.dealValue"),
        ({"consent__consentToContact": "yes"}, "consent.consentToContact"),
        ({"team": {"firstName": "x"}}, "team"),
        ({"details": "none"}, "details"),
    ],
)
def test_what_is_no_property_or_of_another_kind_is_malformed(
    portal: Center, changes: dict[str, Any], place: str
) -> None:
    answer = portal.call("POST", json=example(**changes))

    assert (answer.status_code, targets(answer.json())) == (400, [place])


def test_a_second_referral_asks_microsoft_into_the_same_engagement(portal: Center) -> None:
    own = portal.create()
    theirs = portal.invite(own).json()

    sides = portal.call("GET", f"?$filter=engagementId eq '{own['engagementId']}'").json()

    assert [each["organizationId"] for each in sides["value"]] == [own["organizationId"], "msft"]
    assert (theirs["status"], theirs["substatus"], theirs["id"] == own["id"]) == ("New", "Pending", False)


def test_microsoft_is_asked_in_once(portal: Center) -> None:
    own = portal.create()
    portal.invite(own)

    assert portal.invite(own).status_code == 409


def test_microsoft_is_asked_into_an_engagement_that_exists_and_is_shared(portal: Center) -> None:
    lonely = portal.create(type="Independent")
    target = [{"type": "BusinessProfileLocation", "id": "msft"}]

    assert targets(portal.invite(lonely).json()) == ["type"]
    assert targets(portal.call("POST", json=example(target=target, engagementId="x")).json()) == ["engagementId"]
    assert targets(portal.call("POST", json=example(target=target)).json()) == ["engagementId"]
    assert targets(portal.call("POST", json=example(engagementId=portal.create()["engagementId"])).json()) == ["target"]


def test_nothing_keeps_a_partner_from_filing_twice(portal: Center) -> None:
    assert portal.create()["id"] != portal.create()["id"]


def test_a_private_deal_needs_no_contact_and_no_consent_to_share(portal: Center) -> None:
    private = portal.create(
        type="Independent", customerProfile__team=[], consent={"consentToShareReferralWithMicrosoftSellers": False}
    )

    assert private["type"] == "Independent"


def test_a_patch_adds_and_replaces_and_answers_what_was_asked_for(portal: Center) -> None:
    own = portal.create()
    operations = [
        {"op": "replace", "path": "/details/dealValue", "value": 7},
        {"op": "add", "path": "/team/-", "value": {"firstName": "A", "lastName": "B", "email": "a@b.example"}},
        {"op": "replace", "path": "/team/0/lastName", "value": "Roe"},
        {"op": "add", "path": "/statusReason", "value": "talked"},
    ]

    silent = portal.call("PATCH", f"/{own['id']}", json=operations[:1])
    told = portal.call("PATCH", f"/{own['id']}", json=operations[1:], Prefer="return=representation")

    assert (silent.status_code, silent.text) == (204, "")
    assert (told.status_code, told.json()["details"]["dealValue"]) == (200, 7)
    assert [each["lastName"] for each in told.json()["team"]] == ["Roe", "B"]
    assert told.headers["ETag"] == told.json()["eTag"] not in {own["eTag"], silent.headers["ETag"]}


@pytest.mark.parametrize(
    "operations",
    [
        [],
        {},
        [{"op": "remove", "path": "/name"}],
        [{"op": "test", "path": "/name", "value": "x"}],
        [{"op": "replace", "path": "name", "value": "x"}],
        [{"op": "replace", "path": "/nowhere/name", "value": "x"}],
        [{"op": "replace", "path": "/team/7/lastName", "value": "x"}],
        [{"op": "replace", "path": "/statusReason/x", "value": "x"}],
        [{"op": "add", "path": "/id", "value": "x"}],
        [{"op": "replace", "path": "/type", "value": "Independent"}],
        [{"op": "replace", "path": "/engagementId", "value": "x"}],
    ],
)
def test_a_patch_that_cannot_be_done_changes_nothing(portal: Center, operations: Any) -> None:
    own = portal.create()

    assert portal.call("PATCH", f"/{own['id']}", json=operations).status_code == 400
    assert portal.call("GET", f"/{own['id']}").json()["eTag"] == own["eTag"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_who_read_an_older_version_is_refused(portal: Center, method: str) -> None:
    own = portal.create()
    rename = [{"op": "replace", "path": "/name", "value": "x"}]
    portal.call("PATCH", f"/{own['id']}", json=rename, If_Match=own["eTag"])

    body = rename if method == "PATCH" else {k: v for k, v in own.items() if k != "links"}
    answer = portal.call(method, f"/{own['id']}", json=body, If_Match=own["eTag"])

    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "resourceModified")


def test_a_put_needs_the_version_and_no_links(portal: Center) -> None:
    own = portal.create()
    whole = {k: v for k, v in own.items() if k != "links"} | {"name": "Put"}

    without = portal.call("PUT", f"/{own['id']}", json=whole)
    linked = portal.call("PUT", f"/{own['id']}", json=own, If_Match=own["eTag"])
    elsewhere = portal.call("PUT", f"/{own['id']}", json=whole | {"id": "x"}, If_Match=own["eTag"])
    done = portal.call("PUT", f"/{own['id']}", json=whole, If_Match=own["eTag"])

    assert [each.status_code for each in (without, linked, elsewhere, done)] == [412, 400, 400, 200]
    assert done.json()["name"] == "Put"


def move(portal: Center, own: dict[str, Any], status: str, substatus: str) -> Any:
    operations = [
        {"op": "replace", "path": "/status", "value": status},
        {"op": "replace", "path": "/substatus", "value": substatus},
    ]
    return portal.call("PATCH", f"/{own['id']}", json=operations)


@pytest.mark.parametrize("substatus", ["Won", "Lost", "Declined", "Expired"])
def test_what_is_closed_stays_closed(portal: Center, substatus: str) -> None:
    own = portal.create()

    assert move(portal, own, "Closed", substatus).status_code == 204
    assert move(portal, own, "Active", "Accepted").status_code == 422
    assert move(portal, own, "Closed", "Won").status_code == 422


def test_an_active_referral_is_never_new_again(portal: Center) -> None:
    assert targets(move(portal, portal.create(), "New", "Pending").json()) == ["status"]


def test_the_external_reference_stays_what_it_is(portal: Center) -> None:
    own = portal.create()
    change = [{"op": "replace", "path": "/externalReferenceId", "value": "006Z"}]

    assert targets(portal.call("PATCH", f"/{own['id']}", json=change).json()) == ["externalReferenceId"]


def test_microsoft_s_side_is_not_ours_to_change(portal: Center) -> None:
    theirs = portal.invite(portal.create()).json()

    answer = portal.call("PATCH", f"/{theirs['id']}", json=[{"op": "replace", "path": "/name", "value": "x"}])

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "accessDenied")


def test_what_is_not_there_is_not_found(portal: Center) -> None:
    assert portal.call("GET", "/nothing").json()["error"]["code"] == "itemNotFound"


def test_microsoft_s_people_answer_in_their_own_time(portal: Center) -> None:
    portal.control("/reviewer", mode="auto", delay_seconds=10)
    theirs = portal.invite(portal.create()).json()
    seen = []
    for _ in range(3):
        now = portal.call("GET", f"/{theirs['id']}").json()
        seen.append((now["status"], now["substatus"]))
        portal.later(seconds=5)

    assert seen == [("New", "Pending"), ("New", "Received"), ("Active", "Accepted")]
    assert portal.call("GET", f"/{theirs['id']}").json()["team"][0]["email"] == "riley.chen@microsoft.example"


def test_the_reviewer_decides_with_a_reason_and_only_what_can_still_be_decided(portal: Center) -> None:
    own = portal.create()
    nobody = portal.control("/review", id=own["id"], decision="accept")
    theirs = portal.invite(own).json()
    portal.control("/review", id=own["id"], decision="decline", reason="Too small")

    again = portal.control("/review", id=own["id"], decision="accept")

    assert (nobody.status_code, again.status_code) == (409, 409)
    assert portal.call("GET", f"/{theirs['id']}").json()["statusReason"] == "Too small"


def test_lists_are_filtered_ordered_and_paged(portal: Center) -> None:
    first = portal.create()
    portal.later(minutes=30)
    second = portal.create(
        externalReferenceId="006B", team=[{"firstName": "A", "lastName": "B", "email": "a@b.example"}]
    )
    move(portal, first, "Closed", "Lost")

    def ids(query: str) -> list[str]:
        return [each["id"] for each in portal.call("GET", f"?{query}").json()["value"]]

    assert ids("$filter=status eq 'Active'") == [second["id"]]
    assert ids("$filter=status eq 'Closed' and substatus eq 'Lost'") == [first["id"]]
    assert ids("$filter=email eq 'A@b.example'") == [second["id"]]
    assert ids(f"$filter=updatedDateTime gt {second['updatedDateTime']}") == [first["id"]]
    assert ids("$orderby=createdDateTime desc") == [second["id"], first["id"]]


@pytest.mark.parametrize(
    "query",
    [
        "$filter=name eq 'x'",
        "$filter=externalReferenceId eq '006A'",
        "$filter=status ne 'New'",
        "$filter=status eq New",
        "$filter=status eq 'New' and bogus",
        "$filter=updatedDateTime ge yesterday",
        "$orderby=updatedDateTime",
        "$orderby=createdDateTime sideways",
        "$top=5",
        "$skiptoken=zzz",
    ],
)
def test_a_query_nobody_published_is_refused(portal: Center, query: str) -> None:
    portal.create()

    assert portal.call("GET", f"?{query}").status_code == 400


def test_a_list_comes_in_pages_of_a_hundred(portal: Center) -> None:
    for number in range(101):
        portal.create(externalReferenceId=f"006-{number}")

    first = portal.call("GET", "?$orderby=createdDateTime desc").json()
    token = first["@odata.nextLink"].partition("$skiptoken=")[2]
    second = portal.call("GET", f"?$skiptoken={token}").json()

    assert (len(first["value"]), len(second["value"]), second["@odata.count"]) == (100, 1, 101)
    assert second["value"][0]["externalReferenceId"] == "006-0"
    assert "@odata.nextLink" not in second
