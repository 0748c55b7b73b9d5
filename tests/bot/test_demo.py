"""`cosell demo`: the whole motion in the terminal, checked in the world's own books."""

from pathlib import Path

from tests.bot.command import ended


def test_the_demo_plays_the_whole_motion_and_every_check_holds(tmp_path: Path) -> None:
    code, said = ended("demo", {}, tmp_path)

    assert code == 0, said
    assert said.count("holds  ") == 11
    assert "FAILS" not in said
    assert "T_e2e" in said
    assert "Traceback" not in said
