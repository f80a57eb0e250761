"""Hostile input through every import door: refused or harmless, nothing opened but the file that was given.

``SETTEI_HOSTILE=5000`` makes the long run, which also measures.
"""

import io
import json
import os
import random
import resource
import socket
import sys
import time
import zlib
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ip_library.bench.source import character
from ip_library.core import schema
from ip_library.core.canonical import to_xml
from ip_library.core.errors import SetteiError
from ip_library.models import Changeset, CharacterSheet, Version
from ip_library.selectors.drafts import draft_rows, read_draft
from ip_library.selectors.library import repository_path
from ip_library.services.bulk_import import import_tree
from ip_library.services.import_files import import_files
from tests.ip_library.core.hostile_seeds import FRAGMENTS, PLAIN, PROMPT, SECRET, seeds

COUNT = int(os.environ.get("SETTEI_HOSTILE", "300"))
MEASURED = COUNT >= 5000
HARMLESS_EVERY = 30  # one file in so many is a plain sheet, so that some are let in whatever the seed
CPU_LIMIT = 0.05
RSS_LIMIT = 20 * 1024 * 1024
SEED = int(os.environ.get("SETTEI_FUZZ_SEED") or random.SystemRandom().randrange(2**32))
LOOSE = (
    b"You are an assistant. <Prompt Start>\n<image><character 1><n>a</n><gender>1girl</gender></character 1></image>"
)
CSV = b'kind,slug,name,hair,notes\ncharacter,miku,Miku,"blue_hair, long_hair",=1+1\n'
PLAIN_SHEET = to_xml(character(1, 1))

_allowed: set[str] | None = None
_opened: list[str] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _allowed is None:
        return
    name = event.split(".")[0]
    if name in {"socket", "urllib", "subprocess", "ftplib", "http"} or event in {"os.system", "os.exec", "os.fork"}:
        _opened.append(f"{event}{arguments!r:.200}")
    elif event == "open" and isinstance(arguments[0], str | bytes) and os.fsdecode(arguments[0]) not in _allowed:
        _opened.append(f"open {arguments[0]!r:.200}")


sys.addaudithook(_hook)  # a hook cannot be taken away again, so it looks at what is allowed


def resident() -> int:
    """Return the memory of the process without its database, which the tests keep in memory on SQLite."""
    taken = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    if connection.vendor != "sqlite":
        return taken
    with connection.cursor() as cursor:
        sizes = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")]
    return taken - sizes[0] * sizes[1]


def png(key: str, data: bytes) -> bytes:
    info = PngInfo()
    info.add_itxt(key, data.decode("utf-8", "replace").replace("\0", ""), zip=True)
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def mutate(dice: random.Random, data: bytes, others: list[bytes]) -> bytes:
    for _ in range(dice.randint(1, 4)):
        start = dice.randint(0, len(data))
        end = min(len(data), start + dice.choice((1, 1, 8, 200)))
        match dice.randrange(6):
            case 0:
                data = data[:start] + bytes((dice.randrange(256),)) + data[end:]
            case 1:
                data = data[:start] + data[end:]
            case 2:
                data = data[:end] + data[start:end] * dice.randint(1, 50) + data[end:]
            case 3:
                data = data[:start] + dice.choice(FRAGMENTS) + data[start:]
            case 4:
                data = data[:start] + dice.choice(others)[:2000] + data[end:]
            case _:
                data = data[:start]
    return data


def dress(dice: random.Random, data: bytes) -> tuple[str, bytes]:
    """Put a document into one of the forms that the doors take."""
    match dice.randrange(8):
        case 0:
            text = data.decode("utf-8", "replace")
            return "x.png", png("prompt", json.dumps({"1": {"inputs": {"text": text}}}).encode())
        case 1:
            return "x.png", png("parameters", data)
        case 2:
            picture = png("settei:prompt", data)
            at = dice.randrange(len(picture))
            return "x.png", picture[:at] + bytes((dice.randrange(256),)) + picture[at + 1 :]
        case 3:
            bomb = (data * dice.choice((1, 500)))[:3_000_000]
            body = b"prompt\0\0" + zlib.compress(bomb)[: dice.choice((50, 10**7))]
            return "x.png", b"\x89PNG\r\n\x1a\n" + len(body).to_bytes(4) + b"zTXt" + body + bytes(4)
        case 4:
            cell = data.decode("utf-8", "replace").replace('"', '""')
            return "characters.csv", f'slug,hair,notes\nmiku,"{cell[:2000]}","{cell}"\n'.encode()
        case 5:
            return dice.choice(("x.csv", "shots.csv")), data
    return dice.choice(("x.xml", "x.txt")), data


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def attacks(tmp_path, listener):
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "secret.txt").write_text(SECRET)
    found = seeds(folder, listener.getsockname()[1])
    pool = [data if len(data) <= 40_000 else data[:20_000] + data[-20_000:] for data in found.values()]
    return pool + [PLAIN.encode(), PROMPT.encode(), LOOSE, CSV, PLAIN_SHEET] * 8


def attempt(project, folder: Path, name: str, data: bytes, *, tree: bool) -> tuple[bool, float]:
    """Send one file through its door; return whether it was let in, and the seconds of processor time it took."""
    global _allowed
    path = folder / name
    path.write_bytes(data)
    _opened.clear()
    _allowed = {str(path)}
    start = time.process_time()
    try:
        if tree:
            import_tree(project=project, folder=path, author=None, replace=True)
        else:
            import_files(project=project, paths=[path], editor=None, replace=True)
        let_in = True
    except SetteiError as refused:
        let_in = False
        assert SECRET not in str(refused)
    finally:
        _allowed = None
        path.unlink()
    return let_in, time.process_time() - start


@pytest.mark.django_db(transaction=True)
def test_hostile_files_are_refused_or_harmless_at_every_door(empty_project, attacks, listener, tmp_path):
    print(f"SETTEI_FUZZ_SEED={SEED}")
    dice = random.Random(SEED)
    folder = tmp_path / "in"
    folder.mkdir()
    for kind in schema.KINDS:  # schemas and modules are loaded before anything is watched
        schema._validator(kind)
        schema._explainer(kind)
    for name, data in (("x.xml", PLAIN_SHEET), ("x.txt", LOOSE), ("x.csv", CSV), ("x.xml", b"<scene/>")):
        attempt(empty_project, folder, name, data, tree=False)
    for data in attacks:  # what is loaded and cached once is no growth
        for name in ("x.xml", "x.csv"):
            attempt(empty_project, folder, name, data, tree=False)
        png("prompt", data)
    before = highest = resident()
    slowest, worst, let_in = 0.0, "", 0
    for number in range(COUNT):
        plain = number % HARMLESS_EVERY == 0
        name, data = dress(dice, mutate(dice, dice.choice(attacks), attacks)) if not plain else ("x.xml", PLAIN_SHEET)
        try:
            taken, seconds = attempt(empty_project, folder, name, data, tree=False)
            assert _opened == []
            assert taken or not plain
        except Exception as failure:
            failure.add_note(f"SETTEI_FUZZ_SEED={SEED}, document {number}, {name}: {data[:500]!r}")
            raise
        let_in += taken
        if not taken:  # what is let in is saved, indexed and recorded: that is not the parser's cost
            slowest, worst = max((slowest, worst), (seconds, f"{name}, {len(data):,} bytes, {data[:80]!r}"))
        highest = max(highest, resident())
        if number == COUNT // 10:  # by then the largest of them have made the heap as large as it gets
            before = highest = resident()
    grown = (highest - before) / 2**20
    print(f"{COUNT} files, {let_in} harmless, slowest refusal {slowest * 1000:.1f} ms, memory grew by {grown:.1f} MiB")
    print(f"slowest: {worst}")
    assert COUNT / HARMLESS_EVERY <= let_in < COUNT
    for row in draft_rows("character", empty_project):
        assert SECRET not in repr(read_draft(row))
    with pytest.raises(BlockingIOError):
        listener.accept()
    if MEASURED:  # what the heap of other tests gives and takes says nothing of three hundred files
        assert highest - before < RSS_LIMIT
        assert slowest < CPU_LIMIT


@pytest.mark.django_db(transaction=True)
def test_hostile_documents_in_a_bulk_import_commit_nothing(empty_project, attacks, tmp_path):
    print(f"SETTEI_FUZZ_SEED={SEED}")
    dice = random.Random(SEED)
    folder = tmp_path / "in"
    folder.mkdir()
    refused = 0
    for _ in range(COUNT // 5):
        data = mutate(dice, dice.choice(attacks), attacks)
        before = Version.objects.count()
        sheets = CharacterSheet.objects.count()
        if data and not data.startswith(b"<character format") and not data.startswith(b"<?xml"):
            taken, _ = attempt(empty_project, folder, "x.xml", data, tree=True)
            if not taken:
                refused += 1
                assert Version.objects.count() == before
                assert CharacterSheet.objects.count() == sheets
    assert refused > COUNT // 20
    assert not Changeset.objects.filter(sealed=False).exists()
    repository = repository_path(empty_project)
    assert not list(repository.glob("refs/settei/*")) if repository.exists() else True
