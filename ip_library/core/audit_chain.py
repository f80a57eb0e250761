"""The chain of audit events: how an event is written as a line, how it is hashed, and what a chain must hold.

Standard library alone (Python 3.8 or later), because this very file travels with every export as its verifier::

    python verify_audit.py events.jsonl [--first N] [--head HASH] [--length N]

A line is JSON with sorted keys, no blanks, in UTF-8. ``hash`` is the SHA-256 of the hash before it, a line feed, and
the line without its two hashes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import OrderedDict
from datetime import timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

HASHES = ("previous", "hash")
_REMEMBERED = 1000  # hashes
_SHOWN = 20  # findings that the program prints


class Finding(NamedTuple):
    """Something wrong: at which event, what kind, in words. Kinds: line, start, order, changed, chain, fork, tail."""

    sequence: int
    kind: str
    message: str


class Link(NamedTuple):
    """Where a chain ends: the number of its last event, and its hash; nothing yet is ``(0, "")``."""

    sequence: int = 0
    hash: str = ""


def time_text(at: datetime) -> str:
    """Write a time as it stands in the chain: UTC with microseconds, ``2026-11-22T18:00:00.000000Z``."""
    utc = at.astimezone(timezone.utc)  # noqa: UP017  datetime.UTC is younger than Python 3.8
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical_line(values: Mapping[str, Any]) -> str:
    """Return an event, with or without its hashes, as one line of JSON."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_of(values: Mapping[str, Any], previous: str) -> str:
    """Return the hash of an event that follows the one whose hash is ``previous``: 64 hex digits."""
    line = canonical_line({name: value for name, value in values.items() if name not in HASHES})
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()


class Chain:
    """A chain that is read event by event. Bounded memory: the last hashes alone are kept, to tell forks."""

    def __init__(self, last: Link = Link()) -> None:  # noqa: B008  a Link never changes
        self.begin(last)

    def begin(self, last: Link) -> None:
        """Follow what comes after an event. ``first`` is the number of the first that came, 0 before it."""
        self.last, self.first = last, 0
        self._seen = OrderedDict({last.hash: last.sequence})

    def follow(self, event: Mapping[str, Any]) -> Iterator[Finding]:
        """Yield what is wrong with the next event."""
        sequence, previous, own = event.get("sequence"), event.get("previous"), event.get("hash")
        if not isinstance(sequence, int) or not isinstance(previous, str) or not isinstance(own, str):
            yield Finding(self.last.sequence + 1, "line", "lacks its sequence, its previous hash or its hash")
            return
        if sequence != self.last.sequence + 1:
            yield Finding(sequence, "order", f"event {self.last.sequence + 1} was expected here, not {sequence}")
        if previous != self.last.hash:
            if previous in self._seen:
                yield Finding(sequence, "fork", f"follows event {self._seen[previous]}, as another one does")
            else:
                yield Finding(sequence, "chain", "does not follow the event before it")
        if hash_of(event, previous) != own:
            yield Finding(sequence, "changed", "is not what was recorded: its hash is another")
        self.last, self.first = Link(sequence, own), self.first or sequence
        self._seen[own] = sequence
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def end(self, *, head: str | None = None, length: int | None = None) -> Iterator[Finding]:
        """Yield whether the chain ends elsewhere than it must, as when its last events were cut off."""
        last = self.last
        if length is not None and last.sequence != length:
            yield Finding(last.sequence, "tail", f"is the last event, but event {length} must be")
        if head is not None and last.hash != head:
            yield Finding(last.sequence, "tail", f"is the last with hash {last.hash or 'none'}, not {head or 'none'}")


def check_lines(
    lines: Iterable[bytes], chain: Chain, *, first: int = 1, head: str | None = None, length: int | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with the lines of an export whose first event must be ``first``; a fresh chain follows."""
    for number, raw in enumerate(lines, start=1):
        try:
            event = json.loads(raw.decode())
            whole = canonical_line(event).encode() + b"\n" == raw
            if not chain.first and event["sequence"] > 1:
                chain.begin(Link(event["sequence"] - 1, event["previous"]))  # what was before it is believed
            yield from chain.follow(event)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            yield Finding(number, "line", f"line {number} of the file is not an event")
            continue
        if not whole:
            yield Finding(chain.last.sequence, "line", f"line {number} of the file is not written as it was exported")
    if not chain.first or chain.first != first:
        found = "comes first" if chain.first else "there is no event"
        yield Finding(chain.first, "start", f"{found}; event {first} must come first")
    yield from chain.end(head=head, length=length)


def main(arguments: list[str] | None = None) -> int:
    """Check a file: 0 when the chain holds, 1 when it does not, 2 when it was called wrongly."""
    parser = argparse.ArgumentParser(description="Verify an export of audit events.")
    parser.add_argument("file", type=Path, help="events.jsonl")
    parser.add_argument("--first", type=int, default=1, help="the number that the first event must have; default: 1")
    parser.add_argument("--head", help="the hash that the last event must have (manifest.json says it)")
    parser.add_argument("--length", type=int, help="the number that the last event must have")
    asked = parser.parse_args(arguments)
    found, chain = 0, Chain()
    try:
        with asked.file.open("rb") as file:
            for finding in check_lines(file, chain, first=asked.first, head=asked.head, length=asked.length):
                found += 1
                if found <= _SHOWN:
                    sys.stdout.write(f"event {finding.sequence}: {finding.message}  [{finding.kind}]\n")
    except OSError as reason:
        parser.error(f"{asked.file} cannot be read: {reason.strerror}")
    if chain.first:
        sys.stdout.write(f"events {chain.first} to {chain.last.sequence}, head {ascii(chain.last.hash[:64])[1:-1]}\n")
    sys.stdout.write(f"the chain does not hold: {found} findings\n" if found else "the chain holds\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
