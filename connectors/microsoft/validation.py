"""Checks a request against the published referral resource: names, kinds, lists and lengths.

Microsoft publishes no machine-readable description, so the resource's tables stand here. Knows no business rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.microsoft import values

_TAGS = {
    "details.requirements.industries": "industries",
    "details.requirements.products": "products",
    "details.requirements.services": "services",
}
_ONE_OF = {
    "type": (values.SHARED, values.INDEPENDENT),
    "qualification": ("None", "Direct", "MarketingQualified", "SalesQualified"),
    "status": (values.NEW, values.ACTIVE, values.CLOSED),
}
_LISTED = {"customerProfile.size": "sizes", "details.currency": "currencies"}
_LENGTHS = {"externalReferenceId": 64, "name": 255, "customerProfile.name": 255, "details.notes": 4000}


@dataclass(frozen=True)
class Fault:
    """One place of a request that does not fit the resource."""

    path: str
    code: str
    message: str


def faults(request: Mapping[str, object]) -> tuple[Fault, ...]:
    """Everything the published resource has against a referral to be created."""
    return (*_too_long(request), *_unlisted(request))


def _too_long(request: Mapping[str, object]) -> Iterator[Fault]:
    for path, most in _LENGTHS.items():
        found = _at(request, path)
        if isinstance(found, str) and len(found) > most:
            yield Fault(path, "tooLong", f"has {len(found)} characters, at most {most} fit")


def _unlisted(request: Mapping[str, object]) -> Iterator[Fault]:
    options = {**_ONE_OF, **{path: values.listed(name) for path, name in _LISTED.items()}}
    for path, allowed in options.items():
        found = _at(request, path)
        if found is not None and found not in allowed:
            yield Fault(path, "invalidValue", f"“{found}” is not on Microsoft's list")
    for path, name in _TAGS.items():
        tags = _at(request, path)
        for tag in tags if isinstance(tags, list) else ():
            named = tag.get("id") if isinstance(tag, Mapping) else tag
            if named not in values.listed(name):
                yield Fault(path, "invalidValue", f"“{named}” is not on Microsoft's list")


def _at(request: Mapping[str, object], path: str) -> object:
    found: object = request
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
