"""`python peer.py make COUNT | migrate EXECUTOR`: does it with django-tenants, prints the times.

PEER_FOLDER takes the migrations, which Django writes itself out of the models; PEER_COLUMNS says
how many columns with an index one table has by now.
"""

import json
import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

FOLDER = Path(os.environ["PEER_FOLDER"])


def main(task: str, argument: str) -> None:
    for package in ("written", "written/owners", "written/goods"):
        (FOLDER / package).mkdir(exist_ok=True)
        (FOLDER / package / "__init__.py").touch()
    sys.path.insert(0, str(FOLDER))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    call_command("makemigrations", "owners", "goods", verbosity=0)
    times = make(int(argument)) if task == "make" else [migrate(argument)]
    print(json.dumps(times))


def make(count: int) -> list[float]:
    """Returns the milliseconds that each tenant took, from nothing to all its tables."""
    from owners.models import Client

    call_command("migrate_schemas", shared=True, verbosity=0)
    times = []
    for number in range(count):
        started = time.perf_counter()
        Client(schema_name=f"t_{number:05}", name=f"Shop {number}").save(verbosity=0)
        times.append((time.perf_counter() - started) * 1000)
    return times


def migrate(executor: str) -> float:
    """Returns the milliseconds that all tenants took together."""
    started = time.perf_counter()
    call_command("migrate_schemas", tenant=True, executor=executor, verbosity=0)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
