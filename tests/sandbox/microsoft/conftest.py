"""A new Partner Center for each test."""

import pytest

from tests.sandbox.microsoft.microsoft_center import Center, center


@pytest.fixture
def portal() -> Center:
    return center()
