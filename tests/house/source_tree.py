"""The repository as these tests read it: its files, its modules as syntax trees, findings by file and line."""

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPLICATION = ("bot", "handlers", "agents", "connectors", "store", "motions")
PACKAGES = (*APPLICATION, "sandbox", "bench")

_IGNORED = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line] + [".git"]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file, parsed."""

    path: str  # from the root
    source: str
    tree: ast.Module

    def at(self, node: ast.AST, said: str) -> str:
        """'bot/app.py:12: ...': a finding at a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {said}"

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Every function and method with its dotted name, inner ones too."""
        yield from _functions(self.tree, "")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository."""
    return tuple(sorted(_walk(ROOT)))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The Python files below these folders of the root."""
    paths = [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]
    assert paths, f"nothing below {folders}"
    return tuple(_parsed(path) for path in paths)


def parsed(source: str, path: str = "sample.py") -> Module:
    """A module from its text."""
    return Module(path, source, ast.parse(source))


def calls_of(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the full name of what is called."""
    known = _imported_as(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, full_name(node.func, known)


def names_of(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every import and every dotted expression by its full name: 'time.time' for `from time import time` too."""
    known = _imported_as(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node, full_name(node, known)


def full_name(node: ast.AST, known: Mapping[str, str] | None = None) -> str:
    """'os.environ' for that expression, whatever `os` is called here; empty for any other kind of expression."""
    if isinstance(node, ast.Name):
        return (known or {}).get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = full_name(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return ""


def told(findings: Iterable[str]) -> str:
    """The findings, one a line; empty when the house is in order."""
    return "\n".join(findings)


def _walk(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        if any(fnmatch(entry.name, pattern) for pattern in _IGNORED):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


def _imported_as(tree: ast.Module) -> Mapping[str, str]:
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


@cache
def _parsed(path: Path) -> Module:
    return parsed(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield f"{prefix}{child.name}", child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)
