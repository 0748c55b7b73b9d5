"""Two hundred worlds in groups that look alike to one partner: the bot gives it the same bytes in all of a group."""

from bench.noninterference.running import Run, play_part

SEEN = {"slack message", "slack update", "slack ephemeral", "slack home", "slack modal", "client", "slack rooms"}


def test_what_a_partner_may_not_see_makes_no_difference_to_anything_it_sees() -> None:
    tally = play_part(Run(seed=7, worlds=200))

    assert not tally.differences, tally.differences[0]
    assert (tally.worlds, tally.pairs) == (200, 191)
    assert tally.surfaces >= SEEN | {"portal CreateOpportunity", "portal StartEngagementFromOpportunityTask"}
