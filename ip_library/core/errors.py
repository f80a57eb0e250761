"""The errors of Settei: small classes with a stable ``code`` and their data.

``config/errors.py`` alone maps the codes to HTTP. Findings that a person is expected to make are no errors
but ``Problem`` values (``problems.py``).
"""

from collections.abc import Sequence
from typing import ClassVar

from ip_library.core.problems import Problem


class SetteiError(Exception):
    """Base of all errors that have a message for people."""

    code: ClassVar[str] = "settei"
    recorded: bool = False  # the audit has an event of it already


class XmlRefusedError(SetteiError):
    """A document is not XML that Settei reads."""

    code = "xml.refused"

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}" if line else reason)


class InvalidDocumentError(SetteiError):
    """A document breaks the rules; every problem is listed."""

    code = "document.invalid"

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        super().__init__(f"{subject}: " + "; ".join(str(problem) for problem in problems))


class UnknownError(SetteiError):
    """Something was named that does not exist."""

    code = "unknown"

    def __init__(self, kind: str, name: str, *, hint: str = "") -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"there is no {kind} {name!r}" + (f"; {hint}" if hint else ""))


class RefusedError(SetteiError):
    """A value is outside what is allowed; names the argument, the value and the limit."""

    code = "refused"

    def __init__(self, argument: str, value: object, limit: str) -> None:
        self.argument = argument
        self.value = value
        self.limit = limit
        super().__init__(f"{argument} is {value!r}, but it must be {limit}")


class NotAllowedError(SetteiError):
    """A person lacks the role for what they asked."""

    code = "not_allowed"

    def __init__(self, username: str, action: str, project: str) -> None:
        self.username = username
        self.action = action
        self.project = project
        super().__init__(f"{username} may not {action} in project {project}")


class StaleDraftError(SetteiError):
    """A draft was changed by somebody else since it was read."""

    code = "draft.stale"

    def __init__(self, subject: str, *, seen: int, current: int) -> None:
        self.subject = subject
        self.seen = seen
        self.current = current
        super().__init__(
            f"{subject} was changed by somebody else (you edited state {seen}, it is now {current}); "
            "load it again and repeat your change"
        )


class LibraryError(SetteiError):
    """The Git library cannot be read or written, or is not what the database says."""

    code = "library"


class FrozenRowError(SetteiError):
    """A row that never changes was about to be changed."""

    code = "frozen"

    def __init__(self, subject: str) -> None:
        super().__init__(f"{subject} is immutable and cannot be changed or deleted")


class SearchQueryError(SetteiError):
    """What was typed into search cannot be read."""

    code = "search.query"


class StorageError(SetteiError):
    """A file of the media folder cannot be read or written."""

    code = "storage"


class SignatureError(SetteiError):
    """An anchor cannot be signed, or its signature does not hold."""

    code = "signature"
