"""What the stack tells its children: environment variables, which `app/settings.py` reads."""

from collections.abc import Mapping

from kram.app.devstack.addresses import Addresses
from kram.app.devstack.home import Home
from kram.app.devstack.servers import Servers


def child_environment(
    environ: Mapping[str, str], home: Home, servers: Servers, addresses: Addresses
) -> dict[str, str]:
    """The person's own settings win where they may; addresses are what this start chose."""
    defaults = {
        "KRAM_PUBLIC_URL": addresses.web,
        "KRAM_STORAGE_URL": (home.folder / "media").as_uri(),
    }
    chosen = {
        "KRAM_ENVIRONMENT": "development",
        "KRAM_SECRET_KEY": environ.get("KRAM_SECRET_KEY") or home.secret_key(),
        "KRAM_DATABASE_URL": servers.database_url,
        "KRAM_REDIS_URL": servers.redis_url,
        "KRAM_WEB_PORT": str(addresses.web_port),
        "KRAM_PHONE_PORT": str(addresses.phone_port),
        "KRAM_ACQUIRER_PORT": str(addresses.acquirer_port),
        "KRAM_ACQUIRER_URL": addresses.acquirer,
        "KRAM_TELEGRAM_API_URL": addresses.phone,
        "KRAM_TELEGRAM_CONTROL_URL": addresses.phone,
        "KRAM_METRICS": "1",
        "KRAM_DATA_DIR": str(home.folder),
        "PYTHONUNBUFFERED": "1",
    }
    # Without its bytecode every start would compile a hundred thousand lines again.
    kept = {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**defaults, **kept, **chosen}
