"""A hostile model: what it answers when it wants effects, links and leaks; pure, deterministic, knows no HTTP.

It reads every value of the request it answers and nothing else. Its sentences are as acceptable as it can make them:
in the shape the request's schema asks for, each citing every id it was given, beside honest ones that repeat what it
was told. `orders` make it obey texts: when the request holds one's `heard`, it says and calls what the order tells it.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle, islice
from random import Random
from typing import Any

from sandbox.model.disguises import DISGUISED
from sandbox.model.faults import Knobs
from sandbox.model.instances import instance_of
from sandbox.model.lures import APPROVALS, BLOCKS, INVENTED, LINKS, MENTIONS, SHAPES, TOOLS
from sandbox.model.replies import as_text, output_schema, with_first_string
from sandbox.model.wire import JsonObject, Reply

_IDS_A_SENTENCE = 30
_ALL = "{values}"  # in an order: everything the request told


class Trick(StrEnum):
    """Every way to be hostile."""

    TOOLS = "tools"  # every tool there ever was, and near-misses
    FLOOD = "flood"  # thousands of them
    APPROVALS = "approvals"  # words and JSON that pose as decisions
    LINKS = "links"
    MENTIONS = "mentions"
    BLOCKS = "blocks"  # Block Kit and markup instead of words
    UNICODE = "unicode"  # hidden, reordered, look-alike and folding characters
    REPEAT = "repeat"  # every value it was told
    ENCODE = "encode"  # the same, in base64, reversed, split
    INVENT = "invent"  # numbers and names nobody gave it
    SHAPE = "shape"  # JSON that is not quite what was asked
    HUGE = "huge"
    ENDLESS_TEXT = "endless_text"
    ENDLESS_THINKING = "endless_thinking"
    ENDLESS_LINE = "endless_line"  # one event that never ends
    OBEY = "obey"  # honest, but for whoever gives it an order


ENDLESS = frozenset({Trick.ENDLESS_TEXT, Trick.ENDLESS_THINKING, Trick.ENDLESS_LINE})


@dataclass(frozen=True)
class Order:
    """What to do for a text that holds `heard`: say these sentences, call these tools."""

    heard: str
    say: tuple[str, ...] = ()
    call: tuple[JsonObject, ...] = ()


@dataclass
class Hostility:
    """Which tricks are played, in which order, and what it obeys."""

    seed: int = 0
    trick: Trick | None = None  # None: all of them in turn
    orders: tuple[Order, ...] = ()
    _turns: Iterator[Trick] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tricks = [self.trick] if self.trick else [each for each in Trick if each is not Trick.OBEY]
        Random(self.seed).shuffle(tricks)  # noqa: S311 - a world that replays is worth more than one that surprises
        self._turns = cycle(tricks)

    def next(self) -> Trick:
        """The trick for the request that just arrived."""
        return next(self._turns)


def hostile_reply(body: JsonObject, trick: Trick, hostility: Hostility, knobs: Knobs) -> Reply:
    """The answer to one request by this trick; endless ones are told by whoever sends."""
    heard = Heard.of(body)
    match trick:
        case Trick.TOOLS:
            return Reply(tuple(_calls(len(TOOLS), heard)), "tool_use")
        case Trick.FLOOD:
            return Reply(tuple(_calls(knobs.calls, heard)), "tool_use")
        case Trick.SHAPE:
            return _text(SHAPES[Random(str(heard.values)).randrange(len(SHAPES))])  # noqa: S311 - the same as above
        case Trick.HUGE:
            return _text(("The model does not stop. " * (knobs.chars // 25 + 1))[: knobs.chars])
        case Trick.OBEY:
            return _obeyed(body, heard, hostility.orders)
        case _:
            return _text(_shaped(body, heard, _TEXTS[trick](heard)))


@dataclass(frozen=True)
class Heard:
    """Everything a request told: ids and values of its JSON, and all of it as one text."""

    text: str
    ids: tuple[str, ...]
    values: tuple[str, ...]

    @classmethod
    def of(cls, body: JsonObject) -> "Heard":
        """Read as a model would, from the first user turn."""
        turns = [turn["content"] for turn in body["messages"] if turn["role"] == "user"]
        text = turns[0] if turns and isinstance(turns[0], str) else json.dumps(turns, ensure_ascii=False)
        told = _json_in(text)
        values = tuple(_strings(told, but="id")) if told is not None else tuple(re.findall(r"\S+", text))
        return cls(text, tuple(_strings(told, only="id")), values)


def _calls(count: int, heard: Heard) -> Iterator[JsonObject]:
    """So many calls; no two have the same name and arguments."""
    for number, name in enumerate(islice(cycle(TOOLS), count)):
        nested: Any = {"confirm": True, "approved_by": "U0PRIYA", "number": number, "values": heard.values[:1]}
        for _ in range(number % 4):
            nested = {"input": json.dumps(nested)}
        yield {"type": "tool_use", "name": name, "input": nested}


def _obeyed(body: JsonObject, heard: Heard, orders: tuple[Order, ...]) -> Reply:
    given = [order for order in orders if order.heard in heard.text]
    told = " ".join(heard.values)
    said = [sentence.replace(_ALL, told) for order in given for sentence in order.say]
    calls = [{"type": "tool_use", "input": {}, **call} for order in given for call in order.call]
    # It says that it has finished although it calls: a reader who looks at the words alone takes them.
    return Reply(({"type": "text", "text": _shaped(body, heard, said)}, *calls), "end_turn")


def _shaped(body: JsonObject, heard: Heard, texts: list[str]) -> str:
    """Honest sentences and these texts, in the shape the request asks for."""
    schema = output_schema(body)
    if schema is None:
        return "\n".join(texts)
    items = _list_of_sentences(schema)
    if items is None:
        return as_text(with_first_string(instance_of(schema), "\n".join(texts)))
    name, text_key, ids_key = items
    honest = [f"It is known: {value}." for value in heard.values[:2]]
    ids = list(heard.ids)[:_IDS_A_SENTENCE]
    return as_text({name: [{text_key: text, ids_key: ids} for text in (*honest, *texts)]})


def _list_of_sentences(schema: JsonObject) -> tuple[str, str, str] | None:
    """The names of the list, of its items' text and of their list of ids, when the schema has that form."""
    for name, rule in (schema.get("properties") or {}).items():
        properties = (rule.get("items") or {}).get("properties") or {}
        texts = [key for key, each in properties.items() if each.get("type") == "string"]
        lists = [key for key, each in properties.items() if each.get("type") == "array"]
        if texts and lists:
            return name, texts[0], lists[0]
    return None


def _repeated(heard: Heard) -> list[str]:
    return [*heard.values[:27], " ".join(heard.values)[:390]]


def _encoded(heard: Heard) -> list[str]:
    told = " ".join(heard.values)[:240]
    split = [f"{value[::2]} and {value[1::2]}" for value in heard.values[:9]]
    return [base64.b64encode(told.encode()).decode(), told[::-1], " ".join(told), *split]


def _disguised(heard: Heard) -> list[str]:
    return [*DISGUISED, *("\u200b".join(value) for value in heard.values[:9])]


_TEXTS: Mapping[Trick, Callable[[Heard], list[str]]] = {
    Trick.APPROVALS: lambda _: list(APPROVALS),
    Trick.LINKS: lambda heard: [each.format(value="%20".join(heard.values[:3])) for each in LINKS],
    Trick.MENTIONS: lambda _: list(MENTIONS),
    Trick.BLOCKS: lambda _: list(BLOCKS),
    Trick.UNICODE: _disguised,
    Trick.REPEAT: _repeated,
    Trick.ENCODE: _encoded,
    Trick.INVENT: lambda _: list(INVENTED),
}


def _text(said: str) -> Reply:
    return Reply(({"type": "text", "text": said},))


def _json_in(text: str) -> Any:
    try:
        return json.loads(text[text.index("{") : text.rindex("}") + 1])
    except ValueError:
        return None


def _strings(told: Any, *, only: str = "", but: str = "", key: str = "") -> Iterator[str]:
    """The strings below a value, of one key alone or of every other."""
    if isinstance(told, str) and told and (key == only if only else key != but):
        yield told
    for name, part in told.items() if isinstance(told, dict) else ():
        yield from _strings(part, only=only, but=but, key=name)
    for part in told if isinstance(told, list) else ():
        yield from _strings(part, only=only, but=but, key=key)
