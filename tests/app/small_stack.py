"""The stack with small programs in the place of Kram's: `python -m tests.app.small_stack ROOT`.

Each program says its name; the web and the phone answer; KRAM_TEST_REST adds rows to the table.
"""

import http.server
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kram.app.devstack.child import Program
from kram.app.devstack.errors import StackError
from kram.app.devstack.table import Table
from kram.app.devstack.up import up
from kram.app.devstack.voice import Voice


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *about: object) -> None:
        pass


def serve(setting: str) -> None:
    http.server.HTTPServer(("127.0.0.1", int(os.environ[setting])), Page).serve_forever()


def wait_at_gate() -> None:
    if "--gated" in sys.argv and not os.read(0, 1):
        sys.exit(1)


def play(role: str) -> None:
    match role:
        case "web":
            wait_at_gate()
            print("web serves", flush=True)
            serve("KRAM_WEB_PORT")
        case "phone":
            serve("KRAM_PHONE_PORT")
        case "setup":
            wait_at_gate()
            print("setup is done", flush=True)
        case "broken setup":
            print("setup went wrong", flush=True)
            sys.exit(3)
        case "crasher":
            print("crasher runs", flush=True)
            sys.exit(7)
        case "stubborn":
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            print("stubborn is deaf", flush=True)
            time.sleep(1000)
        case "parent":
            subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True)
            time.sleep(1000)


def program(role: str, name: str) -> Program:
    command = [sys.executable, "-m", "tests.app.small_stack", "--play", role]
    return Program(name, command, restarts=name != "setup")


def main(root: Path) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rest = json.loads(os.environ.get("KRAM_TEST_REST", "[]"))
    table = Table(
        program("web", "web"),
        program("phone", "phone"),
        program(os.environ.get("KRAM_TEST_SETUP", "setup"), "setup"),
        [program(role, role) for role in rest],
    )
    try:
        up(root, Voice(), table=table)
    except StackError as broken:
        sys.exit(str(broken))


if __name__ == "__main__":
    if sys.argv[1] == "--play":
        play(sys.argv[2])
    else:
        main(Path(sys.argv[1]))
