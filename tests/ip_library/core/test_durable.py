"""Files are whole or absent, whatever the disk says and whoever else writes."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ip_library.core import durable

ROOT = Path(__file__).resolve().parents[3]
FULL_DISK = """
import resource, sys
from pathlib import Path
from ip_library.core import durable
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for act in (
    lambda: durable.write_new([(folder / "new", b"x" * 9000)], scope="t"),
    lambda: durable.replace(folder / "old", b"y" * 9000),
):
    try:
        act()
    except OSError as reason:
        print(type(reason).__name__, reason.errno)
"""


@pytest.fixture
def folder(tmp_path):
    """An empty folder."""
    made = tmp_path / "files"
    made.mkdir()
    return made


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_whole_read_only_and_leaves_nothing_beside_it(folder):
    path = folder / "a" / "b" / "file"
    durable.write_new([(path, b"data")], scope="t")
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert names(path.parent) == ["file"]


def test_a_file_that_is_there_is_left_alone(folder):
    path = folder / "file"
    durable.write_new([(path, b"one")], scope="t")
    durable.write_new([(path, b"two"), (folder / "other", b"three")], scope="t")
    assert path.read_bytes() == b"one"
    assert (folder / "other").read_bytes() == b"three"


def test_a_replaced_file_is_the_old_or_the_new_one(folder):
    path = folder / "file"
    for data in (b"old", b"new"):
        durable.replace(path, data, mode=0o600)
        assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(folder) == ["file"]


def test_a_full_disk_leaves_no_part_of_a_file_and_the_old_one_as_it_was(folder):
    (folder / "old").write_bytes(b"before")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["OSError", "27", "OSError", "27"]
    assert names(folder) == ["old"]
    assert (folder / "old").read_bytes() == b"before"


def test_a_file_in_place_of_the_folder_is_an_os_error_not_a_loss(folder):
    (folder / "taken").write_bytes(b"mine")
    with pytest.raises(OSError, match="taken"):
        durable.write_new([(folder / "taken" / "file", b"x")], scope="t")
    assert (folder / "taken").read_bytes() == b"mine"


def test_many_writers_of_one_file_all_succeed_with_one_whole_file(folder):
    path, failures = folder / "file", []
    together = threading.Barrier(8)

    def write():
        together.wait()
        try:
            durable.write_new([(path, b"x" * 100_000)], scope="t")
        except OSError as reason:
            failures.append(reason)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert path.read_bytes() == b"x" * 100_000
    assert names(folder) == ["file"]


def test_a_file_and_its_folder_reach_the_disk_before_the_call_returns(folder, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda number: (synced.append(str(Path(f"/proc/self/fd/{number}").readlink())), real(number))
    )
    durable.write_new([(folder / "new" / "file", b"x")], scope="t")
    assert str(folder) in synced  # the entry of the new folder
    assert synced[-1] == str(folder / "new")
    assert any(durable.TEMPORARY_PREFIX in path for path in synced[:-1])
