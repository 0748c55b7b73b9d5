"""The watch: what one partner sees, its random names told apart from what they say, and differences in words."""

import json

from bench.noninterference.running import Run, Tally
from bench.noninterference.watching import Watch, difference
from bench.noninterference.wire import Request
from bench.noninterference.worlds import Shape


def watched(*notes: object) -> Watch:
    watch = Watch(frozenset({"U0ALEX"}), "aws")
    for each in notes:
        watch.note("slack message", each)
    return watch


def test_random_names_count_by_which_are_the_same_and_not_by_what_they_are() -> None:
    one = watched("~nonce-000001~", "~nonce-000002~", "~nonce-000001~")
    other = watched("~nonce-000007~", "~nonce-000003~", "~nonce-000007~")
    mixed = watched("~nonce-000007~", "~nonce-000003~", "~nonce-000003~")

    assert one.digest == other.digest
    assert one.digest != mixed.digest


def test_a_token_made_of_something_is_not_taken_for_a_random_one() -> None:
    assert watched("4f2a90").digest != watched("77aa01").digest


def test_fractions_of_a_message_timestamp_do_not_count_and_seconds_do() -> None:
    assert watched("1795878120.000004").digest == watched("1795878120.000019").digest
    assert watched("1795878120.000004").digest != watched("1795878121.000004").digest


def test_order_and_count_are_seen() -> None:
    assert watched("a", "b").digest != watched("b", "a").digest
    assert watched("a").digest != watched("a", "a").digest


def test_of_a_portals_requests_those_of_this_partner_are_seen_but_for_who_signed_when() -> None:
    watch = watched()
    headers = (("X-Amz-Target", "AWSPartnerCentralSelling.CreateOpportunity"), ("X-Amz-Date", "20261123T150000Z"))
    watch.request(Request("POST", "/aws/", headers, b'{"Title": "x"}'))
    watch.request(Request("POST", "/nst/", headers, b'{"Title": "y"}'))

    assert watch.surfaces == {"portal CreateOpportunity"}
    [item] = watch.items
    assert "20261123" not in item
    assert json.loads(item)[1]["body"] == '{"Title": "x"}'


def test_a_difference_is_told_where_long_lines_part() -> None:
    long = "x" * 1000
    told = difference(watched(f"{long} one {long}").items, watched(f"{long} two {long}").items, ("this", "that"))

    assert "x one x" in told
    assert "x two x" in told
    assert len(told) < 1200


def test_every_world_of_a_group_is_compared_with_its_first() -> None:
    tally = Tally()
    tally.compare("a group", [watched("same"), watched("same"), watched("other")])

    assert (tally.worlds, tally.pairs, len(tally.differences)) == (3, 2, 1)
    assert tally.bytes_compared == watched("same").size + watched("other").size


def test_the_parts_of_a_run_are_all_of_its_groups_and_the_last_is_what_is_left() -> None:
    shape = Shape(2, 2, 1)
    whole = [worlds[0].seed for worlds in Run(1, 22, shape).groups()]
    parts = [[worlds[0].seed for worlds in Run(1, 22, shape, part, 2).groups()] for part in range(2)]
    sizes = [sum(len(turn.lates) for world in worlds for turn in world.turns) for worlds in Run(1, 22, shape).groups()]

    assert sorted(whole) == sorted(parts[0] + parts[1])
    assert sizes == [4, 4, 4, 4, 4, 2]
