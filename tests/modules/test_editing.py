"""The same edits in every language, tried on that language's own worked example."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from burnish.languages import toolchain
from burnish.modules.editing import editor
from burnish.registries.languages import LANGUAGES

NATIVE = [name for name in LANGUAGES.names() if name != "python"]


def kit(language: str) -> dict[str, Any]:
    """The worked example of a language."""
    path = files("burnish.signatures") / "demos" / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def names(language: str, tests: str) -> list[str]:
    return [test.name for test in toolchain(language).outline(tests).tests]


def function(language: str) -> str:
    """Name of the example's function."""
    found = re.search(r"`(\w+)\(", kit(language)["specification"])
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", NATIVE)
def test_a_dropped_test_is_gone_and_the_others_stay(language: str) -> None:
    tests = kit(language)["tests"]
    all_names = names(language, tests)
    assert len(all_names) == 5
    left = editor(language).drop(tests, {all_names[1]})
    assert names(language, left) == [all_names[0], *all_names[2:]]
    assert not toolchain(language).outline(left).problem


@pytest.mark.parametrize("language", NATIVE)
def test_a_file_without_its_last_test_is_empty(language: str) -> None:
    tests = kit(language)["tests"]
    assert editor(language).drop(tests, names(language, tests)) == ""


@pytest.mark.parametrize("language", NATIVE)
def test_merging_adds_new_tests_and_keeps_the_old_ones(language: str) -> None:
    first, more = kit(language)["first_tests"], kit(language)["new_tests"]
    merged = editor(language).merge(first, more)
    assert names(language, merged) == [*names(language, first), *names(language, more)]
    assert not toolchain(language).outline(merged).problem


@pytest.mark.parametrize("language", NATIVE)
def test_merging_replaces_a_test_only_where_it_is_told_to(language: str) -> None:
    right, wrong = kit(language)["wrong"]
    tests = kit(language)["tests"]
    other = tests.replace(right, wrong)
    assert right in editor(language).merge(tests, other)
    replaced = editor(language).merge(tests, other, names(language, tests))
    assert wrong in replaced and right not in replaced
    assert sorted(names(language, replaced)) == sorted(names(language, tests))


@pytest.mark.parametrize("language", NATIVE)
def test_the_source_of_a_test_is_that_test_alone(language: str) -> None:
    tests = kit(language)["tests"]
    first, second = names(language, tests)[:2]
    source = editor(language).source_of(tests, second)
    assert source in tests and 0 < len(source) < len(tests) / 2
    assert source != editor(language).source_of(tests, first)
    assert editor(language).source_of(tests, "no such test") == ""


@pytest.mark.parametrize("language", NATIVE)
def test_signatures_tell_the_declaration_without_the_body(language: str) -> None:
    (line,) = editor(language).signatures(kit(language)["code"]).split("\n")
    assert function(language) in line and line.endswith(kit(language)["interface"][-8:])
    assert "{" not in line


def documented(language: str, code: str) -> bool:
    return all(
        each.doc for each in toolchain(language).outline(code).public if each.kind != "value"
    )


@pytest.mark.parametrize("language", NATIVE)
def test_documentation_is_taken_from_an_answer_and_nothing_else(language: str) -> None:
    edit, code, bare = editor(language), kit(language)["code"], kit(language)["bare"]
    right, wrong = kit(language)["broken"]
    assert documented(language, code) and not documented(language, bare)
    grafted = edit.documented(bare, code.replace(right, wrong))
    assert documented(language, grafted)
    assert right in grafted and wrong not in grafted.replace(right, "")


@pytest.mark.parametrize("language", NATIVE)
def test_a_poor_comment_gives_way_to_the_answers(language: str) -> None:
    edit, code, bare = editor(language), kit(language)["code"], kit(language)["bare"]
    outline = toolchain(language).outline(bare)
    (found,) = [one for one in outline.public if one.kind == "function"]
    poor = f"{bare[: found.start]}/// Poor.\n{bare[found.start :]}"
    if language in ("javascript", "java"):
        poor = poor.replace("/// Poor.", "/** Poor. */")
    grafted = edit.documented(poor, code)
    assert "Poor." in poor and "Poor." not in grafted
    assert toolchain(language).outline(grafted).named(found.name) is not None
    assert edit.documented(grafted, code) == grafted


@pytest.mark.parametrize("language", NATIVE)
def test_the_one_function_of_an_answer_gets_the_name_that_was_asked_for(language: str) -> None:
    name = function(language)
    answer = kit(language)["code"].replace(name, "Something" if name[0].isupper() else "something")
    assert name not in editor(language).defined_names(answer)
    assert name in editor(language).defined_names(editor(language).module(answer, name))


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        (
            "javascript",
            "export class E extends Error {}\n\nasync function f(a) {\n  return a;\n}\n",
        ),
        ("javascript", "export class E extends Error {}\n\nconst f = (a) => a;\n"),
        ("rust", "pub struct E;\n\nfn f(a: u8) -> Result<u8, E> {\n    Ok(a)\n}\n"),
    ],
)
def test_what_is_asked_for_is_exported_though_something_else_is(language: str, answer: str) -> None:
    code = editor(language).module(answer, "f")
    assert {found.name for found in toolchain(language).outline(code).public} == {"E", "f"}
    assert editor(language).module(code, "f") == code


@pytest.mark.parametrize("language", NATIVE)
def test_a_test_file_that_never_names_the_module_is_none(language: str) -> None:
    tests = kit(language)["tests"].replace(function(language), "SomethingElse")
    assert editor(language).test_file(tests, "solution", kit(language)["code"]) == ""
    assert editor(language).test_file("no tests here", "solution", kit(language)["code"]) == ""


@pytest.mark.parametrize("language", NATIVE)
def test_a_test_that_does_not_parse_does_not_take_the_others_with_it(language: str) -> None:
    tests, code = kit(language)["tests"], kit(language)["code"]
    second = editor(language).source_of(tests, names(language, tests)[1])
    place = second.rindex(")")
    broken = tests.replace(second, f"{second[:place]}){second[place:]}")
    edited = editor(language).test_file(broken, "solution", code)
    assert not toolchain(language).outline(edited).problem
    assert len(names(language, edited)) >= 3 or edited == ""
    assert editor(language).test_file(tests, "solution", code)


@pytest.mark.parametrize("language", NATIVE)
def test_a_test_file_does_not_bring_its_own_subject(language: str) -> None:
    tests, code, name = kit(language)["tests"], kit(language)["code"], function(language)
    edited = editor(language).test_file(f"{tests}\n{kit(language)['bare']}", "solution", code)
    assert len(names(language, edited)) == 5
    assert name not in editor(language).defined_names(edited)
