"""What a folder needs beside its sources so that the language's own command runs its tests."""

from __future__ import annotations

_GO_MOD = """module {module}

go 1.19
"""
_CARGO = """[package]
name = "{module}"
version = "0.1.0"
edition = "2021"

[lib]
path = "{module}.rs"
"""
_CARGO_TEST = """
[[test]]
name = "{name}"
path = "{name}.rs"
"""


def project_files(language: str, module: str, tests: tuple[str, ...]) -> dict[str, str]:
    """File names and texts; `tests` are the names of the test files in the folder."""
    if language == "go":
        return {"go.mod": _GO_MOD.format(module=module)}
    if language == "rust":
        parts = [_CARGO_TEST.format(name=name.removesuffix(".rs")) for name in tests]
        return {"Cargo.toml": _CARGO.format(module=module) + "".join(parts)}
    return {}


def test_command(language: str, tests: str = "") -> str:
    """What a person types in the folder to run the tests, and what these need beside it."""
    laws = "from hypothesis import" in tests
    java = (
        "javac -cp junit.jar *.java && java -jar junit.jar -cp . --scan-classpath` "
        "with JUnit's `junit-platform-console-standalone.jar` as `junit.jar"
    )
    return {
        "python": "pytest` and the package `hypothesis" if laws else "pytest",
        "javascript": "node --test",
        "go": "go test",
        "rust": "cargo test",
        "java": java,
    }[language]
