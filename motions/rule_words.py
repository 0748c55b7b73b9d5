"""A match rule's conditions as people read and type them, one a line: 'amount at least 20000'."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pydantic import ValidationError

from motions.errors import UserMistake
from motions.policy import Condition, Op, RuleField

# Longest first where one begins with another; the file's own names are understood too.
WORDS: Mapping[Op, str] = {
    Op.CONTAINS_ANY: "contains any of",
    Op.NOT_IN: "is none of",
    Op.IN: "is one of",
    Op.IS_EMPTY: "is empty",
    Op.GTE: "at least",
    Op.LTE: "at most",
    Op.BETWEEN: "between",
    Op.EQ: "is",
}
_LISTS = {Op.CONTAINS_ANY, Op.NOT_IN, Op.IN, Op.BETWEEN}
_VALUE = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)')
# How a value must not begin that follows "is", or it would be read as part of the words.
_TAKEN = tuple(words.removeprefix("is ") for words in WORDS.values() if words.startswith("is "))


def spelled(condition: Condition) -> str:
    """One condition as a line: 'product contains any of GTX, MG'."""
    words = f"{condition.field.value} {WORDS[condition.op]}"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    said = ", ".join(_quoted(str(value)) for value in values if value is not None)
    return f"{words} {said}" if said else words


def conditions_of(text: str) -> tuple[Condition, ...]:
    """What such lines say. Raises UserMistake, which names the line that says nothing."""
    return tuple(_conditions(text))


def _conditions(text: str) -> Iterator[Condition]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _condition(line.strip(), number)


def _condition(line: str, number: int) -> Condition:
    name, _, rest = line.partition(" ")
    field = next((field for field in RuleField if field.value == name.casefold()), None)
    if field is None:
        raise UserMistake(f"Line {number}: cosell knows no “{name}”. It looks at {', '.join(RuleField)}.")
    op, said = _op(rest.strip(), number)
    values = _values(said)
    try:
        if op in _LISTS and not values:
            raise UserMistake(f"Line {number}: say what {field.value} {WORDS[op]}.")
        if op in _LISTS:
            return Condition(field=field, op=op, value=tuple(values))
        return Condition(field=field, op=op, value=_only(values, number, op))
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ").replace(f" {op.value} ", f" {WORDS[op]} ")
        raise UserMistake(f"Line {number}: {why}.") from error


def _op(rest: str, number: int) -> tuple[Op, str]:
    spoken = rest.casefold()
    for op, words in WORDS.items():
        for each in (words, op.value):
            if spoken == each or spoken.startswith(f"{each} "):
                return op, rest[len(each) :].strip()
    raise UserMistake(f"Line {number}: after the field comes one of: {', '.join(WORDS.values())}.")


def _values(said: str) -> list[str]:
    """Values with commas between them; what stands in quotes is taken as it stands, with two quotes for one."""
    found = (match.groups() for match in _VALUE.finditer(said))
    values = ((quoted.replace('""', '"') if quoted is not None else bare.strip()) for quoted, bare in found)
    return [value for value in values if value]


def _only(values: list[str], number: int, op: Op) -> str | Decimal | None:
    if op is Op.IS_EMPTY and values:
        raise UserMistake(f"Line {number}: nothing comes after “is empty”.")
    if len(values) > 1:
        raise UserMistake(f"Line {number}: “{WORDS[op]}” takes one value; “is one of” takes several.")
    return values[0] if values else None


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    is_plain = value == value.strip() and not set(value) & set(',"') and not value.casefold().startswith(_TAKEN)
    return value if is_plain else f'"{doubled}"'
