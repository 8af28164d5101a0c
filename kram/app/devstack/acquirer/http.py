"""What the handlers here are given."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from kram.app.devstack.acquirer.acquirer import Acquirer
from kram.app.devstack.acquirer.rendering import Renderer

AnyRequest = Request[Any, Any, Any]
TheAcquirer = NamedDependency[Acquirer]
TheRenderer = NamedDependency[Renderer]
