"""Which registry an image's name leads to, and how people write registries."""

from __future__ import annotations

import pytest

from chalicelib.domain import images

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("image", "registry", "repository"),
    [
        ("nginx", "docker.io", "docker.io/library/nginx"),
        ("nginx:1.27", "docker.io", "docker.io/library/nginx"),
        ("ann/app:1", "docker.io", "docker.io/ann/app"),
        ("docker.io/nginx", "docker.io", "docker.io/library/nginx"),
        ("index.docker.io/ann/app", "docker.io", "docker.io/ann/app"),
        ("registry-1.docker.io/library/nginx", "docker.io", "docker.io/library/nginx"),
        ("ghcr.io/ann/app:1", "ghcr.io", "ghcr.io/ann/app"),
        ("GHCR.io/ann/app", "ghcr.io", "ghcr.io/ann/app"),
        ("ghcr.io:443/ann/app:1", "ghcr.io", "ghcr.io/ann/app"),
        ("localhost/app", "localhost", "localhost/app"),
        ("localhost:5000/app:1", "localhost:5000", "localhost:5000/app"),
        ("reg.example.com:5000/a/b/c:v1", "reg.example.com:5000", "reg.example.com:5000/a/b/c"),
        (f"ghcr.io/ann/app:1@{DIGEST}", "ghcr.io", "ghcr.io/ann/app"),
        (f"nginx@{DIGEST}", "docker.io", "docker.io/library/nginx"),
        (
            "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app:1",
            "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app",
        ),
    ],
)
def test_image_is_of_a_registry(image: str, registry: str, repository: str) -> None:
    assert images.registry_of(image) == registry
    assert images.repository_of(image) == repository


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("docker.io", "docker.io"),
        (" Docker.IO ", "docker.io"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("hub.docker.com", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("ghcr.io", "ghcr.io"),
        ("https://ghcr.io/", "ghcr.io"),
        ("ghcr.io:443", "ghcr.io"),
        ("reg.example.com:5000", "reg.example.com:5000"),
        ("192.0.2.7:5000", "192.0.2.7:5000"),
        ("localhost:5000", "localhost:5000"),
    ],
)
def test_registry_has_one_name(given: str, host: str) -> None:
    assert images.registry_host(given) == host


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ghcr",
        "ghcr.io/ann",
        "ghcr.io/ann/app:1",
        "user@ghcr.io",
        "ftp://ghcr.io",
        "ghcr.io:99999",
        "ghcr.io:",
        "ghcr..io",
        "-ghcr.io",
        "ghcr.io?x",
        "ghcr.io\nX: y",
        "[::1]:5000",
        "a" * 256 + ".io",
    ],
)
def test_what_is_no_registry_is_told(given: str) -> None:
    with pytest.raises(ValueError, match=r"like ghcr\.io"):
        images.registry_host(given)
