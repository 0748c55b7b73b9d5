"""The import rules of `.importlinter`, and what it cannot say: an allow-list, no circles, the root's folders."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import grimp
import pytest

from tests.house.source_tree import PACKAGES, ROOT, Module, modules, told

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
FOLDERS = {*PACKAGES, "tests", "docs"}
DOMAIN_MAY_IMPORT = {"motions", "pydantic"} | sys.stdlib_module_names


def test_every_import_contract_holds(tmp_path: Path) -> None:
    command = [str(LINT_IMPORTS), "--no-logo", "--cache-dir", str(tmp_path)]

    # In a process of its own: it sets up logging, which silences every logger there is.
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_domain_imports_the_standard_library_and_pydantic_only() -> None:
    found = [
        module.at(node, f"imports {name}; motions knows the standard library and pydantic")
        for module in modules("motions")
        for node, name in _roots(module)
        if name not in DOMAIN_MAY_IMPORT
    ]

    assert not found, told(found)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle = error.args[1]
        details = [
            graph.get_import_details(importer=importer, imported=imported) for imported, importer in pairwise(circle)
        ]
        pytest.fail(told(f"{each['importer']}:{each['line_number']}: {each['line_contents']}" for each, *_ in details))


def test_every_connector_is_named_in_the_contract_that_keeps_them_apart() -> None:
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter", "utf-8")
    folders = {f"connectors.{path.parent.name}" for path in (ROOT / "connectors").glob("*/__init__.py")}

    assert set(rules["importlinter:contract:connectors"]["modules"].split()) == folders


def test_the_root_holds_the_folders_of_the_design_and_no_other() -> None:
    holding = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py") if ".venv" not in path.parts}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert holding - FOLDERS == set()
    assert packages == set(PACKAGES)


def _roots(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, (node.module or "").partition(".")[0]
