"""Images: named by their content, listed, pruned; a base without what is needed is refused."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from burnish import config
from burnish.errors import InputError, SandboxUnavailableError
from burnish.records import Candidate
from burnish.sandbox import building, images, open_sandbox
from burnish.sandbox.daemon import connect
from tests.conftest import missing

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("docker_engine")]


@pytest.fixture
def bare_image() -> Iterator[str]:
    """An image with Python but without pytest and coverage, made from the current one."""
    client = connect()
    if not client.images.list(name=images.image_tag()):
        missing("The sandbox image", "Run `burnish sandbox build`.")
    current = client.images.get(images.image_tag())
    name = "burnish-test-bare:1"
    container = client.containers.create(
        images.image_tag(), ["rm", "-r", "/opt/toolkit"], user="0", network_mode="none"
    )
    container.start()
    container.wait()
    container.commit(*name.split(":"))
    container.remove()
    yield name
    current.tag(*images.image_tag().split(":"))  # what a test built over it does not stay
    images.prune()
    client.images.remove(name, force=True)
    assert not client.images.list(filters={"dangling": True, "label": images.LABEL})
    client.close()


def test_tag_is_stable_and_names_the_language() -> None:
    assert images.image_tag() == images.image_tag("python")
    assert images.image_tag().startswith("burnish-sandbox:python-")


def test_unknown_language_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'cobol'.*python"):
        images.image_tag("cobol")


def test_base_that_cannot_be_had_names_the_offline_way() -> None:
    with pytest.raises(SandboxUnavailableError, match=r"burnish-no-such:1.*--offline"):
        building.build(base_image="burnish-no-such:1")


def test_image_without_pytest_says_what_it_lacks(bare_image: str) -> None:
    sandbox = open_sandbox(config.Sandbox(kind="docker", image=bare_image, pool_size=0))
    with pytest.raises(SandboxUnavailableError, match=r"lacks a part: .*(pytest|coverage)"):
        sandbox.run(Candidate(code="x = 1\n"))
    sandbox.close()


def test_build_makes_the_image_that_is_used_and_prune_keeps_it(bare_image: str) -> None:
    lines: list[str] = []
    tag = building.build(base_image=bare_image, progress=lines.append)
    assert tag == images.image_tag() and lines
    (found,) = [image for image in images.available() if image.tag == tag]
    assert found.current and found.size_bytes > 2**20
    images.prune()
    assert tag in [image.tag for image in images.available()]


def test_prune_leaves_what_another_version_runs(bare_image: str) -> None:
    other = f"{images.REPOSITORY}:python-another"
    client = connect()
    image = client.images.build(
        fileobj=io.BytesIO(f"FROM {bare_image}\nENV OTHER=1\n".encode()), tag=other
    )[0]
    running = client.containers.run(image.id, ["sleep", "60"], detach=True, network_mode="none")
    try:
        assert other not in images.prune().images
        assert other in [found.tag for found in images.available()]
    finally:
        running.remove(force=True)
    assert other in images.prune().images
    client.close()
