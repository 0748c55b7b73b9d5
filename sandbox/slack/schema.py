"""Small combinators for saying what JSON must look like, complaining in Slack's words; knows no block."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Rule: TypeAlias = Callable[[Any, str], Iterator[str]]
Fields: TypeAlias = Mapping[str, Rule]


def complaint(text: str, at: str) -> str:
    """One line of response_metadata.messages."""
    return f"[ERROR] {text} [json-pointer:{at}]"


def anything(_value: Any, _at: str) -> Iterator[str]:
    """Accepts whatever is there."""
    yield from ()


def string(most: int, least: int = 1) -> Rule:
    """A string within a length."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must provide a string", at)
        elif len(value) > most:
            yield complaint(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield complaint(f"must be more than {least - 1} characters", at)

    return rule


def boolean(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield complaint("must provide a boolean", at)


def integer(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield complaint("must provide an integer", at)
        elif not least <= value <= most:
            yield complaint(f"must be between {least} and {most}", at)

    return rule


def choice(*allowed: str) -> Rule:
    """One of some words."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield complaint(f"must be one of {', '.join(allowed)}", at)

    return rule


def array(item: Rule, most: int, least: int = 1) -> Rule:
    """A list of bounded length."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must provide an array", at)
            return
        if len(value) > most:
            yield complaint(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield complaint(f"must provide at least {least} items", at)
        for index, each in enumerate(value):
            yield from item(each, f"{at}/{index}")

    return rule


def record(required: Fields, optional: Fields | None = None) -> Rule:
    """An object with these fields and no others; `type` is the caller's business."""
    known = {"type": anything, **(optional or {}), **required}

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must provide an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield complaint(f"missing required field: {name}", at)
        for name, each in value.items():
            if name not in known:
                yield complaint(f"invalid additional property: {name}", at)
            elif each is not None:
                yield from known[name](each, f"{at}/{name}")

    return rule


def tagged(table: Fields) -> Rule:
    """An object whose `type` chooses its rule."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must provide an object", at)
        elif not isinstance(value.get("type"), str):
            yield complaint("missing required field: type", at)
        elif value["type"] not in table:
            yield complaint(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from table[value["type"]](value, at)

    return rule


def every(*rules: Rule) -> Rule:
    """All of the rules."""

    def rule(value: Any, at: str) -> Iterator[str]:
        for each in rules:
            yield from each(value, at)

    return rule


def exactly_one(*names: str) -> Rule:
    """An object that has one of some fields, not more and not none."""

    def rule(value: Any, at: str) -> Iterator[str]:
        given = [name for name in names if _has(value, name)]
        if isinstance(value, dict) and len(given) != 1:
            yield complaint(f"must provide exactly one of {', '.join(names)}", at)

    return rule


def at_least_one(*names: str) -> Rule:
    """An object that has some of the fields."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(_has(value, name) for name in names):
            yield complaint(f"must provide at least one of {', '.join(names)}", at)

    return rule


def _has(value: Any, name: str) -> bool:
    return isinstance(value, dict) and value.get(name) is not None
