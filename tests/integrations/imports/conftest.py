from pathlib import Path

import asyncpg
import pytest

from kram.app.settings import Settings
from kram.integrations.imports.tasks import Importer
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.storage.addresses import storage_from_url
from kram.tenants.registry import Registry
from tests.house import House, empty
from tests.integrations.imports.yard import Yard


@pytest.fixture
async def yard(
    db: Database,
    settings: Settings,
    keys: KeyRing,
    tenant: Tenant,
    other_tenant: Tenant,
    owner: asyncpg.Connection,
    tmp_path: Path,
) -> Yard:
    await empty(owner)
    storage = storage_from_url(settings.storage_url)
    importer = Importer(Registry(db, keys), storage)
    house = House(
        db,
        [tenant, other_tenant],
        {"imports.run": importer.run, "imports.undo": importer.undo},
        events={
            "import.requested.v1": ["imports.run"],
            "import.undo_requested.v1": ["imports.undo"],
        },
    )
    return Yard(db, tenant, storage, house, tmp_path)
