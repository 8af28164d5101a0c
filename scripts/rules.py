"""House rules that ruff does not know, checked on the syntax tree: `python scripts/rules.py`.

Each rule is a function from one parsed file to its faults, one of them from all files;
`tests/architecture` shows for each that it can fail. An exception is written into the rule's own
list, with its reason.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file; `path` is relative to the repository, with slashes."""

    path: str
    tree: ast.Module

    def is_any_of(self, patterns: Iterable[str]) -> bool:
        return any(fnmatch(self.path, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


Found = Iterator[tuple[ast.AST, str]]
Rule = Callable[[Source], Found]

EDGES = (
    "kram/kit/db/*",
    "kram/kit/events/*",
    "kram/tenants/registry.py",  # reads whose shop it is before any scope exists
    "kram/integrations/telegram/bots.py",  # likewise, for the bots that speak for shops
    "kram/*/tasks.py",
    "kram/*/tasks/*.py",
    "kram/api/*",
    "kram/miniapp/*",
    "kram/dashboard/*",
    "kram/bot/*",
    "kram/app/*",
)
COMMITTERS = ("kram/kit/db/*",)
SQL_PLACES = (
    "kram/*queries.py",
    "kram/*/queries/*.py",
    "kram/*models.py",
    "kram/*/models/*.py",
    "kram/kit/db/*",
    "kram/kit/events/*",
    "kram/tenants/schema/*",
)
SQL_WORDS = {
    "select",
    "insert",
    "update",
    "delete",
    "text",
    "func",
    "exists",
    "values",
    "lambda_stmt",
}
SPLICED_SQL_ALLOWED = (
    "kram/tenants/schema/*",  # DDL takes no parameters; schema names are checked against a pattern
)
LATE_IMPORTERS = (
    "kram/app/commands/*",  # `kram --help` must not wait for the database's library
)
TASK_KEEPERS = (
    "kram/app/devstack/telegram/delivery/webhooks.py",  # keeps each task, logs how it ended
)
ADDRESS_READERS = ("kram/kit/web/client.py",)
ENVIRONMENT_READERS = ("kram/app/settings.py", "kram/app/devstack/*", "kram/app/commands/*")


def only_the_edge_commits(source: Source) -> Found:
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="commit" | "rollback")) if not (
                source.is_any_of(COMMITTERS)
            ):
                yield node, "only kit/db commits; leave the edge's `async with` block instead"
            case ast.AsyncWith() if not source.is_any_of(EDGES):
                for item in node.items:
                    if _opens_transaction(item.context_expr):
                        yield node, "only an edge opens a transaction; take `tx` as an argument"


def _opens_transaction(expression: ast.expr) -> bool:
    match expression:
        case ast.Call(func=ast.Attribute(attr="tenant" | "tenant_read" | "platform" | "done")):
            return True
        case _:
            return False


def no_bare_create_task(source: Source) -> Found:
    """A task that nobody awaits is collected half-done, and its exception is never seen."""
    if source.is_any_of(TASK_KEEPERS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="asyncio" | "loop"), attr=name)) if (
                name in {"create_task", "ensure_future"}
            ):
                yield node, "use a TaskGroup: nobody awaits this task"
            case ast.Call(func=ast.Attribute(value=ast.Call(), attr="create_task")):
                yield node, "use a TaskGroup: nobody awaits this task"


def sql_only_in_queries(source: Source) -> Found:
    if source.is_any_of(SQL_PLACES):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            words = SQL_WORDS & {name.name for name in node.names}
            if words:
                yield node, f"{', '.join(sorted(words))}: statements belong in queries.py"


def no_spliced_sql(source: Source) -> Found:
    """Text that is put together at run time is how a user's words become a statement."""
    if source.is_any_of(SPLICED_SQL_ALLOWED):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(
                func=ast.Name(id="text" | "literal_column") | ast.Attribute(attr="exec_driver_sql"),
                args=[ast.JoinedStr() | ast.BinOp(), *_],
            ):
                yield node, "SQL is a constant; values are parameters"


def imports_at_the_top(source: Source) -> Found:
    if source.is_any_of(LATE_IMPORTERS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner, "an import inside a function means that the floors are wrong"


def one_reader_of_the_environment(source: Source) -> Found:
    if source.is_any_of(ENVIRONMENT_READERS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv"):
                yield node, "settings are read in app/settings.py and passed down"


def one_reader_of_the_clients_address(source: Source) -> Found:
    """Behind a proxy `request.client` is the proxy, and its limit would be everybody's."""
    if source.is_any_of(ADDRESS_READERS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(
                value=ast.Name(id="request") | ast.Attribute(attr="request"), attr="client"
            ):
                yield node, "ask kit/web/client.py whose limit it is"


RULES: tuple[Rule, ...] = (
    only_the_edge_commits,
    no_bare_create_task,
    sql_only_in_queries,
    no_spliced_sql,
    imports_at_the_top,
    one_reader_of_the_environment,
    one_reader_of_the_clients_address,
)


def check(path: str, text: str) -> list[Fault]:
    """The faults of one file, given its path relative to the repository."""
    return _faults(Source(path, ast.parse(text)))


def _faults(source: Source) -> list[Fault]:
    return [
        Fault(source.path, getattr(node, "lineno", 0), rule.__name__, message)
        for rule in RULES
        for node, message in rule(source)
    ]


def codes_are_unique(sources: Iterable[Source]) -> list[Fault]:
    """A refusal's code is public: one that has two meanings tells a program nothing."""
    known: dict[str, str] = {}
    faults = []
    for source in sources:
        for node, code in _codes(source):
            if code in known:
                text = f"{code!r} is defined in {known[code]} already"
                faults.append(Fault(source.path, node.lineno, "codes_are_unique", text))
            known.setdefault(code, f"{source.path}:{node.lineno}")
    return faults


def _codes(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Values of `code = "…"` in the bodies of classes; an empty one is a field's default."""
    for found in ast.walk(source.tree):
        for node in found.body if isinstance(found, ast.ClassDef) else ():
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code)))
                    | ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code)))
                ) if code:
                    yield node, code


def check_all(root: Path = ROOT) -> list[Fault]:
    sources = [
        Source(file.relative_to(root).as_posix(), ast.parse(file.read_text(encoding="utf-8")))
        for file in sorted((root / "kram").rglob("*.py"))
    ]
    faults = [fault for source in sources for fault in _faults(source)]
    return faults + codes_are_unique(sources)


if __name__ == "__main__":
    faults = check_all()
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))
