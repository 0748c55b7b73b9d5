"""The page as files: guarded, small, and whole without a network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sandbox.page import STATIC, build_app

SCRIPTS = sorted(STATIC.glob("js/*.js"))
MOST_LINES = 300
MOST_COLUMNS = 130


def test_the_index_is_served_with_headers_that_forbid_foreign_code() -> None:
    answer = TestClient(build_app()).get("/")

    assert answer.status_code == 200
    assert "cosell sandbox" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["js/main.js", "css/base.css", "icon.svg"])
def test_its_files_are_served(path: str) -> None:
    assert TestClient(build_app()).get(f"/{path}").status_code == 200


def test_nothing_outside_its_folder_is_served() -> None:
    assert TestClient(build_app()).get("/..%2f__init__.py").status_code == 404


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_module_is_small_documented_and_says_nothing_as_html(script: Path) -> None:
    text = script.read_text(encoding="utf-8")

    assert text.startswith("/**")
    assert len(text.splitlines()) < MOST_LINES
    assert max(map(len, text.splitlines())) <= MOST_COLUMNS
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_module_parses(script: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")

    checked = subprocess.run(
        [node, "--input-type=module", "--check"], input=script.read_bytes(), capture_output=True, check=False
    )

    assert checked.returncode == 0, checked.stderr.decode()


def test_no_file_names_an_address_on_the_network() -> None:
    allowed = "http://www.w3.org/2000/svg"
    for path in STATIC.rglob("*.*"):
        text = path.read_text(encoding="utf-8").replace(allowed, "")
        assert not re.search(r"https?://[a-z0-9]", text), path.name
