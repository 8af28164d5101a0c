import pytest

from kram.app.devstack import setup
from kram.app.devstack.ports import free_port


@pytest.mark.parametrize("address", ["postgresql://me:secret@127.0.0.1:{port}/kram", "mysql://x"])
def test_a_database_that_cannot_be_reached_is_told_in_one_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "DATABASE_URL": address.format(port=free_port()),
        "REDIS_URL": "redis://127.0.0.1",
        "PUBLIC_URL": "http://127.0.0.1",
        "STORAGE_URL": "file:///nowhere",
        "SECRET_KEY": "a:" + "A" * 43 + "=",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"KRAM_{name}", value)
    with pytest.raises(SystemExit, match="No connection to the database") as ended:
        setup.main()
    assert "secret" not in str(ended.value)
    assert "\n" not in str(ended.value)
