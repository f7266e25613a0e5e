"""Templates: read as CloudFormation writes them, refused where a deployment could not work."""

from __future__ import annotations

from pathlib import Path

import pytest

from burnish.agents.deployment.template import MOST_BYTES, read_template
from burnish.errors import InputError

IMAGE = "Parameters: {ImageUri: {Type: String}}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "template.yaml"
    path.write_text(text, "utf-8")
    return path


def test_short_functions_of_every_form_are_understood(tmp_path: Path) -> None:
    text = IMAGE + (
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  A: {Type: 'T::A::A', Properties: {X: !Ref ImageUri, Y: !GetAtt [B, Arn]}}\n"
        "  B:\n    Type: T::B::B\n    Properties:\n      Z: !Sub\n        - ${V}\n        - V: !If [C, 1, 2]\n"
    )
    template = read_template(written(tmp_path, text))
    assert template.resources == (("A", "T::A::A"), ("B", "T::B::B"))
    assert template.parameters == {"ImageUri": False}
    assert template.capabilities == ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert template.text == text


def test_json_is_a_template_too(tmp_path: Path) -> None:
    text = (
        '{"Parameters": {"ImageUri": {}, "N": {"Default": 1}}, "Resources": {"A": {"Type": "T"}}}'
    )
    template = read_template(written(tmp_path, text))
    assert template.parameters == {"ImageUri": False, "N": True}
    assert template.capabilities == ["CAPABILITY_NAMED_IAM"]
    assert template.given("u", {}, None) == [{"ParameterKey": "ImageUri", "ParameterValue": "u"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources: {A: {Type: T}}\n", "no parameter ImageUri"),
        (IMAGE, "has no Resources"),
        ("- a list\n", "has no Resources"),
        ("a: [1\n", "cannot be read"),
        ("a: !!python/object/apply:os.system [ls]\nResources: {}\n", "cannot be read"),
        (IMAGE + "Resources: {A: {Type: T}}\n" + "#" * MOST_BYTES, "larger than CloudFormation"),
    ],
)
def test_what_cannot_be_deployed_is_refused_with_its_reason(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_template(written(tmp_path, text))


def test_a_template_that_is_not_there_is_the_users_matter(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*none\.yaml"):
        read_template(tmp_path / "none.yaml")
