"""What the storefront's process must not carry."""

import subprocess
import sys

LOOK = """
import sys
import kram.miniapp.routes, kram.miniapp.cache.layer, kram.miniapp.cache.news
print(*sorted({"aiogram", "aiohttp"} & set(sys.modules)))
"""


def test_the_storefront_does_without_the_bots_library() -> None:
    """It costs a process about 170 MB and three seconds."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
