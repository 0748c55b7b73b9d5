"""What AWS asks for, line by line, so that a change of it can be told: the service model, our tables, our solutions."""

from collections.abc import Iterator, Mapping, Sequence

from botocore.model import ListShape, Shape, StructureShape

from connectors.aws import values
from connectors.aws.project_lines import Solution
from connectors.aws.validation import request_shape

# The operations whose requests a payload holds, by the part of it.
_PARTS = {"create": "CreateOpportunity", "submit": "StartEngagementFromOpportunityTask"}
_LIMITS = {"min": "at least", "max": "at most", "pattern": "like"}


def lines_of_schema(solutions: Sequence[Solution]) -> Mapping[str, str]:
    """Every field with its limits, every option of every list, every active solution."""
    lines = {"tables": values.TABLES_VERSION}
    for part, operation in _PARTS.items():
        lines |= _fields(request_shape(operation), part, ())
    lines |= {f"option create.Project.CustomerUseCase={each}": "" for each in values.use_cases()}
    return lines | {f"solution {each.id}": each.name for each in solutions}


def _fields(shape: Shape, path: str, inside: tuple[str, ...]) -> Mapping[str, str]:
    if shape.name in inside:
        return {}
    inside = (*inside, shape.name)
    if isinstance(shape, ListShape):
        return {f"field {path}": _said(shape), **_fields(shape.member, path, inside)}
    lines = {}
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            below = f"{path}.{name}"
            required = "required, " if name in shape.required_members else ""
            lines[f"field {below}"] = required + _said(member)
            lines |= {key: said for key, said in _fields(member, below, inside).items() if key != f"field {below}"}
    return lines | {f"option {path}={each}": "" for each in _options(shape)}


def _said(shape: Shape) -> str:
    return ", ".join((shape.type_name, *_limits(shape)))


def _limits(shape: Shape) -> Iterator[str]:
    return (f"{words} {shape.metadata[name]}" for name, words in _LIMITS.items() if name in shape.metadata)


def _options(shape: Shape) -> Sequence[str]:
    return shape.metadata.get("enum") or ()
