"""The product's functions as the simulation calls them, and what they reach put in its hands."""

from __future__ import annotations

import importlib
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

from aws_lambda_powertools import metrics

from chalicelib.runtime import batches, settle, wiring
from chalicelib.runtime import settings as environment
from chalicelib.runtime.observe import logger
from chalicelib.services.deployments import deployments, plans, waves
from chalicelib.services.looks import measuring
from functions.events.workflows import reconcile_execution
from infra.packaging.registry import consumers, events, operations, schedules, steps

if TYPE_CHECKING:
    from infra.faults.simulated.world import World

Handler = Callable[[dict[str, Any], Any], Any]
SECRET = "s" * 64  # of nothing
LEFT_OUT = frozenset({"refresh_catalogue", "reseal_secrets"})
"""Schedules that have to do with no server and no work."""
UNHEARD = frozenset({"catalogue"})
"""Queues whose messages are thrown away."""


@dataclass(frozen=True)
class Functions:
    """Handlers: steps by state, operations by route, schedules by name, consumers by queue."""

    steps: Mapping[str, Handler]
    operations: Mapping[str, Handler]
    schedules: Mapping[str, Handler]
    consumers: Mapping[str, Handler]
    reconcile: Handler
    timeouts: Mapping[str, int]
    """After how many seconds each is killed, by the same names."""

    def seconds(self, name: str) -> float:
        """How long a function may take."""
        return self.timeouts[name]


def _handler(module: str) -> Handler:
    found: Handler = importlib.import_module(module).handler
    return found


@cache
def functions() -> Functions:
    """Find them all."""
    fired = {function.module.rsplit(".", 1)[1]: function.module for function, _ in schedules()}
    return Functions(
        steps={function.state: _handler(function.module) for function, _ in steps()},
        operations={
            f"{operation.method} {operation.path}": _handler(function.module)
            for function, operation in operations()
        },
        schedules={
            name: _handler(module) for name, module in fired.items() if name not in LEFT_OUT
        },
        consumers={
            consumer.queue: _handler(function.module)
            for function, consumer in consumers()
            if consumer.queue not in UNHEARD
        },
        reconcile=reconcile_execution.handler,
        timeouts={
            **{function.state: step.timeout for function, step in steps()},
            **{f"{one.method} {one.path}": one.timeout for _, one in operations()},
            **{function.module.rsplit(".", 1)[1]: one.timeout for function, one in schedules()},
            **{consumer.queue: consumer.timeout for _, consumer in consumers()},
            **{function.module.rsplit(".", 1)[1]: one.timeout for function, one in events()},
        },
    )


class _Environment(dict[str, str]):
    """Every variable of a function's environment; what has no value here is named after itself."""

    def __missing__(self, name: str) -> str:
        return f"simulated-{name.lower()}"


ENVIRONMENT = _Environment(
    HOSTER_INSTALLATION="test",
    AWS_REGION="us-east-1",
    HOSTER_APPS_DOMAIN="apps.test",
    HOSTER_PROXY_URL="http://{host}:9091",
    HOSTER_PROXY_ADDRESSES="203.0.113.10",
    HOSTER_REFUSED_NETWORKS="127.0.0.0/8",
)


class _AtOnce:
    """A pool that does everything in the calling thread, so that a schedule can be repeated."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __enter__(self) -> _AtOnce:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def submit(self, act: Callable[..., Any], *given: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(act(*given))
        except Exception as error:
            done.set_exception(error)
        return done

    def shutdown(self, **_: Any) -> None:
        pass


_STAGE: list[World] = []


def world_at_play() -> World:
    """The world that functions reach now."""
    return _STAGE[-1]


@contextmanager
def in_play(world: World) -> Iterator[World]:
    """Let functions reach this world."""
    _STAGE.append(world)
    try:
        yield world
    finally:
        _STAGE.pop()


@contextmanager
def simulated() -> Iterator[None]:
    """Let everything that functions reach be of the world at play."""
    here = world_at_play
    ports: dict[str, Any] = {
        "now": lambda: here().now(),
        "records": lambda: here().records_port,
        "workflows": lambda: here().workflows_port,
        "paces": lambda: here().paces_port,
        "seal": lambda: here().seal_port,
        "holdings": lambda: here().holdings_port,
        "reports": lambda: here().reports_port,
        "ledger": lambda: here().ledger_port,
        "runs": lambda: here().runs_port,
        "rates": lambda: here().rates_port,
        "authority": lambda *_: here().authority_port,
        "probes": lambda: here().probes_port,
        "zones": lambda: here().zones_port,
        "dns": lambda: here().dns_port,
        "queue": lambda name: here().queue(name),
        "archives": lambda: here().archives_port,
        "contents": lambda folder: here().contents(folder),
        "vault": lambda: here().vault_port,
        "bucket": lambda access: here().bucket(access),
        "cloud": lambda *given: here().cloud(*given),
        "connect": lambda: here().connect,
        "addresses": lambda host: here().addresses(host),
        "answers": lambda *given: here().answers(*given),
        "admits": lambda *given: here().admits(*given),
        "new_id": lambda prefix: here().new_id(prefix),
        "new_event_id": lambda: here().new_event_id(),
        "gateway_secret": lambda: json.dumps({"current": SECRET, "previous": ""}),
    }
    clock = SimpleNamespace(
        monotonic=lambda: here().monotonic(), sleep=lambda seconds: here().sleep(seconds)
    )

    def unexpected(*_: Any, **__: Any) -> None:
        here().broken.append(traceback.format_exc())

    with ExitStack() as stack:
        patch = stack.enter_context
        for name, port in ports.items():
            patch(mock.patch.object(wiring, name, port))
        patch(mock.patch.object(environment, "os", SimpleNamespace(environ=ENVIRONMENT)))
        patch(mock.patch.object(settle, "time", clock))
        for module in (batches, waves, measuring):
            patch(mock.patch.object(module, "ThreadPoolExecutor", _AtOnce))
        for module in (plans, deployments):
            patch(mock.patch.object(module, "plan_compose", _remembering(module.plan_compose)))
        patch(mock.patch.object(logger, "exception", unexpected))
        patch(mock.patch.object(logger, "info", _quiet))
        patch(mock.patch.object(logger, "warning", _quiet))
        patch(mock.patch.object(logger, "append_keys", _quiet))
        patch(mock.patch.object(metrics, "EphemeralMetrics", _Uncounted))
        environment.settings.cache_clear()
        try:
            yield
        finally:
            environment.settings.cache_clear()


class _Uncounted:
    """Metrics that go nowhere."""

    def __init__(self, **_: Any) -> None:
        self.add_dimension = self.add_metric = self.flush_metrics = _quiet


def _quiet(*_: Any, **__: Any) -> None:
    """Log nothing."""


def _remembering(plan_compose: Callable[..., Any]) -> Callable[..., Any]:
    """Plan each text once: it is pure, takes long, and every step of a deploy does it."""
    known: dict[Any, Any] = {}

    def planned(text: str, *, variables: Mapping[str, str], config_files: Any) -> Any:
        key = (text, tuple(sorted(variables.items())), repr(config_files))
        if key not in known:
            known[key] = plan_compose(text, variables=variables, config_files=config_files)
        return known[key]

    return planned
