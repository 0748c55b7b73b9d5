"""What is kept how long: finished segments go in bounded runs, and with them all they answered."""

from datetime import UTC, datetime

from sqlalchemy import text

from motions.records import Segment
from store.engine import open_engine
from tests.bot.test_durable import HOUR, Bench, bench, url
from tests.waiting import wait_until

__all__ = ["bench", "url"]  # fixtures


def test_what_finished_long_ago_is_deleted_in_bounded_runs_with_all_it_answered(bench: Bench, url: str) -> None:
    def answer() -> None:
        bench.durable.step("ask", lambda: "x" * 1000)
        bench.durable.transaction("write", lambda _uow: "y" * 1000)

    bench.works["redraw"] = answer
    for n in range(6):
        bench.start(Segment("redraw", f"m:{n}:redraw", ("m", n)))
    wait_until(lambda: len(bench.ran) == 6, what="six segments")
    bench.start(Segment("later", "m:9:later", ("m", 9), delay=HOUR))
    soon = datetime.now(UTC) + HOUR
    wait_until(lambda: not [each for each in bench.durable.under_way() if "redraw" in each], what="their ends")

    bench.durable.forget_before(datetime.now(UTC) - HOUR)
    kept = _rows(url)
    forgotten = bench.durable.forget_before(soon, at_most=1)
    rest = bench.durable.forget_before(soon)

    # The answers of store transactions are in the table of steps, since both share one database.
    assert kept == {"workflow_status": 7, "workflow_input": 7, "operation_outputs": 12, "datasource_outputs": 0}
    assert (forgotten, rest) == (6, 0)  # one batch
    assert _rows(url) == {"workflow_status": 1, "workflow_input": 1, "operation_outputs": 0, "datasource_outputs": 0}


def _rows(url: str) -> dict[str, int]:
    engine = open_engine(url)
    schema = "" if engine.dialect.name == "sqlite" else "dbos."
    tables = ("workflow_status", "workflow_input", "operation_outputs", "datasource_outputs")
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"SELECT count(*) FROM {schema}{name}")).scalar_one() for name in tables}
    engine.dispose()
    return found
