"""A folder of Alembic revisions as SQL text, rendered once per process."""

from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory

MIGRATIONS = Path(__file__).parents[3] / "migrations"
BASE = "base"
"""The revision of a schema that holds nothing yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One revision: the SQL that leads from `before` to `revision`."""

    before: str
    revision: str
    sql: str


@dataclass(frozen=True, slots=True)
class Tree:
    steps: tuple[Step, ...]

    @property
    def head(self) -> str:
        return self.steps[-1].revision

    @property
    def script(self) -> str:
        """All of it, for a schema that holds nothing."""
        return "\n".join(step.sql for step in self.steps)

    def after(self, revision: str) -> tuple[Step, ...]:
        """The steps still missing at that revision. Raises KeyError for an unknown one."""
        if revision == BASE:
            return self.steps
        places = {step.revision: place for place, step in enumerate(self.steps)}
        return self.steps[places[revision] + 1 :]


@cache
def load_tree(name: str, root: Path = MIGRATIONS) -> Tree:
    """`name` is "platform" or "tenant"."""
    folder = ScriptDirectory(str(root / name))
    scripts = reversed(list(folder.walk_revisions()))
    return Tree(tuple(_step(script) for script in scripts))


def _step(script: Script) -> Step:
    before = script.down_revision
    assert before is None or isinstance(before, str), "a tree has one line of revisions"
    return Step(before or BASE, script.revision, render(script, "upgrade"))


def render(script: Script, direction: str) -> str:
    """The SQL of a revision's `upgrade` or `downgrade`, without version bookkeeping."""
    buffer = StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": buffer}
    )
    with Operations.context(context):
        getattr(script.module, direction)()
    return buffer.getvalue()
