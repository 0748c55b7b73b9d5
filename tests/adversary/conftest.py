"""The world of the scenarios, for sieges of it."""

from tests.scenarios.conftest import world

__all__ = ["world"]
