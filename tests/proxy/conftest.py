"""One proxy, its route table and an app for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proxy.apps import App, app
from tests.proxy.front import Front, front
from tests.proxy.rig import Cloud, Proxy, Rig, Wire, records_at


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("proxy")
    cloud = Cloud(folder)
    try:
        cloud.start()
        wire, keys = Wire(cloud.port), Wire(cloud.port)
        at_keys = {
            "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{keys.port}",
            "HOSTER_KMS_KEY": cloud.key,
        }
        proxy = Proxy(folder, wire.port, more=at_keys)
        proxy.start()
        try:
            yield Rig(cloud, wire, keys, proxy, records_at(cloud.url))
        finally:
            proxy.stop()
    finally:
        cloud.stop()


@pytest.fixture(scope="session")
def fore(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("front"), app_connections=20) as running:
        yield running


@pytest.fixture
def one() -> Iterator[App]:
    with app("one") as running:
        yield running


@pytest.fixture
def two() -> Iterator[App]:
    with app("two") as running:
        yield running
