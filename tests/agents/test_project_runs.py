"""Projects at work: their own tests, and their containers, on an Engine and without a network.

Wheels are fetched once and kept in burnish's cache; nothing of a project runs on the host.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from burnish.agents.project.pins import pins
from burnish.agents.project.project import render, write
from burnish.agents.project.tools import NAME, nameable
from burnish.agents.trial.trial import Exchange
from burnish.config import cache_dir
from burnish.errors import EnvironmentMissingError, InputError
from burnish.records.context import SecurityLevel, Target
from tests.agents.projects import IDS, KINDS, context, project
from tests.conftest import missing

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("docker_engine")]
KEPT = str(cache_dir() / "tests")
"""Where the next run of these tests finds the wheels."""
LEAST_TESTS = {"agentcore": 30, "ecs-fargate": 30, "lambda": 32}
LICENCE = re.compile(
    r"(?:MIT(?: License|-0|-CMU)?|(?:3-Clause )?BSD(?: License)?(?:-[23]-Clause)?|Apache-2\.0|"
    r"Apache Software License|PSF-2\.0|Python Software Foundation License|MPL-2\.0|"
    r"Mozilla Public License 2\.0 \(MPL 2\.0\)|ISC(?: License \(ISCL\))?)"
)
HOSTILE = "\"\"\"{{ 7 * 7 }}\n$(id) \\N{x} é🙂\r\n- a: !!python/object:x\n'''"


class Packages(NamedTuple):
    """All that a project may require, fetched."""

    client: Any
    base: str
    folder: Path
    """The project."""
    wheels: Path


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packages]:
    """The wheels of a project that has all requirements, with what its tests need besides."""
    from burnish.agents.trial import base
    from burnish.agents.trial.wheelhouse import wheels
    from burnish.sandbox.daemon import connect

    folder = tmp_path_factory.mktemp("all") / "x"
    write(project("lambda", "enhanced"), folder)
    more = [each for each in pins().requirements(["dev"]) if each.startswith("pytest")]
    with (folder / "requirements.txt").open("a") as stream:
        stream.writelines(f"{each}\n" for each in more)
    client = connect(timeout_s=900)
    patch = pytest.MonkeyPatch()
    patch.setenv("BURNISH_DATA_DIR", KEPT)
    try:
        below = base.offline(client, lambda line: None)
        found = wheels(folder, *base.python_of(client, below), lambda line: None)
        patch.undo()
        yield Packages(client, below, folder, found)
    except EnvironmentMissingError as error:
        missing("What an image is built of", str(error))
    finally:
        patch.undo()
        client.close()


@pytest.fixture(scope="module")
def image(packages: Packages) -> Iterator[str]:
    """The image with all of them."""
    from burnish.agents.trial import image

    with image.context_of(packages.folder, packages.wheels) as context:
        made = image.build(packages.client, "own-tests", context, packages.base,
                           lambda line: None, keep=False)  # fmt: skip
    yield made.tag
    image.remove(packages.client, made)


def test_every_package_may_be_used_and_passed_on(packages: Packages) -> None:
    """Licences that ask for no more than their own text, and MPL, which asks it file by file."""
    found = {wheel.name: licence(wheel) for wheel in packages.wheels.glob("*.whl")}
    assert len(found) > 50
    assert {name: said for name, said in found.items() if not free(said)} == {}


def free(said: str) -> bool:
    """One of the choices that an expression leaves asks for no more than that."""
    choices = [choice.split(" AND ") for choice in said.split(" OR ")]
    return any(all(LICENCE.fullmatch(each) for each in choice) for choice in choices)


def test_a_licence_that_asks_for_more_is_noticed() -> None:
    assert free("MIT OR GPL-3.0") and free("MPL-2.0 AND MIT")
    assert not free("MIT AND GPL-3.0") and not free("none") and not free("AGPL-3.0")


def licence(wheel: Path) -> str:
    """What a wheel's metadata says of it: the expression, else the classifiers, else the text."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        said = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier", [])
        if each.startswith("License :: ") and each.count("::") > 1
    ]
    return said["License-Expression"] or " AND ".join(classifiers) or said["License"] or "none"


def test_no_module_of_a_package_may_be_a_tools_name(packages: Packages) -> None:
    """pytest finds tools first, so a tool would hide it."""
    modules = {name for wheel in packages.wheels.glob("*.whl") for name in importable(wheel)}
    names = sorted(name for name in modules if NAME.fullmatch(name))
    assert {"boto3", "dateutil", "typing_extensions", "yaml"} <= set(names)
    free = []
    for name in names:
        with contextlib.suppress(InputError):
            nameable([name], ())
            free.append(name)
    assert free == []


def importable(wheel: Path) -> Iterator[str]:
    """The first part of what a wheel installs modules as."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[0].endswith(".data") and parts[1] in ("purelib", "platlib"):
                parts = parts[2:]
            if parts[-1].endswith((".py", ".so")) and not parts[0].endswith(".data"):
                yield parts[0].partition(".")[0]


@pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)
def test_the_projects_own_tests_pass(image: str, target: Target, level: SecurityLevel) -> None:
    files = project(target, level, system_prompt=HOSTILE)
    code, told = run(image, files, ["python", "-m", "pytest", "-p", "no:cacheprovider"])
    assert code == 0, told
    (count,) = re.findall(r"(\d+) passed", told)
    assert int(count) >= LEAST_TESTS[target] and "skipped" not in told


def test_a_broken_project_fails_its_own_tests(image: str) -> None:
    files = project("lambda", "basic")
    files["agent.py"] = files["agent.py"].replace("system_prompt=system_prompt(),", "")
    code, told = run(image, files, ["python", "-m", "pytest", "-p", "no:cacheprovider"])
    assert code == 1 and "test_the_model_is_told_the_prompt_to_the_letter" in told


def run(image: str, files: dict[str, str], command: list[str]) -> tuple[int, str]:
    """Run a command beside these files, with no network; its exit code and what it said."""
    from burnish.sandbox.daemon import connect

    client = connect(timeout_s=300)
    container: Any = client.containers.create(
        image, command, working_dir="/tmp/project", network_mode="none", cap_drop=["ALL"],
        mem_limit="1g", pids_limit=256, security_opt=["no-new-privileges"],
        environment={"HOME": "/tmp"},
    )  # fmt: skip
    try:
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for name, text in files.items():
                entry = tarfile.TarInfo(f"project/{name}")
                entry.size, entry.mode = len(text.encode()), 0o644
                tar.addfile(entry, io.BytesIO(text.encode()))
        container.put_archive("/tmp", stream.getvalue())
        container.start()
        code = int(container.wait(timeout=240)["StatusCode"])
        return code, container.logs().decode("utf-8", "replace")
    finally:
        container.remove(force=True)
        client.close()


@pytest.fixture(scope="module")
def layers(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The layers of packages, named so that they outlive each trial, and builds find them.

    Targets differ in what they require; levels do not.
    """
    from burnish.agents.trial import base, image
    from burnish.agents.trial.wheelhouse import wheels

    client, named = packages.client, []
    patch = pytest.MonkeyPatch()
    patch.setenv("BURNISH_DATA_DIR", KEPT)
    targets: list[Target] = ["agentcore", "lambda"]
    try:
        for target in targets:
            folder = tmp_path_factory.mktemp("layers") / target
            write(project(target, "standard"), folder)
            found = wheels(folder, *base.python_of(client, packages.base), lambda line: None)
            with image.context_of(folder, found) as context:
                made = image.build(client, "layers", context, packages.base,
                                   lambda line: None, keep=False)  # fmt: skip
            named.append(made.tag)
            for layer in made.layers:
                tag = f"{made.tag.replace(':', '-layer:')}-{layer}"
                if packages.base not in client.images.get(layer).tags:
                    client.api.tag(layer, *tag.split(":"))
                    named.append(tag)
        yield
    finally:
        patch.undo()
        for tag in reversed(named):
            client.images.remove(tag)


@pytest.mark.usefixtures("layers")
@pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)
def test_its_image_is_built_offline_and_answers(
    target: Target, level: SecurityLevel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = project(target, level, system_prompt=HOSTILE)
    found = tried(files, tmp_path, monkeypatch)
    assert found.answered and found.output == "It is shipped." and found.model_calls == 2


def tried(files: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    """The answer of a project whose model calls the tool that was written for it."""
    from burnish.agents.trial.trial import Plan, trying

    monkeypatch.setenv("BURNISH_DATA_DIR", KEPT)
    write(files, folder / "x")
    script = folder / "script.json"
    call = {"tool": "order_status", "arguments": {"order_id": "ORD-123456"}}
    script.write_text(json.dumps([call, "It is shipped."]))
    with trying(folder / "x", Plan(script=script)) as trial:
        found = trial.ask("Where is ORD-123456?")
        assert trial.faults() == []
    return found


@pytest.mark.usefixtures("layers")
def test_lambda_calls_the_handler_of_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the image's own command: `/ping` and `/invocations` come as events of API Gateway."""
    files = project("lambda", "standard")
    (command,) = re.findall(r"^CMD (\[.*\])$", files["Dockerfile"], re.MULTILINE)
    assert "lambda_handler.handler" in command
    files["api_gateway.py"] = Path(__file__).with_name("api_gateway.py").read_text()
    manifest = json.loads(files["burnish-agent.json"])
    manifest["serve"] = ["python", "api_gateway.py", *json.loads(command)]
    files["burnish-agent.json"] = json.dumps(manifest)
    found = tried(files, tmp_path, monkeypatch)
    assert found.answered and found.output == "It is shipped." and found.model_calls == 2


@pytest.mark.usefixtures("layers")
@pytest.mark.parametrize("target", ["ecs-fargate", "lambda"])
def test_a_tool_may_make_files_where_it_is_imported(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those for Slack do; everything but /tmp is read-only."""
    files = project(target, "enhanced", tools=("current_time",))
    files["tools/current_time.py"] += 'import pathlib\npathlib.Path("made").mkdir()\n'
    found = tried(files, tmp_path, monkeypatch)
    assert found.answered and found.output == "It is shipped."


@pytest.mark.usefixtures("layers")
def test_tools_that_need_a_variable_have_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = project("agentcore", "standard", tools=("agent_core_memory",))
    assert 'os.environ["AGENTCORE_MEMORY_ID"]' in files["tools/agent_core_memory.py"]
    found = tried(files, tmp_path, monkeypatch)
    assert found.answered and found.output == "It is shipped."


@pytest.mark.usefixtures("layers")
def test_a_tool_that_asks_aws_at_once_is_told_from_one_that_lacks_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = project("agentcore", "standard", tools=("strands/bedrock_knowledge_base",))
    found = tried(files, tmp_path, monkeypatch)
    assert not found.answered and "its container printed last" in found.output
    assert "NoCredentialsError" in found.output and "KeyError" not in found.output


@pytest.mark.model
@pytest.mark.usefixtures("layers")
def test_the_embedded_model_thinks_for_a_project(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from burnish.agents.trial.trial import Plan, trying
    from burnish.registries import weights

    monkeypatch.setattr(weights, "find", lambda name=weights.DEFAULT: model_path)
    monkeypatch.setenv("BURNISH_DATA_DIR", KEPT)
    write(render(context(custom_tools=())), tmp_path / "x")
    with trying(tmp_path / "x", Plan(model="local")) as trial:
        found = trial.ask("Say hello in one short sentence.")
    assert found.answered and found.output.strip()
    assert (found.input_tokens or 0) > 0 and (found.output_tokens or 0) > 0
