"""Private images pulled by a real Docker Engine from a real registry that wants a login."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from chalicelib.adapters.nodes import pulls
from chalicelib.domain.refused_pulls import cause_of
from chalicelib.ports.nodes import Node, PullState, RegistryLogin
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

SECRET = f"s3cret-{uuid.uuid4().hex}"


@pytest.fixture
def image(server: Droplet, node: Node) -> Iterator[str]:
    """The name of an image of the guarded registry, which the server does not have."""
    open_name = server.registry_image(f"private-{uuid.uuid4().hex[:8]}:1")
    pushed = node.run(f"docker tag {BASE} {open_name} && docker push -q {open_name}", timeout=60)
    assert pushed.status == 0, pushed.stderr
    node.run(f"docker rmi {open_name}")
    host = server.guarded_registry("ann", SECRET)
    name = f"{host}/{open_name.partition('/')[2]}"
    yield name
    node.run(f"docker rmi {name}")


def login_to(image: str, secret: str = SECRET) -> RegistryLogin:
    return RegistryLogin(image.partition("/")[0], "ann", secret)


def ended(node: Node, image: str, *, apart: bool = False) -> PullState:
    """How the pull of an image ended."""

    def look() -> PullState | None:
        state = node.engine.pull_states([image], apart=apart)[image]
        return None if state.state == "pulling" else state

    found = until(look)
    assert found is not None
    return found


def traces(server: Droplet, login: RegistryLogin) -> str:
    """Where on the server anything of a login can be found: files, arguments, environments."""
    # Patterns that do not match themselves, where they stand in the arguments of who looks.
    words = " ".join(
        f"-e '[{word[0]}]{word[1:]}'" for word in (login.password, pulls.login_line(login))
    )
    return server.shell(
        f"grep -rl {words} --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev / 2>/dev/null;"
        " for p in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do"
        f" tr '\\0' '\\n' <$p 2>/dev/null | grep -q {words} && echo $p; done; true"
    )


def test_what_is_left_of_a_login_would_be_found(server: Droplet, node: Node) -> None:
    login = RegistryLogin("127.0.0.1:5001", "ann", f"other-{uuid.uuid4().hex}")
    beside = ">/dev/null 2>&1 </dev/null &"
    node.run(
        f"echo {login.password} >/root/left; LEFT={login.password} sleep 61 {beside}"
        f" sh -c 'sleep 61; : {pulls.login_line(login)}' {beside}"
    )

    found = traces(server, login).split()
    node.run("rm -f /root/left; pkill -x sleep || true")

    assert "/root/left" in found
    assert {one.rpartition("/")[2] for one in found} >= {"environ", "cmdline"}


def test_private_image_is_pulled_with_a_login_that_is_nowhere_afterwards(
    server: Droplet, node: Node, image: str
) -> None:
    login = login_to(image)

    node.engine.start_pulls([image], {image: login})

    assert ended(node, image).state == "present"
    assert traces(server, login) == ""


def test_login_is_in_no_file_argument_or_environment_while_the_registry_keeps_it_waiting(
    server: Droplet, node: Node, image: str
) -> None:
    login = login_to(image)
    server.shell("kill -STOP $(cat /tmp/guarded.pid)")
    try:
        node.engine.start_pulls([image], {image: login})
        during = traces(server, login)
        assert node.engine.pull_states([image])[image].state == "pulling"
    finally:
        server.shell("kill -CONT $(cat /tmp/guarded.pid)")

    assert during == ""
    assert ended(node, image).state == "present"


def test_without_a_login_the_registry_refuses(node: Node, image: str) -> None:
    node.engine.start_pulls([image])

    failed = ended(node, image)

    assert failed.state == "failed"
    assert cause_of(failed.message) == "unauthorized", failed.message


def test_wrong_password_is_refused_and_the_right_one_helps(node: Node, image: str) -> None:
    node.engine.start_pulls([image], {image: login_to(image, "guessed")})
    failed = ended(node, image)
    assert failed.state == "failed"
    assert cause_of(failed.message) == "unauthorized", failed.message
    assert "guessed" not in failed.message

    node.engine.start_pulls([image], {image: login_to(image)})

    assert ended(node, image).state == "present"


def test_image_that_is_not_there_is_told_as_that(node: Node, image: str) -> None:
    absent = image.rpartition(":")[0] + ":absent"
    node.engine.start_pulls([absent], {absent: login_to(absent)})

    failed = ended(node, absent)

    assert failed.state == "failed"
    assert cause_of(failed.message) == "not_found", failed.message


def test_who_has_no_login_is_not_given_what_another_pulled_there(
    server: Droplet, node: Node, image: str
) -> None:
    node.engine.start_pulls([image], {image: login_to(image)})
    assert ended(node, image).state == "present"

    assert node.engine.pull_states([image], apart=True)[image].state == "absent"
    node.engine.start_pulls([image], apart=True)
    failed = ended(node, image, apart=True)

    assert failed.state == "failed"
    assert cause_of(failed.message) == "unauthorized", failed.message
    assert node.engine.pull_states([image])[image].state == "present"


def test_image_that_everybody_may_have_is_given_to_all_once_it_was_pulled_without_a_login(
    server: Droplet, node: Node
) -> None:
    name = server.registry_image(f"public-{uuid.uuid4().hex[:8]}:1")
    node.run(f"docker tag {BASE} {name} && docker push -q {name} && docker rmi {name}", timeout=60)
    node.engine.start_pulls([name], {name: login_to(name)})
    assert ended(node, name).state == "present"
    assert node.engine.pull_states([name], apart=True)[name].state == "absent"

    def given() -> bool:
        # Whoever pulls in the very second of the mark is asked again in the next one.
        node.engine.start_pulls([name], apart=True)
        return ended(node, name, apart=True).state == "present"

    assert until(given)
    node.run(f"docker rmi {name}")
