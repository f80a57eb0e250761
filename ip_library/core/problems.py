"""A finding about a document, as a value: what is wrong, how bad it is, where."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

Severity = Literal["error", "warning"]
ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    ``field`` is a path such as ``cast/1/position/x`` or ``character_1/position``; ``message`` names the value
    and the limit. ``fix`` proposes what to write in the value's place, or is empty where only a person can tell.
    """

    code: str
    severity: Severity
    field: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message

    def facts(self) -> dict[str, str]:
        """Return what the commands print as JSON; the keys are a contract with scripts."""
        return {"code": self.code, "severity": self.severity, "field": self.field, "message": self.message}

    def under(self, prefix: str) -> "Problem":
        """Return the same finding with its field below ``prefix``."""
        return replace(self, field=f"{prefix}/{self.field}" if self.field else prefix)


def error(code: str, field: str, message: str, fix: str = "") -> Problem:
    """Make a finding that forbids committing."""
    return Problem(code, ERROR, field, message, fix)


def warning(code: str, field: str, message: str, fix: str = "") -> Problem:
    """Make a finding that is worth a look."""
    return Problem(code, WARNING, field, message, fix)


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return only the findings that forbid committing."""
    return [problem for problem in problems if problem.severity == ERROR]
