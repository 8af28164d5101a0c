"""The house keeps its own rules, and each rule can fail."""

import ast

import pytest

from scripts.rules import Source, check, check_all, codes_are_unique

SERVICE = "kram/shop/orders/service.py"
DOOR = "kram/api/rest/orders.py"


def rules_broken(path: str, text: str) -> set[str]:
    return {fault.rule for fault in check(path, text)}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("only_the_edge_commits", "async def f(tx): await tx.session.commit()"),
        ("only_the_edge_commits", "async def f(db, t):\n async with db.tenant(t) as tx: pass"),
        ("only_the_edge_commits", "async def f(db):\n async with db.platform() as tx: pass"),
        ("no_bare_create_task", "import asyncio\nasync def f(): asyncio.create_task(g())"),
        ("no_bare_create_task", "async def f(loop): loop.create_task(g())"),
        ("no_bare_create_task", "import asyncio\nasync def f(): asyncio.ensure_future(g())"),
        (
            "no_bare_create_task",
            "import asyncio\nasync def f(): asyncio.get_running_loop().create_task(g())",
        ),
        ("sql_only_in_queries", "from sqlalchemy import select"),
        ("sql_only_in_queries", "from sqlalchemy.dialects.postgresql import insert"),
        ("no_spliced_sql", "text(f'SELECT {x}')"),
        ("no_spliced_sql", "text('SELECT ' + x)"),
        ("no_spliced_sql", "connection.exec_driver_sql(f'SELECT {x}')"),
        ("imports_at_the_top", "def f():\n import os"),
        ("one_reader_of_the_environment", "import os\nx = os.environ['A']"),
        ("one_reader_of_the_clients_address", "def f(request): return request.client.host"),
        ("one_reader_of_the_clients_address", "def f(view): return view.request.client"),
    ],
)
def test_rule_catches(rule: str, text: str) -> None:
    assert rule in rules_broken(SERVICE, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (DOOR, "async def f(db, t):\n async with db.tenant(t) as tx: pass"),
        ("kram/billing/payments/tasks.py", "async def f(d):\n async with d.done() as tx: pass"),
        ("kram/kit/db/database.py", "async def f(session): await session.commit()"),
        ("kram/shop/orders/queries.py", "from sqlalchemy import select\ntext('SELECT 1')"),
        ("kram/app/settings.py", "import os\nx = os.environ"),
        (SERVICE, "async def f(group): group.create_task(g())"),
    ],
)
def test_rule_lets_pass(path: str, text: str) -> None:
    assert rules_broken(path, text) == set()


@pytest.mark.parametrize("second", ["code = 'gone'", "code: ClassVar[str] = 'gone'"])
def test_a_code_with_two_meanings_is_caught(second: str) -> None:
    texts = ["class A:\n code = 'gone'", f"class B:\n x = 1\n {second}"]
    sources = [Source(f"kram/{name}.py", ast.parse(text)) for name, text in enumerate(texts)]
    [fault] = codes_are_unique(sources)
    assert (fault.path, fault.line) == ("kram/1.py", 3)
    assert fault.text == "'gone' is defined in kram/0.py:2 already"


def test_codes_that_differ_and_empty_defaults_pass() -> None:
    bodies = ["code = 'a'", "code = 'b'", "code: str = ''", "code = ''"]
    text = "\n".join(f"class C{place}:\n {body}" for place, body in enumerate(bodies))
    assert codes_are_unique([Source("kram/a.py", ast.parse(text))]) == []


def test_the_house_keeps_them() -> None:
    assert [str(fault) for fault in check_all()] == []
