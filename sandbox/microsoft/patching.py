"""JSON-Patch as the service takes it: `add` and `replace` only; knows no rule of a referral."""

from copy import deepcopy

from sandbox.microsoft.rules import OF_SERVICE
from sandbox.microsoft.wire import Body, malformed

_FIXED = OF_SERVICE | {"engagementId", "links", "type"}


def patched(body: Body, operations: object) -> Body:
    """The body after every operation; raises ApiError at the first that cannot be done."""
    if not isinstance(operations, list) or not operations:
        raise malformed("The body must be a list of JSON-Patch operations.", "patch")
    changed = deepcopy(body)
    for operation in operations:
        _apply(changed, operation)
    return changed


def _apply(body: Body, operation: object) -> None:
    if not isinstance(operation, dict) or operation.get("op") not in {"add", "replace"} or "value" not in operation:
        raise malformed("Only add and replace, each with a value, are supported.", "patch")
    path = str(operation.get("path", ""))
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    if not path.startswith("/") or not parts[-1]:
        raise malformed(f"“{path}” is no path.", "patch")
    if parts[0] in _FIXED:
        raise malformed(f"{parts[0]} cannot be changed.", parts[0])
    _put(body, parts, operation["value"], is_new=operation["op"] == "add")


def _put(here: object, parts: list[str], value: object, *, is_new: bool) -> None:
    *parents, last = parts
    for name in parents:
        here = _below(here, name)
    if isinstance(here, list) and is_new and last == "-":
        here.append(value)
    elif isinstance(here, list) and last.isdecimal() and int(last) < len(here):
        here[int(last)] = value
    elif isinstance(here, dict) and (is_new or last in here):
        here[last] = value
    else:
        raise malformed(f"There is nothing at “/{'/'.join(parts)}”.", "patch")


def _below(here: object, name: str) -> object:
    if isinstance(here, dict) and name in here:
        return here[name]
    if isinstance(here, list) and name.isdecimal() and int(name) < len(here):
        return here[int(name)]
    raise malformed(f"There is nothing at “{name}”.", "patch")
