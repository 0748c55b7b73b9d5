"""The models the emulator answers for and what each accepts; knows the clock only as an argument.

Release dates are the epoch, as the API itself gives them when they are unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.model.wire import JsonObject

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLION, _MAX_OUTPUT = 1_000_000, 128_000
_YES, _NO = {"supported": True}, {"supported": False}
_ADAPTIVE = frozenset({"adaptive", "disabled", "between_tools"})


@dataclass(frozen=True)
class Model:
    """One catalogue entry."""

    id: str
    display_name: str
    line: str
    thinking: frozenset[str] = _ADAPTIVE
    forced_tools: bool = True
    prefill: bool = False
    max_input_tokens: int = _MILLION
    max_tokens: int = _MAX_OUTPUT
    alias: str | None = None
    deprecated_at: datetime | None = None
    retires_at: datetime | None = None

    def lifecycle(self, now: datetime) -> str:
        """The stage of this model at a moment."""
        if self.retires_at is not None and now >= self.retires_at:
            return "retired"
        return "deprecated" if self.deprecated_at is not None and now >= self.deprecated_at else "active"


def _older(model_id: str, name: str, alias: str, *, retires_at: datetime | None = None) -> Model:
    return Model(
        model_id,
        name,
        name.split()[1].lower(),
        thinking=frozenset({"enabled", "disabled"}),
        prefill=True,
        max_input_tokens=200_000,
        max_tokens=64_000,
        alias=alias,
        deprecated_at=_EPOCH if retires_at else None,
        retires_at=retires_at,
    )


MODELS = (
    Model("claude-fable-5-2", "Claude Fable 5.2", "fable"),
    Model("claude-mythos-5-2", "Claude Mythos 5.2", "mythos"),
    Model("claude-haiku-5-5", "Claude Haiku 5.5", "haiku"),
    Model(
        "claude-sonnet-5-5",
        "Claude Sonnet 5.5",
        "sonnet",
        thinking=frozenset({"adaptive", "between_tools"}),
        forced_tools=False,
    ),
    Model("claude-fable-5-1", "Claude Fable 5.1", "fable"),
    Model("claude-opus-5-5", "Claude Opus 5.5", "opus", thinking=frozenset({"adaptive"}), forced_tools=False),
    Model("claude-mythos-5-1", "Claude Mythos 5.1", "mythos"),
    Model("claude-sonnet-5", "Claude Sonnet 5", "sonnet"),
    Model("claude-fable-5", "Claude Fable 5", "fable"),
    Model("claude-mythos-5", "Claude Mythos 5", "mythos"),
    Model("claude-opus-5", "Claude Opus 5", "opus"),
    Model("claude-opus-4-8", "Claude Opus 4.8", "opus"),
    Model("claude-opus-4-7", "Claude Opus 4.7", "opus"),
    Model("claude-opus-4-6", "Claude Opus 4.6", "opus"),
    Model("claude-sonnet-4-6", "Claude Sonnet 4.6", "sonnet"),
    _older("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "claude-haiku-4-5"),
    _older("claude-opus-4-5-20251101", "Claude Opus 4.5", "claude-opus-4-5"),
    _older(
        "claude-sonnet-4-5-20250929",
        "Claude Sonnet 4.5",
        "claude-sonnet-4-5",
        retires_at=datetime(2026, 11, 30, tzinfo=UTC),
    ),
    Model(
        "claude-mythos-preview",
        "Claude Mythos Preview",
        "mythos",
        deprecated_at=_EPOCH,
        retires_at=datetime(2026, 6, 30, tzinfo=UTC),
    ),
)


def find_model(name: object, now: datetime) -> Model | None:
    """The model an id or alias names, unless it has retired."""
    model = find_entry(name)
    return model if model is not None and model.lifecycle(now) != "retired" else None


def find_entry(name: object) -> Model | None:
    """The catalogue entry an id or alias names, retired or not."""
    return next((model for model in MODELS if name in (model.id, model.alias) and name is not None), None)


def model_json(model: Model, now: datetime) -> JsonObject:
    """The model object of the Models API."""
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "line": model.line,
        "created_at": _stamp(_EPOCH),
        "lifecycle": model.lifecycle(now),
        "deprecated_at": _stamp(model.deprecated_at),
        "retires_at": _stamp(model.retires_at),
        "max_input_tokens": model.max_input_tokens,
        "max_tokens": model.max_tokens,
        "capabilities": _capabilities(model),
    }


def page(models: Iterable[Model], *, after: str | None, before: str | None, limit: int) -> list[Model]:
    """The entries one page holds, and one more when another page follows."""
    held = list(models)
    ids = [model.id for model in held]
    if after in ids:
        return held[ids.index(after) + 1 :][: limit + 1]
    if before in ids:
        return held[: ids.index(before)][-limit - 1 :]
    return held[: limit + 1]


def _capabilities(model: Model) -> JsonObject:
    efforts = "adaptive" in model.thinking
    levels = {level: _support(supported=efforts) for level in ("low", "medium", "high", "xhigh", "max")}
    kinds = ("adaptive", "between_tools", "disabled", "enabled")
    # Server tools and context editing exist on the real models; here they do not, and the answer says so.
    return {
        **dict.fromkeys(("batch", "citations", "code_execution", "context_management"), _NO),
        **dict.fromkeys(("image_input", "pdf_input"), _NO),
        "effort": {**_support(supported=efforts), **levels},
        "server_tools": {**_NO, "code_execution": _NO, "web_search": _NO},
        "structured_outputs": _YES,
        "thinking": {**_YES, "types": {kind: _support(supported=kind in model.thinking) for kind in kinds}},
    }


def _support(*, supported: bool) -> JsonObject:
    return {"supported": supported}


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment is not None else None
