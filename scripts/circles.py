"""The pages' TypeScript modules import one another in no circle: `python scripts/circles.py`.

Imports of types count as well: a bundle forgives such a circle, but whoever wants to understand
one of its modules has to read them all.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from posixpath import dirname, join, normpath

ROOT = Path(__file__).parents[1]
IMPORTED = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.[^"']*)["']""")


def circle(modules: Mapping[str, str]) -> list[str]:
    """Paths in which each module imports the next, from one back to itself; empty if none do so.

    modules: texts by path, with slashes.
    """
    imports = {path: set(_imports(path, modules)) for path in modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found[::-1]
    return []


def modules_of(root: Path = ROOT) -> dict[str, str]:
    files = sorted((root / "kram").rglob("*.ts"))
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def _imports(path: str, modules: Mapping[str, str]) -> Iterator[str]:
    for target in IMPORTED.findall(modules[path]):
        plain = normpath(join(dirname(path), target))
        yield from {f"{plain}.ts", f"{plain}/index.ts"} & modules.keys()


if __name__ == "__main__":
    found = circle(modules_of())
    if found:
        sys.exit("These modules import one another in a circle:\n  " + "\n  ".join(found))
