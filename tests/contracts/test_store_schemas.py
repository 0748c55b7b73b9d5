"""What every store promises about portals' schemas: the fake and both databases."""

from datetime import UTC, datetime

from motions.schema_records import PortalSchema
from store.unit import SqlStore
from tests.fakes.store import FakeStore

AnyStore = FakeStore | SqlStore
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST = PortalSchema("aws", {"field a": "string", "option a=ü": ""})
PENDING = PortalSchema("aws", FIRST.accepted, {"field a": "list"}, AT, "Dana")


def test_a_schema_takes_the_place_of_the_one_before(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.schemas.put(FIRST)
        uow.schemas.put(PENDING)
        uow.schemas.put(PortalSchema("sheet", {}))

    assert store.read(lambda uow: uow.schemas.get("aws")) == PENDING
    assert [each.portal for each in store.read(lambda uow: uow.schemas.all())] == ["aws", "sheet"]
    assert store.read(lambda uow: uow.schemas.get("microsoft")) is None


def test_what_was_pending_may_be_gone_again(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.schemas.put(PENDING)
        uow.schemas.put(FIRST)

    assert store.read(lambda uow: uow.schemas.get("aws")) == FIRST
