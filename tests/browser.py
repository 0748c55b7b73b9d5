"""`python -m tests.browser`: make sure there is a Chromium for the page's tests, by the first way that works."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The machine's own browser, if it has one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """0 when there is a browser afterwards."""
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)  # noqa: T201 - a command's own output
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL)
        if find():
            return 0
    print("No Chromium on this machine; letting Playwright fetch its own …", flush=True)  # noqa: T201 - the same
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
