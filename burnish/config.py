"""One Config of small sections, one loader.

Values come, first wins, from: arguments, environment (`BURNISH_LM`,
`BURNISH_SANDBOX__TIMEOUT_S`, ...), `burnish.toml` in the working directory, the defaults here.
"""

from __future__ import annotations

from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from burnish.errors import InputError
from burnish.records import Usage

MIB = 1024 * 1024


class Section(BaseModel):
    """Base of the sections: frozen, unknown keys refused, fields documented by docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Model(Section):
    """How the language model is called."""

    api_base: str | None = None
    """Base URL of an OpenAI-compatible server; None for the provider's own."""
    temperature: float = Field(0.2, ge=0, le=2)
    """Sampling temperature."""
    max_tokens: int = Field(2000, ge=16)
    """Output tokens allowed per call."""
    num_retries: int = Field(3, ge=0)
    """Retries on transport errors, with exponential backoff."""
    cache: bool = True
    """Answer repeated requests from DSPy's cache."""
    small: bool | None = None
    """Whether it has so few parameters that it cannot mend its own wrong results: fresh modules
    are written and compared instead. None asks the size of the embedded model's weights, and
    takes any other model for a large one."""
    threads: int | None = Field(None, ge=1, le=256)
    """Threads of the embedded model; None for every usable CPU, at most 8. Fewer than there are
    CPUs are quicker while other programs keep the CPUs busy."""


class Sandbox(Section):
    """Limits under which untrusted code runs."""

    kind: Literal["auto", "docker", "bubblewrap", "none"] = "auto"
    """auto: Docker if an Engine and the image are here, else bubblewrap, else none."""
    memory_bytes: int = Field(512 * MIB, ge=16 * MIB)
    """Memory limit; swap is not granted on top."""
    cpus: float = Field(1.0, gt=0)
    """CPU limit in cores."""
    timeout_s: float = Field(30.0, gt=0)
    """Wall seconds for one run, all tests together."""
    compile_timeout_s: float = Field(60.0, gt=0)
    """Wall seconds for the compilers of one run, before `timeout_s` begins to count: the first
    run after a boot reads them from a cold disk."""
    test_timeout_s: float = Field(5.0, gt=0)
    """Wall seconds for one test."""
    pids: int = Field(64, ge=2)
    """Processes and threads."""
    work_bytes: int = Field(64 * MIB, ge=1 * MIB)
    """Size of the work folder, a tmpfs."""
    output_bytes: int = Field(64 * 1024, ge=1024)
    """Printed output kept; the rest is dropped and flagged."""
    pool_size: int | None = Field(None, ge=0, le=16)
    """Sandboxes started ahead of need; each is used once. 0 for none; None for one per two CPUs,
    fewer where memory is short."""
    parallel: int | None = Field(None, ge=1, le=64)
    """Runs at the same time; more wait their turn. None for two per CPU, fewer where memory is
    short."""
    image: str | None = None
    """Docker image to use instead of the one that burnish builds."""
    runtime: str | None = None
    """Docker runtime, e.g. "runsc"; None for the Engine's default."""


class Weights(Section):
    """Weights of the five dimensions; normalised to sum 1 where they are used."""

    syntactic_correctness: float = Field(0.25, ge=0)
    test_coverage: float = Field(0.20, ge=0)
    documentation: float = Field(0.15, ge=0)
    performance: float = Field(0.20, ge=0)
    maintainability: float = Field(0.20, ge=0)


class Metric(Section):
    """What is accepted."""

    weights: Weights = Weights()
    threshold: float = Field(0.8, ge=0, le=1)
    """Score needed for acceptance."""
    min_coverage: float = Field(0.8, ge=0, le=1)
    """Gate: branch coverage."""
    min_documentation: float = Field(0.9, ge=0, le=1)
    """Gate: documentation dimension."""
    max_complexity: int = Field(10, ge=1)
    """Gate: every function's cyclomatic complexity must be under this."""
    default_max_seconds: float = Field(5.0, gt=0)
    """Wall seconds that count as good enough where the specification states none."""
    default_max_memory_bytes: int = Field(128 * MIB, gt=0)
    """Peak memory that counts as good enough where the specification states none."""


class Limits(Section):
    """Bounds on what is taken in and how long the loop goes on."""

    max_iterations: int = Field(3, ge=0, le=20)
    """Refinement rounds after the first attempt."""
    max_specification_chars: int = Field(20_000, ge=1)
    """Longest specification taken."""
    max_code_length: int = Field(10_000, ge=1)
    """Longest module taken or accepted from a model, in characters."""


class Budget(Section):
    """What one specification may cost. Asked before each call of the model, so that the last call
    may exceed it; what was made until then is judged and returned."""

    tokens: int | None = Field(None, ge=1)
    """Tokens, of prompts and answers together."""
    usd: float | None = Field(None, gt=0)
    """US dollars, where the model's prices are known; where they are not, one call is made."""
    seconds: float | None = Field(None, gt=0)
    """Wall seconds."""

    def spent(self, usage: Usage, seconds: float) -> str:
        """Which budget is spent, in one sentence; "" while there is some of each left."""
        if self.tokens is not None and usage.tokens >= self.tokens:
            return f"the budget of {self.tokens:,} tokens is spent"
        if self.seconds is not None and seconds >= self.seconds:
            return f"the budget of {self.seconds:g} seconds is spent"
        if self.usd is None or not usage.calls:
            return ""
        if usage.cost_usd is None:
            return "a budget in dollars cannot be kept: the prices of this model are not known"
        return f"the budget of ${self.usd:g} is spent" if usage.cost_usd >= self.usd else ""


class Search(Section):
    """What is done where the first module is not good enough."""

    candidates: int = Field(4, ge=0, le=32)
    """Fresh modules written at a time, at most, and half as many again over all; 0 for none:
    then a small model repairs too."""
    consensus: int = Field(1, ge=1, le=8)
    """Modules of a small model that must pass and give the same answers to calls like those of the
    examples before one of them is taken; 1 for the first that passes."""
    temperature: float = Field(0.8, ge=0, le=2)
    """Sampling temperature of fresh modules and of repairs: they must differ from what failed."""
    analysis: bool | None = None
    """Ask the model what a specification demands before anything is written. None for always, but
    of a small model only where the text does not name what is to be written."""


class Memory(Section):
    """Accepted solutions that are kept on this machine, to be shown where another is to be
    solved."""

    keep: bool = False
    """Keep what is accepted."""
    demos: int = Field(0, ge=0, le=4)
    """Of those kept, the most similar shown when code is asked for; 0 for none."""
    path: str | None = None
    """The file; None for memory.jsonl in the data folder."""


class Tracking(Section):
    """Where runs are recorded."""

    enabled: bool = True
    """False records nothing."""
    uri: str | None = None
    """MLflow tracking URI; None for MLFLOW_TRACKING_URI, else a sqlite file of the user's."""
    experiment: str = "burnish-generate"
    """MLflow experiment name."""


class Config(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="BURNISH_",
        env_nested_delimiter="__",
        toml_file="burnish.toml",
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    lm: str | None = None
    """Language model, "local" or "provider/name"; None for the embedded one if installed."""
    model: Model = Model()
    sandbox: Sandbox = Sandbox()
    metric: Metric = Metric()
    limits: Limits = Limits()
    budget: Budget = Budget()
    search: Search = Search()
    memory: Memory = Memory()
    tracking: Tracking = Tracking()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**overrides: dict[str, Any] | str | None) -> Config:
    """Read the configuration; `overrides` are sections as dicts, merged over the other sources.

    None values inside an override mean "not given" and are left out.

    Raises:
        InputError: a value is out of range, of the wrong type, or a key is unknown; burnish.toml
            or a variable cannot be parsed.
    """
    given = {
        key: {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
        for key, value in overrides.items()
        if value is not None
    }
    try:
        return Config(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"configuration value {where} = {first.get('input')!r}: {first['msg']}.",
            remedy="Correct the argument, the BURNISH_ variable or burnish.toml.",
        ) from None
    except (TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(
            f"burnish.toml cannot be read: {error}.", remedy="Correct it or move it away."
        ) from None
    except SettingsError as error:
        raise InputError(f"{error}.", remedy="Correct that BURNISH_ variable.") from None


def cache_dir() -> Path:
    """The user's cache folder for weights, images and toolkits (BURNISH_CACHE_DIR overrides)."""
    import os

    from platformdirs import user_cache_path

    override = os.environ.get("BURNISH_CACHE_DIR")
    return Path(override) if override else user_cache_path("burnish")


def data_dir() -> Path:
    """The user's data folder for the tracking store (BURNISH_DATA_DIR overrides)."""
    import os

    from platformdirs import user_data_path

    override = os.environ.get("BURNISH_DATA_DIR")
    return Path(override) if override else user_data_path("burnish")
