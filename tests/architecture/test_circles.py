"""The pages' modules form no circle, and the check sees each kind of one."""

from itertools import pairwise

import pytest

from scripts.circles import circle, modules_of


@pytest.mark.parametrize(
    "back",
    [
        'import { one } from "./one";',
        'import type { One } from "./one";',
        'import {\n  type One,\n} from "../page/one";',
        "export { one } from './one';",
        'import "./one";',
        'const one = await import("./one");',
        'let one: import("./one").One;',
        'import { one } from ".";',
        'import { one } from "./index";',
    ],
)
def test_a_circle_is_seen(back: str) -> None:
    modules = {
        "page/start.ts": 'import "./one";',
        "page/one.ts": 'import { two } from "./parts/../two";',
        "page/index.ts": 'export * from "./one";',
        "page/two.ts": back,
    }
    found = circle(modules)

    assert found[0] == found[-1]
    assert {"page/one.ts", "page/two.ts"} <= set(found)
    assert "page/start.ts" not in found


def test_a_circle_is_told_in_the_order_of_its_imports() -> None:
    modules = {"a.ts": 'import "./b";', "b.ts": 'import "./c";', "c.ts": 'import "./a";'}
    assert set(pairwise(circle(modules))) == {("a.ts", "b.ts"), ("b.ts", "c.ts"), ("c.ts", "a.ts")}


def test_packages_styles_and_shared_modules_are_no_circle() -> None:
    modules = {
        "page/start.ts": 'import sdk from "sdk";\nimport "./start.css";\nimport "./a/a";',
        "page/a/a.ts": 'import "./b";\nimport "../base";',
        "page/a/b.ts": 'import "../base";',
        "page/base.ts": "export const base = 1;",
    }
    assert circle(modules) == []


def test_the_pages_have_none() -> None:
    modules = modules_of()
    assert "kram/miniapp/assets/storefront.ts" in modules
    assert circle(modules) == []
