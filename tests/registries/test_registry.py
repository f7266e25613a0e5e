from __future__ import annotations

import pytest

from burnish.errors import InputError
from burnish.registries.languages import LANGUAGES, language
from burnish.registries.registry import Registry


@pytest.fixture
def fruits() -> Registry[int]:
    registry: Registry[int] = Registry("fruit", extra="exotic")
    registry.register("apple", 1, aliases=("pome",))
    registry.register("orange", 2)
    return registry


def test_a_thing_is_found_by_name_and_by_alias(fruits: Registry[int]) -> None:
    assert (fruits.get("apple"), fruits.get("pome")) == (1, 1)


def test_names_and_iteration_keep_the_order_and_leave_aliases_out(fruits: Registry[int]) -> None:
    assert fruits.names() == ("apple", "orange")
    assert list(fruits) == [1, 2]
    assert len(fruits) == 2
    assert "pome" in fruits


def test_an_unknown_name_is_answered_with_a_close_match_all_names_and_the_extra(
    fruits: Registry[int],
) -> None:
    with pytest.raises(InputError) as caught:
        fruits.get("Aple")
    assert str(caught.value) == (
        "unknown fruit 'Aple'. Did you mean 'apple'? Known: apple, orange, pome. "
        "More may come with: pip install 'burnish[exotic]'"
    )


@pytest.mark.parametrize("taken", ["apple", "pome"])
def test_a_taken_name_is_a_mistake_of_the_program(fruits: Registry[int], taken: str) -> None:
    with pytest.raises(ValueError, match="registered already"):
        fruits.register("cherry", 3, aliases=(taken,))
    assert "cherry" not in fruits


def test_python_is_a_language_with_its_files() -> None:
    python = language("python")
    assert (python.module_file, python.test_file, python.fence) == (
        "solution.py",
        "test_solution.py",
        "python",
    )


def test_an_unknown_language_is_bad_input_that_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"unknown language 'cobol'\. Known: .*python"):
        LANGUAGES.get("cobol")
