"""Names on a node lead back to their deployment and never meet."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import ManagedFile

NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True)


@given(st.uuids().map(str), NAME)
def test_names_are_what_docker_takes_and_are_found_again(deployment: str, name: str) -> None:
    for full in (names.container_name(deployment, name), names.volume_name(deployment, name)):
        assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", full)
        assert full.startswith(names.scope(deployment))
        assert names.short_name(deployment, f"/{full}") == name
    assert names.network_name(deployment) == f"hoster_{deployment}"


@given(NAME, NAME, st.text())
def test_volume_of_an_image_is_never_a_volume_of_the_text(
    service: str, volume: str, target: str
) -> None:
    made = names.volume_name("d1", names.image_volume(service, target))

    assert made != names.volume_name("d1", volume)
    assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", made)


def test_volumes_of_an_image_differ_by_service_and_path() -> None:
    made = {
        names.volume_name("d1", names.image_volume(service, target))
        for service in ("a", "b")
        for target in ("/x", "/y")
    }

    assert len(made) == 4


@given(NAME, NAME)
def test_what_a_redeploy_makes_is_called_like_nothing_of_the_text(one: str, other: str) -> None:
    plain = {names.container_name("d1", other), names.volume_name("d1", other)}
    for made in (names.beside_name("d1", one), names.snapshot_name("d1", one, 7)):
        assert made not in plain
        assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", made)
    assert names.short_name("d1", "/" + names.beside_name("d1", "web")) == "next_web"
    assert names.short_name("d1", names.snapshot_name("d1", "data", 7)) == "before7_data"


def test_another_deployments_name_stays_whole() -> None:
    assert names.short_name("d1", names.container_name("d2", "web")) == "hoster_d2_web"


TEXT = st.text(st.characters(exclude_categories=("Cs",)))
FILES = st.builds(ManagedFile, TEXT, TEXT, st.sampled_from((0o600, 0o644)))


@given(FILES, FILES)
def test_files_lie_in_the_deployments_folder_under_names_of_their_own(
    one: ManagedFile, other: ManagedFile
) -> None:
    path = names.file_path("d1", one)

    assert path.startswith("/var/lib/hoster/files/d1/")
    assert path.count("/") == 6
    assert not path.endswith(("/.", "/.."))
    assert "\0" not in path
    assert (path == names.file_path("d1", other)) == (one == other)


def test_labels_say_whose_a_thing_is() -> None:
    assert names.labels("d1") == {
        "com.hoster.managed": "true",
        "com.hoster.deployment": "d1",
    }
    assert all(label.startswith(names.RESERVED) for label in names.labels("d1"))
