"""Hostile documents: each is refused or harmless, opens nothing, reads nothing and costs next to nothing."""

import os
import random
import socket
import sys
from pathlib import Path

import pytest
from lxml import etree

from ip_library.core import text as rules
from ip_library.core import xml
from ip_library.core.canonical import from_xml
from ip_library.core.errors import InvalidDocumentError, XmlRefusedError
from ip_library.core.prompt_file import check_prompt
from tests.ip_library.core.hostile_seeds import FRAGMENTS, PLAIN, PROMPT, SECRET, seeds

DOCUMENTS = 5000
RSS_LIMIT = 20 * 1024 * 1024

_watching = False
_opened: list[str] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.split(".")[0] in {"open", "socket", "urllib", "subprocess", "os", "ftplib", "http"}:
        _opened.append(f"{event}{arguments!r:.200}")


sys.addaudithook(_hook)  # a hook cannot be taken away again, so it looks at a flag


class Watched:
    """Watch a block: Python's own audit events, and the read calls of this thread, which C code makes too."""

    def __enter__(self):
        global _watching
        _opened.clear()
        self.reads = _reads()
        self.overhead = _reads() - self.reads  # what asking costs
        self.reads = _reads()
        _watching = True
        return self

    def __exit__(self, *_):
        global _watching
        _watching = False
        assert _reads() - self.reads == self.overhead, "something was read"
        assert _opened == []


def _reads() -> int:
    counters = Path("/proc/thread-self/io")
    if not counters.exists():
        return 0
    return int(next(line for line in counters.read_text().splitlines() if line.startswith("syscr")).split()[1])


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


HARMLESS_AS_DOCUMENT = {"attribute-200kb"}  # plain XML within the limits; the schemas refuse it


@pytest.fixture(scope="module")
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def attacks(tmp_path_factory, listener):
    folder = tmp_path_factory.mktemp("secret")
    (folder / "secret.txt").write_text(SECRET)
    check_prompt(PROMPT.encode())  # both schemas of prompts are loaded before anything is watched
    for warm in (b"<scene/>", b"<scene><x/></scene>", b"<general_tags><x/></general_tags>"):
        check_prompt(warm)
    for root in ("scene", "character", "shot"):
        with pytest.raises(InvalidDocumentError):
            from_xml(f"<{root}/>".encode())
    return seeds(folder, listener.getsockname()[1])


def attempt(data: bytes) -> etree._Element | None:
    """Send a document through every door; return its tree when the parser let it in."""
    report = check_prompt(data)
    assert report.ok or report.problems
    assert all(len(str(problem)) < 1000 and SECRET not in str(problem) for problem in report.problems)
    for door in (from_xml, xml.parse_prompt):
        try:
            assert SECRET not in repr(door(data))
        except (XmlRefusedError, InvalidDocumentError) as refused:
            assert SECRET not in str(refused)
    try:
        return xml.parse(data)
    except XmlRefusedError as refused:
        assert 0 < len(str(refused)) < 400
        return None


def assert_harmless(root: etree._Element) -> None:
    nodes = list(root.iter())
    assert all(isinstance(node.tag, str) for node in nodes), "a comment, an instruction or an entity"
    assert not root.getroottree().docinfo.doctype
    assert root.getprevious() is None
    assert root.getnext() is None
    assert len(nodes) <= xml.MAX_ELEMENTS
    assert max(sum(1 for _ in node.iterancestors()) for node in nodes) < xml.MAX_DEPTH
    for node in nodes:
        assert len(node.attrib) <= xml.MAX_ATTRIBUTES
        for value in (node.text, node.tail, *node.attrib.values()):
            assert SECRET not in (value or "")
            assert not rules.invisible((value or "").replace("\t", "").replace("\r", ""), multiline=True)


def assert_not_called(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.skipif(not Path("/proc/thread-self/io").exists(), reason="only Linux counts reads")
def test_the_watch_sees_what_python_and_what_c_code_reads(tmp_path):
    (tmp_path / "a.xml").write_text("<a/>")
    with pytest.raises(AssertionError), Watched():
        (tmp_path / "a.xml").read_text()
    with pytest.raises(AssertionError, match="something was read"), Watched():
        etree.parse(str(tmp_path / "a.xml"))
    with pytest.raises(AssertionError), Watched(), socket.socket():
        pass
    with Watched():
        etree.fromstring("<a/>")


def test_every_seed_is_refused_and_nothing_is_opened_or_read(attacks, listener):
    assert len(attacks) >= 43
    for name, data in attacks.items():
        with Watched():
            root = attempt(data)
        assert root is None or name in HARMLESS_AS_DOCUMENT or name.startswith("prompt-"), f"{name} was let in"
        if root is not None:
            assert_harmless(root)
        assert not check_prompt(data).ok, f"{name} is no prompt"
    assert_not_called(listener)


def mutate(random_: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """Return a variant of a document: bytes changed, cut, doubled, spliced with others or with hostile parts."""
    for _ in range(random_.randint(1, 4)):
        start = random_.randint(0, len(data))
        end = min(len(data), start + random_.choice((1, 1, 8, 200)))
        match random_.randrange(7):
            case 0:
                data = data[:start] + bytes((random_.randrange(256),)) + data[end:]
            case 1:
                data = data[:start] + data[end:]
            case 2:
                data = data[:end] + data[start:end] * random_.randint(1, 50) + data[end:]
            case 3:
                data = data[:start] + random_.choice(FRAGMENTS) + data[start:]
            case 4:
                data = data[:start] + random_.choice(others)[:2000] + data[end:]
            case 5:
                data = data[:start]
            case _:
                data = data.replace(random_.choice(FRAGMENTS), random_.choice(FRAGMENTS), 1)
    return data


def test_five_thousand_mutations_are_refused_or_harmless_and_cost_no_memory(attacks, listener):
    seed = int(os.environ.get("SETTEI_FUZZ_SEED") or random.SystemRandom().randrange(2**32))
    print(f"SETTEI_FUZZ_SEED={seed}")
    random_ = random.Random(seed)
    pool = [data if len(data) <= 40_000 else data[:20_000] + data[-20_000:] for data in attacks.values()]
    pool += [PLAIN.encode(), PROMPT.encode(), PROMPT.encode() + b"<scene><lighting>day</lighting></scene>\n"] * 8
    for data in pool:
        attempt(data)
    before = highest = _resident()
    let_in = 0
    for number in range(DOCUMENTS):
        data = mutate(random_, random_.choice(pool), pool)
        try:
            with Watched():
                root = attempt(data)
            if root is not None:
                let_in += 1
                assert_harmless(root)
        except Exception as failure:
            failure.add_note(f"SETTEI_FUZZ_SEED={seed}, document {number}: {data[:500]!r}")
            raise
        highest = max(highest, _resident())
    print(f"{DOCUMENTS} documents, {let_in} harmless, memory grew by {(highest - before) / 2**20:.1f} MiB")
    assert 0 < let_in < DOCUMENTS
    assert highest - before < RSS_LIMIT
    assert_not_called(listener)
