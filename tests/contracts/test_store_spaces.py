"""What every store promises about joint pipelines: the fake and both databases."""

from dataclasses import replace

from motions.deals import OpportunityId
from motions.model import MessageRef, PartnerKey, Token
from motions.spaces import Side, Space
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.fakes.world import a_deal
from tests.motions.spacing import AWS, a_line, figures, pipeline, told

AnyStore = FakeStore | SqlStore
NORTHSTAR = PartnerKey("northstar")


def test_a_line_comes_back_whole_by_its_deal_and_by_its_token(store: AnyStore) -> None:
    line = told(a_line(), Side.THEIRS, figures("2.2", 5))
    with store.transaction() as uow:
        assert uow.spaces.add_line(line)

    found = store.read(lambda uow: (uow.spaces.line(AWS, line.deal), uow.spaces.line_by_token(line.token)))

    assert found == (line, line)
    assert store.read(lambda uow: uow.spaces.line_by_token(Token("t9"))) is None
    assert store.read(lambda uow: uow.spaces.line(NORTHSTAR, line.deal)) is None


def test_a_deal_has_one_line_with_each_partner(store: AnyStore) -> None:
    line = a_line()
    with store.transaction() as uow:
        added = [
            uow.spaces.add_line(line),
            uow.spaces.add_line(replace(line, customer="Another", token=Token("t2"))),
            uow.spaces.add_line(replace(line, partner=NORTHSTAR, token=Token("t3"))),
        ]

    assert added == [True, False, True]
    assert [each.partner for each in store.read(lambda uow: uow.spaces.lines_of(line.deal))] == [AWS, NORTHSTAR]
    assert store.read(lambda uow: uow.spaces.lines_of(OpportunityId("006NONE"))) == []


def test_a_line_is_replaced_by_its_next_version_only(store: AnyStore) -> None:
    line = a_line()
    after = told(line, Side.THEIRS, figures("2.2", 5))
    with store.transaction() as uow:
        uow.spaces.add_line(line)

        saved = [
            uow.spaces.save_line(after),
            uow.spaces.save_line(replace(after, customer="Too late")),
            uow.spaces.save_line(replace(after, version=9)),
        ]

    assert saved == [True, False, False]
    assert store.read(lambda uow: uow.spaces.line(AWS, line.deal)) == after


def test_closed_lines_are_not_among_the_open_ones(store: AnyStore) -> None:
    with store.transaction() as uow:
        for line in reversed(pipeline()):
            uow.spaces.add_line(replace(line, is_open=line.customer != "Beacon"))
        uow.spaces.add_line(a_line("Northern", partner=NORTHSTAR))

    found = store.read(lambda uow: uow.spaces.open_lines(AWS))

    assert [line.customer for line in found] == ["Acme", "Cygnus", "Drift"]


def test_a_space_is_kept_once_a_partner(store: AnyStore) -> None:
    first = Space(AWS, Token("s1"))
    later = replace(first, revision=4, place=MessageRef("C1", "1.2"), shown="ab12")
    other = Space(NORTHSTAR, Token("s2"))
    with store.transaction() as uow:
        for space in (other, first, later):
            uow.spaces.keep(space)

    with store.transaction() as uow:
        assert uow.spaces.locked(AWS) == later
        assert uow.spaces.locked(PartnerKey("nobody")) is None
        assert (uow.spaces.get(AWS), uow.spaces.get(PartnerKey("nobody"))) == (later, None)
        assert (uow.spaces.by_token(Token("s2")), uow.spaces.by_token(Token("s9"))) == (other, None)
        assert uow.spaces.all() == [later, other]


def test_the_versions_of_open_lines_tell_which_to_read(store: AnyStore) -> None:
    acme, beacon, cygnus, unknown = pipeline()
    with store.transaction() as uow:
        uow.deals.save([replace(a_deal(1), id=line.deal) for line in (acme, beacon, cygnus)])
        for line in (acme, replace(beacon, is_open=False), cygnus, unknown, a_line("Northern", partner=NORTHSTAR)):
            uow.spaces.add_line(line)
    with store.transaction() as uow:
        uow.spaces.save_line(replace(cygnus, customer="Renamed", version=2))

    assert store.read(lambda uow: uow.spaces.open_versions(AWS)) == {acme.deal: 1, cygnus.deal: 2}
    found = store.read(lambda uow: uow.spaces.some_lines(AWS, [cygnus.deal, beacon.deal, OpportunityId("none")]))
    assert {line.customer for line in found} == {"Beacon", "Renamed"}
    assert store.read(lambda uow: uow.spaces.some_lines(AWS, [])) == []


def test_the_stamp_of_open_lines_is_another_whenever_one_of_them_is(store: AnyStore) -> None:
    line = a_line()
    stamps = [store.read(lambda uow: uow.spaces.open_stamp(AWS))]
    with store.transaction() as uow:
        uow.spaces.add_line(line)
    stamps.append(store.read(lambda uow: uow.spaces.open_stamp(AWS)))
    with store.transaction() as uow:
        uow.spaces.add_line(replace(line, partner=NORTHSTAR, token=Token("t2")))
    elsewhere = store.read(lambda uow: uow.spaces.open_stamp(AWS))
    with store.transaction() as uow:
        uow.spaces.save_line(replace(line, customer="Renamed", version=line.version + 1))
    stamps.append(store.read(lambda uow: uow.spaces.open_stamp(AWS)))
    with store.transaction() as uow:
        uow.spaces.save_line(replace(line, version=line.version + 2, is_open=False))

    assert len(set(stamps)) == len(stamps)
    assert elsewhere == stamps[1]
    assert store.read(lambda uow: uow.spaces.open_stamp(AWS)) == stamps[0]
