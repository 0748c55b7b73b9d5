"""What a process that serves is spared."""

import gc
import sys

from bot.interpreter import avoid_pauses


def test_what_was_there_at_the_start_is_not_walked_again() -> None:
    switching = sys.getswitchinterval()
    try:
        avoid_pauses()

        assert len(gc.get_objects()) < gc.get_freeze_count()
        assert sys.getswitchinterval() < switching
    finally:
        gc.unfreeze()
        sys.setswitchinterval(switching)
