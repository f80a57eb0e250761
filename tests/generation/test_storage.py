import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generation.core.errors import StorageError
from generation.storage import image_store

ROOT = Path(__file__).parents[2]
DATA = b"a picture"
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_a_file_lies_under_its_digest_and_is_kept_once():
    store = image_store()
    assert store.put(DATA) == store.put(DATA) == SHA256
    assert store.path(SHA256) == store.root / SHA256[:2] / f"{SHA256}.png"
    assert store.read(SHA256) == DATA
    assert list(store.digests()) == [SHA256]
    assert list(store.strangers()) == []
    assert not store.path(SHA256).stat().st_mode & 0o222


def test_a_damaged_or_missing_file_is_not_handed_out():
    store = image_store()
    with pytest.raises(StorageError, match="missing"):
        store.read(SHA256)
    store.put(DATA)
    store.path(SHA256).chmod(0o600)
    store.path(SHA256).write_bytes(b"a pictorX")
    with pytest.raises(StorageError, match="damaged"):
        store.read(SHA256)
    store.path(SHA256).write_bytes(b"")
    with pytest.raises(StorageError, match="damaged"):
        store.put(DATA)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, SHA256 + "\n", SHA256[:-1]])
def test_what_is_no_digest_names_no_path(name):
    with pytest.raises(ValueError, match="no SHA-256"):
        image_store().path(name)


def test_only_old_leftovers_are_removed():
    store = image_store()
    store.put(DATA)
    old, young, strange = (store.root / SHA256[:2] / name for name in ("tmp_obj_old", "tmp_obj_young", "notes.txt"))
    for path in (old, young, strange):
        path.write_bytes(b"half")
    hour_ago = time.time() - 3600
    os.utime(old, (hour_ago, hour_ago))
    os.utime(strange, (hour_ago, hour_ago))
    assert store.clear_leftovers() == 1
    assert sorted(store.strangers()) == sorted([young, strange])
    assert store.read(SHA256) == DATA


def test_a_full_disk_leaves_no_part_of_a_file_and_says_so(tmp_path):
    program = f"""
import resource, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from generation.core.errors import StorageError
from generation.storage import ImageStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    ImageStore(Path({str(tmp_path / "images")!r})).put(bytes(100_000))
except StorageError as reason:
    print(reason)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "cannot be written: File too large" in done.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_many_writers_of_the_same_bytes_make_one_file(tmp_path):
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from generation.storage import ImageStore
for number in range(50):
    ImageStore(Path({str(tmp_path / "images")!r})).put(str(number).encode())
"""
    writers = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    files = [path for path in (tmp_path / "images").rglob("*") if path.is_file()]
    assert len(files) == 50
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in files)
