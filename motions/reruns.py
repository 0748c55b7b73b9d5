"""The ids of segments that run again: what comes after `…:t{n}`, `…:e{n}` and `…:r{n}`; starts nothing itself.

An id grows at its end only: `{segment}[:r{n}][:e{n}][:t{n}][:s{n}]`. `r` is a segment the engine lost, `e` one that
ended in the engine for good, `t` one whose outside call failed, `s` one that found everything stopped, which is no
attempt. Every id runs once, so the next one is always a new one.
"""

from dataclasses import replace
from datetime import timedelta

from motions.records import Segment

TRY, AFTER_END, AFTER_LOSS, WHILE_STOPPED = "t", "e", "r", "s"


def tried_again(segment: Segment, delay: timedelta) -> Segment:
    """The next attempt of a segment whose outside call failed."""
    return replace(segment, id=_next(_going(segment.id), TRY), delay=delay)


def waited_again(segment: Segment, delay: timedelta) -> Segment:
    """The next look of a segment that waits until everything may leave again."""
    return replace(segment, id=_next(segment.id, WHILE_STOPPED), delay=delay)


def begun_again(segment: Segment, delay: timedelta) -> Segment:
    """The next beginning of a segment that ended in the engine; its attempts count anew."""
    return replace(segment, id=next_beginning(segment.id), delay=delay)


def lost_again(segment: Segment, n: int) -> Segment:
    """What takes the place of a segment the engine lost for the n-th time."""
    return replace(segment, id=f"{segment.id}:{AFTER_LOSS}{n}")


def first(segment_id: str) -> str:
    """The id a segment first ran under."""
    for kind in (WHILE_STOPPED, TRY, AFTER_END, AFTER_LOSS):
        segment_id = _cut(segment_id, kind)[0]
    return segment_id


def stem(segment_id: str) -> str:
    """'{subject}:{epoch}:{name}', whatever number and reruns follow; an offer's subject has a colon of its own."""
    whose, _, name = first(segment_id).rpartition(":")
    return f"{whose}:{name.partition('.')[0]}"


def next_beginning(segment_id: str) -> str:
    """The id under which a segment that ended would begin again."""
    return _next(_cut(_going(segment_id), TRY)[0], AFTER_END)


def attempts(segment_id: str) -> int:
    """How often its outside call has failed."""
    return _cut(_going(segment_id), TRY)[1]


def beginnings(segment_id: str) -> int:
    """How often it has begun again after it ended."""
    return _cut(_cut(_going(segment_id), TRY)[0], AFTER_END)[1]


def was_lost(segment_id: str) -> bool:
    """Whether it took the place of one the engine lost."""
    before = _cut(_cut(_going(segment_id), TRY)[0], AFTER_END)[0]
    return _cut(before, AFTER_LOSS)[1] > 0


def _going(segment_id: str) -> str:
    return _cut(segment_id, WHILE_STOPPED)[0]


def _next(segment_id: str, kind: str) -> str:
    before, n = _cut(segment_id, kind)
    return f"{before}:{kind}{n + 1}"


def _cut(segment_id: str, kind: str) -> tuple[str, int]:
    before, mark, tail = segment_id.rpartition(f":{kind}")
    return (before, int(tail)) if mark and tail.isdigit() else (segment_id, 0)
