"""A chain of events shows every change of it, and its rules need nothing but Python."""

import ast
import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ip_library.core import audit_chain
from ip_library.core.audit_chain import Chain, Link, canonical_line, check_lines, hash_of, main, time_text


def chain_of(length: int, *, first: int = 1, previous: str = "") -> list[dict]:
    events = []
    for sequence in range(first, first + length):
        event = {"sequence": sequence, "actor": "alice", "subject": f"character/miku-{sequence}", "name": "初音"}
        previous = hash_of(event, previous)
        events.append({**event, "previous": events[-1]["hash"] if events else "", "hash": previous})
    return events


def lines_of(events: list[dict]) -> list[bytes]:
    return [canonical_line(event).encode() + b"\n" for event in events]


def kinds(lines: list[bytes], **expected) -> list[tuple[int, str]]:
    return [(finding.sequence, finding.kind) for finding in check_lines(lines, Chain(), **expected)]


def test_the_hash_is_the_documented_one():
    line = '{"actor":"alice","name":"初音","sequence":1}'
    event = {"sequence": 1, "name": "初音", "actor": "alice", "hash": "x", "previous": "y"}
    assert hash_of(event, "") == audit_chain.hashlib.sha256(b"\n" + line.encode()).hexdigest()
    assert hash_of(event, "ab") == audit_chain.hashlib.sha256(b"ab\n" + line.encode()).hexdigest()


def test_a_time_is_utc_with_microseconds():
    tokyo = datetime(2026, 11, 23, 3, 0, tzinfo=timezone(timedelta(hours=9)))
    assert time_text(tokyo) == "2026-11-22T18:00:00.000000Z"
    assert time_text(datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "2026-01-02T03:04:05.000006Z"


def test_a_whole_chain_holds_and_so_does_its_end():
    events = chain_of(50)
    assert kinds(lines_of(events), head=events[-1]["hash"], length=50) == []
    assert kinds(lines_of(events[20:]), first=21, head=events[-1]["hash"], length=50) == []


@pytest.mark.parametrize("first", [1, 20, 22])
def test_a_beginning_that_was_cut_off_is_found(first):
    events = chain_of(50)
    assert kinds(lines_of(events[20:]), first=first, head=events[-1]["hash"], length=50) == [(21, "start")]


@pytest.mark.parametrize("first", [0, 1, 5])
def test_no_events_at_all_are_no_chain_that_holds(first):
    assert kinds([], first=first, head="", length=0) == [(0, "start")]


def test_every_single_byte_that_changes_is_found():
    events = chain_of(3)
    whole, end = b"".join(lines_of(events)), {"head": events[-1]["hash"], "length": 3}
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        assert kinds(bytes(changed).splitlines(keepends=True), **end), (place, bytes(changed))


def test_a_changed_event_is_named():
    events = chain_of(5)
    events[2]["actor"] = "bob"
    assert kinds(lines_of(events)) == [(3, "changed")]


def test_a_changed_event_with_a_new_hash_breaks_the_chain_after_it():
    events = chain_of(5)
    events[2]["actor"] = "bob"
    events[2]["hash"] = hash_of(events[2], events[2]["previous"])
    assert kinds(lines_of(events)) == [(4, "chain")]


def test_a_gap_two_swapped_lines_and_a_repeated_line_are_found():
    events = chain_of(6)
    assert kinds(lines_of(events[:2] + events[3:])) == [(4, "order"), (4, "chain")]
    swapped = [*events[:2], events[3], events[2], *events[4:]]
    assert {kind for _, kind in kinds(lines_of(swapped))} == {"order", "chain", "fork"}
    assert (2, "fork") in kinds(lines_of([*events[:2], events[1], *events[2:]]))


def test_a_fork_is_told_from_a_break():
    events = chain_of(4)
    twin = {"sequence": 4, "actor": "mallory"}
    forked = {**twin, "previous": events[1]["hash"], "hash": hash_of(twin, events[1]["hash"])}
    assert kinds(lines_of([*events[:3], forked])) == [(4, "fork")]


def test_a_tail_that_was_cut_off_is_found_by_its_head_alone():
    events = chain_of(5)
    assert kinds(lines_of(events[:3])) == []
    assert kinds(lines_of(events[:3]), head=events[-1]["hash"]) == [(3, "tail")]
    assert kinds(lines_of(events[:3]), length=5) == [(3, "tail")]
    assert kinds([], head=events[-1]["hash"], length=5) == [(0, "start"), (0, "tail"), (0, "tail")]


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"\xff\n", b'{"sequence":"1","previous":"","hash":""}\n',
        b'{"sequence":2,"previous":7,"hash":""}\n', b'{"a":NaN,"sequence":1,"previous":"","hash":""}\n',
        b'{"a":"\\ud800","sequence":1,"previous":"","hash":""}\n', b"[" * 100_000 + b"\n",
    ],
)  # fmt: skip
def test_what_is_no_event_is_a_finding_and_never_a_crash(line):
    assert kinds([line])


def test_a_line_that_says_the_same_in_other_bytes_is_found():
    (line,) = lines_of(chain_of(1))
    loose = json.dumps(json.loads(line)).encode() + b"\n"
    assert kinds([loose]) == [(1, "line")]


def test_a_first_event_that_follows_another_is_found():
    event = {"sequence": 1}
    lines = lines_of([{**event, "previous": "f" * 64, "hash": hash_of(event, "f" * 64)}])
    assert kinds(lines) == [(1, "chain")]


def test_memory_stays_bounded():
    chain, previous = Chain(), ""
    for sequence in range(1, 3001):
        own = hash_of({"sequence": sequence}, previous)
        assert not list(chain.follow({"sequence": sequence, "previous": previous, "hash": own}))
        previous = own
    assert (chain.last, len(chain._seen)) == (Link(3000, previous), 1000)


def test_the_program_says_what_it_found(tmp_path, capsys):
    file, events = tmp_path / "events.jsonl", chain_of(3)
    file.write_bytes(b"".join(lines_of(events)))
    assert main([str(file), "--head", events[-1]["hash"], "--length", "3"]) == 0
    told = f"events 1 to 3, head {events[-1]['hash']}\n"
    assert capsys.readouterr().out == f"{told}the chain holds\n"
    assert main([str(file), "--length", "4"]) == 1
    tail = "event 3: is the last event, but event 4 must be  [tail]\n"
    assert capsys.readouterr().out == f"{tail}{told}the chain does not hold: 1 findings\n"
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path / "no such file")])


def test_the_program_finds_a_file_that_was_cut_in_front_or_emptied(tmp_path, capsys):
    file, lines = tmp_path / "events.jsonl", lines_of(chain_of(3))
    file.write_bytes(b"".join(lines[1:]))
    assert main([str(file)]) == 1
    assert "event 2: comes first; event 1 must come first  [start]\nevents 2 to 3, head " in capsys.readouterr().out
    assert main([str(file), "--first", "2"]) == 0
    capsys.readouterr()
    file.write_bytes(b"")
    assert main([str(file)]) == 1
    assert capsys.readouterr().out.startswith("event 0: there is no event")


def test_the_verifier_is_short_and_needs_the_standard_library_alone():
    source = Path(audit_chain.__file__).read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    roots = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert roots <= sys.stdlib_module_names
    assert len(source.splitlines()) < 150
