"""What an anchor states: where a project's branches and its audit chain stood. Its bytes are what is signed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ip_library.core.paths import ADHOC, CANON, MAIN

ANCHORED: Final = (MAIN, ADHOC, CANON)
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_SHA: Final = re.compile(r"([0-9a-f]{40})?")


@dataclass(frozen=True, slots=True)
class Statement:
    """One anchor: ``heads`` by branch (empty: nothing yet), the last audit event, the anchor's commit before it."""

    project: str
    number: int
    at: datetime
    heads: Mapping[str, str]
    audit_sequence: int
    audit_hash: str
    previous: str

    def payload(self) -> str:
        """Return the canonical JSON: sorted keys, no blanks, one line feed at the end."""
        facts = {
            "at": self.at.astimezone(UTC).strftime(_TIME),
            "audit": {"hash": self.audit_hash, "sequence": self.audit_sequence},
            "heads": {branch: self.heads[branch] for branch in ANCHORED},
            "number": self.number,
            "previous": self.previous,
            "project": self.project,
        }
        return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"

    @property
    def signed_at(self) -> str:
        """Return the time as ssh-keygen takes it, UTC: ``20260131120000``."""
        return self.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def read_statement(payload: str) -> Statement:
    """Read the payload of an anchor.

    Raises:
        ValueError: it is not the canonical JSON of one.
    """
    try:
        facts = json.loads(payload)
        statement = Statement(
            project=facts["project"],
            number=int(facts["number"]),
            at=datetime.strptime(facts["at"], _TIME).replace(tzinfo=UTC),
            heads={branch: facts["heads"][branch] for branch in ANCHORED},
            audit_sequence=int(facts["audit"]["sequence"]),
            audit_hash=facts["audit"]["hash"],
            previous=facts["previous"],
        )
        canonical = statement.payload() == payload
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as reason:
        raise ValueError(f"the payload is no anchor: {reason!r}") from None
    if not canonical or not all(_SHA.fullmatch(sha) for sha in (*statement.heads.values(), statement.previous)):
        raise ValueError("the payload is not the canonical JSON of an anchor")
    return statement
