"""Running named tests on one changed module: a fork of this process imports it changed, everything else as it is.

Nothing on the disk is touched. A fork costs the import of our own packages; what they stand on is imported here, once.
"""

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import pytest

from tests.house.source_tree import ROOT

# What our modules and tests import of others, so that no fork has to.
_HEAVY = ("alembic.command", "anthropic", "httpx", "pydantic", "slack_bolt", "sqlalchemy.orm", "starlette", "yaml")
PASSED, FAILED, BROKEN = 0, 1, 2


def preload() -> None:
    """Import what every fork needs, and keep what forks compile: it is most of their start."""
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(tempfile.gettempdir()) / "cosell-tests-compiled")
    for name in _HEAVY:
        importlib.import_module(name)


def start(path: str, mutated: str, tests: Sequence[str], marked: str = "") -> tuple[int, Path]:
    """Fork; the child runs the tests with the module at `path` so changed. Its process id, and where it writes."""
    said = Path(tempfile.mkstemp(prefix="mutant-")[1])
    child = os.fork()
    if child:
        return child, said
    code = BROKEN
    try:
        code = _run(path, mutated, tests, marked, said)
    except BaseException:  # noqa: BLE001 - a child that got so far must not go on as its parent would
        said.write_text(traceback.format_exc(), "utf-8")
    finally:
        os._exit(code)


def finish(child: int, said: Path) -> tuple[int, str]:
    """The exit code and the words of pytest, once the child has ended."""
    _, status = os.waitpid(child, 0)
    words = said.read_text("utf-8", "replace")
    said.unlink()
    return os.waitstatus_to_exitcode(status), words


def _run(path: str, mutated: str, tests: Sequence[str], marked: str, said: Path) -> int:
    output = os.open(said, os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # Nothing a mutant makes fail may be kept and tried on the real module.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.mkdtemp(prefix="mutant-")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(ROOT)
    sys.meta_path.insert(0, _Changed(path, mutated))
    # A plugin of fixtures that its own tests import first has no rewritten asserts to lose.
    quiet = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*quiet, "-m", marked, *tests]))


class _Changed(MetaPathFinder):
    """Finds the one changed module."""

    def __init__(self, path: str, mutated: str) -> None:
        self._name = path.removesuffix(".py").replace("/", ".")
        self._file = str(ROOT / path)
        self._mutated = mutated

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """Its specification, or nothing for any other."""
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._file, loader=_Loader(fullname, self._file, self._mutated))


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, mutated: str) -> None:
        super().__init__(fullname, path)
        self._mutated = mutated

    def get_code(self, fullname: str) -> CodeType | None:
        """Compiled anew: what lies in __pycache__ is the real one's."""
        return compile(self._mutated, self.path, "exec", dont_inherit=True)
