"""The frozen records that stages hand to each other: the house's vocabulary, in five files.

`Spec -> Analysis -> Candidate -> ExecutionReport -> QualityReport -> Attempt -> Solution`

Every record is immutable and validates on creation; the docstring under a field is also its
description in the JSON Schema of `report.json`. Tuples, never lists: a record is safe to share.
May import: errors.
"""

from burnish.records.base import (
    Category,
    DimensionName,
    ExecutionStatus,
    Move,
    Outcome,
    Record,
    SolutionStatus,
    Strategy,
    Suite,
)
from burnish.records.execution import (
    Candidate,
    Coverage,
    ExecutionReport,
    Finding,
    TestOutcome,
)
from burnish.records.quality import (
    Dimensions,
    Gate,
    QualityReport,
)
from burnish.records.solution import (
    Attempt,
    Details,
    ModelCall,
    Solution,
    Usage,
)
from burnish.records.specification import (
    Analysis,
    Drawn,
    Example,
    Law,
    PerformanceRequirement,
    Spec,
)

__all__ = [
    "Analysis",
    "Attempt",
    "Candidate",
    "Category",
    "Coverage",
    "Details",
    "DimensionName",
    "Dimensions",
    "Drawn",
    "Example",
    "Law",
    "ExecutionReport",
    "ExecutionStatus",
    "Finding",
    "Gate",
    "ModelCall",
    "Move",
    "Outcome",
    "PerformanceRequirement",
    "QualityReport",
    "Record",
    "Solution",
    "SolutionStatus",
    "Spec",
    "Strategy",
    "Suite",
    "TestOutcome",
    "Usage",
]
