"""What a replay came to: filed, doubled, bounced, typed, in the CRM in time, and how fast against each quota."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bench.portals.books import Filed, Write
from bench.portals.setting import SIDES, Side


@dataclass(frozen=True)
class Played:
    """What was seen from outside; moments are seconds on one clock."""

    wanted: Mapping[str, str]  # deal -> the partner it was to be filed with
    filed: Sequence[Filed]
    written: Mapping[str, str]  # deal -> the referral the CRM names
    writes: Sequence[Write]
    typed: int
    sweep: float  # seconds between two looks at a portal
    resolution: float  # how far apart two looks from outside were, at most
    filed_at: Mapping[str, float] = field(default_factory=dict)  # deal -> first seen in its portal
    accepted_at: Mapping[str, float] = field(default_factory=dict)  # deal -> first seen accepted there
    written_at: Mapping[str, float] = field(default_factory=dict)  # deal -> first seen accepted in the CRM


def reckon(played: Played) -> dict[str, object]:
    """The line that is printed."""
    own = [each for each in played.filed if each.crm_id in played.wanted]
    right = {each.crm_id for each in own if played.wanted[each.crm_id] == each.partner}
    often = Counter(each.crm_id for each in own)
    accepted = {each.crm_id for each in own if each.is_accepted}
    names = {(each.crm_id, each.id) for each in own}
    in_crm = {deal for deal in accepted if (deal, played.written.get(deal)) in names}
    lags = _lags(in_crm, played)
    return {
        "filed": len(right),
        "doubled": sum(times - 1 for times in often.values()),
        "bounced": sum(write.is_refused for write in played.writes) + sum(each.is_turned_down for each in own),
        "typed_fields": played.typed,
        "accepted": len(accepted),
        "in_crm": len(in_crm),
        "crm_within_one_sweep": in_crm == accepted and all(lag <= played.sweep for lag in lags),
        "sweep_s": played.sweep,
        "looked_every_s": round(played.resolution, 1),
        "crm_after_s": {"p50": _at(lags, 0.5), "max": _at(lags, 1.0)},
        "per_portal": {side.partner: _of(side, right, played) for side in SIDES},
    }


def holds(report: Mapping[str, object], wanted: int) -> bool:
    """Whether everything was filed right the first time, and all the partners took is in the CRM in time."""
    nothing = ("doubled", "bounced", "typed_fields")
    whole = report["filed"] == report["accepted"] == report["in_crm"] == wanted
    return whole and not any(report[name] for name in nothing) and bool(report["crm_within_one_sweep"])


def _of(side: Side, right: set[str], played: Played) -> dict[str, object]:
    """Throughput from the first referral seen to the last, by the portal's own stamps where it has some."""
    deals = [deal for deal in right if played.wanted[deal] == side.partner]
    writes = sorted(write.at for write in played.writes if write.partner == side.partner)
    span = _span(writes) or _spread([played.filed_at[deal] for deal in deals if deal in played.filed_at])
    per_s = round(len(deals) / span, 3) if span else None
    quota = side.writes_per_second
    share = round(len(writes) / span / quota, 3) if span and quota else None
    lag = _at(_lags(deals, played), 1.0)
    return {"filed": len(deals), "per_s": per_s, "writes": len(writes), "quota_share": share, "crm_after_max_s": lag}


def _lags(deals: Iterable[str], played: Played) -> list[float]:
    """Seconds from when a deal was seen accepted in its portal to when it was seen accepted in the CRM."""
    both = (deal for deal in deals if deal in played.accepted_at and deal in played.written_at)
    return [played.written_at[deal] - played.accepted_at[deal] for deal in both]


def _span(moments: Sequence[datetime]) -> float:
    return (moments[-1] - moments[0]).total_seconds() if len(moments) > 1 else 0.0


def _spread(moments: Sequence[float]) -> float:
    return max(moments) - min(moments) if len(moments) > 1 else 0.0


def _at(values: Sequence[float], share: float) -> float | None:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None
