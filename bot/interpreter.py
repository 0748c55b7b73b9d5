"""What the interpreter is told so that it keeps no acknowledgement waiting; belongs to a process, not to a bot."""

import gc
import sys

# An acknowledgement passes several threads, each of which may wait that long for a busy one; Python's own is 0.005.
_SWITCH_SECONDS = 0.0005


def avoid_pauses() -> None:
    """Call once everything is built and started: what is there then lives as long as the process.

    A full collection holds every thread while it walks all objects, a third of a second with all that was imported.
    Frozen, those are left out, and each collection takes as long as what came since.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
