"""A form's answer rides on its acknowledgement or follows it: one of the two, never both, never neither."""

import threading

from handlers.submitters import Submitter


def test_an_answer_in_time_rides_along() -> None:
    submitter = Submitter()

    rides = submitter.take_along({"response_action": "clear"})

    assert (rides, submitter.wait(0)) == (True, {"response_action": "clear"})


def test_an_answer_that_comes_too_late_does_not_ride_along() -> None:
    submitter = Submitter()

    waited = submitter.wait(0)

    assert (waited, submitter.take_along({})) == (None, False)


def test_an_empty_answer_is_one() -> None:
    submitter = Submitter()
    submitter.take_along({})

    assert submitter.wait(0) == {}


def test_who_is_left_waits_no_longer() -> None:
    left: list[str] = []
    submitter = Submitter(lambda: left.append("left"))

    submitter.leave()

    assert submitter.wait(10) is None
    assert left == ["left"]


def test_an_answer_given_at_the_very_moment_the_wait_ends_is_delivered_by_exactly_one_side() -> None:
    for _ in range(300):
        submitter = Submitter()
        start = threading.Barrier(2)
        rode: list[bool] = []

        def give(submitter: Submitter = submitter, start: threading.Barrier = start, rode: list[bool] = rode) -> None:
            start.wait()
            rode.append(submitter.take_along({"said": 1}))

        thread = threading.Thread(target=give)
        thread.start()
        start.wait()
        waited = submitter.wait(0)
        thread.join()

        assert rode == [waited is not None]
