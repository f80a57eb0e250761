"""Many commits at once: one ``git fast-import`` that writes them onto a ref of its own, never onto a branch.

The commits are byte for byte those that ``GitStore.plan`` makes. After ``checkpoint`` they are durable and their shas
known; whoever called records them in the database and moves the branch. The verbs and arguments are constants; a
user's value travels in the stream alone, as data of a stated length.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from ip_library.core.durable import sync_folder
from ip_library.core.errors import LibraryError
from ip_library.store.git import Identity
from ip_library.store.objects import EMPTY

IMPORT_REF: Final = "refs/settei/import"

_ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https",
}
_CONFIG: Final = (
    "core.fsync=all", "core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "fastimport.unpackLimit=1",
    "pack.compression=1",
    "pack.window=0", "pack.threads=1",
)  # fmt: skip
_FAST_IMPORT: Final = ("fast-import", "--quiet", "--force", "--done", "--date-format=raw", "--depth=10")
_REMOVE_REF: Final = ("update-ref", "--no-deref", "-d", IMPORT_REF)
_GATHER: Final = ("repack", "-d", "-q", "--geometric=2")
_INDEX_HISTORY: Final = ("commit-graph", "write", "--reachable", "--changed-paths", "--no-progress")
_CRASH_REPORTS: Final = "fast_import_crash_*"
_SHA: Final = re.compile(rb"[0-9a-f]{40}")
_ANSWERS: Final = 1000  # shas asked for at once: their answers fit into a pipe, so neither side waits for the other
_BUFFER: Final = 1 << 18
_PATIENCE: Final = 60.0
_MINUTES: Final = 1800.0


@dataclass(frozen=True, slots=True)
class StreamedCommit:
    """A commit to be written on top of the one before; ``files`` as in ``GitStore.plan``."""

    author: Identity
    committer: Identity
    message: str
    files: Mapping[str, bytes | None]


class ImportStream:
    """A running ``git fast-import``; use it as a context manager, one at a time for a repository."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = self._written = 0  # marks: the last one whose sha was read, and the last one given
        self._from = b""

    def __enter__(self) -> Self:
        remove_import_ref(self._repository)
        try:
            self._process = subprocess.Popen(
                _argv(self._repository, _FAST_IMPORT),
                env=_ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                bufsize=_BUFFER,
            )  # fmt: skip
        except OSError as reason:
            raise LibraryError(f"git fast-import cannot be started: {reason}") from reason
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._running()
        try:
            if kind is None:
                self._write(b"done\n")
                self._flush()
            else:
                process.kill()  # what it has not been asked to keep is nobody's
            process.communicate(timeout=_PATIENCE)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            process.kill()
            process.communicate()
        finally:
            remove_import_ref(self._repository)
        if kind is None and process.returncode:
            raise LibraryError(f"git fast-import on {self._repository} ended with {process.returncode}")

    def start_at(self, commit: str) -> None:
        """Let the next commit stand on ``commit`` (empty: on nothing), whatever the stream wrote before."""
        self._write(b"reset %s\n" % IMPORT_REF.encode())
        self._from = b"from %s\n" % commit.encode() if commit else b""

    def add(self, commit: StreamedCommit) -> None:
        """Write one commit on top of the last.

        Raises:
            LibraryError: git ended, because the disk is full or the repository damaged.
        """
        self._written += 1
        message = commit.message.encode()
        parts = [
            b"commit %s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n%s"
            % (
                IMPORT_REF.encode(), self._written, commit.author.line().encode(), commit.committer.line().encode(),
                len(message), message, self._from,
            )
        ]  # fmt: skip
        self._from = b""
        for path, data in commit.files.items():
            if data is None:
                parts.append(b"D %s\n" % path.encode())
            else:
                parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        self._write(b"".join(parts))

    def checkpoint(self) -> list[str]:
        """Make all that was added durable; return the shas of the commits since the last checkpoint, in order.

        Raises:
            LibraryError: git ended, or did not keep what it was given.
        """
        first, last = self._asked + 1, self._written
        shas: list[str] = []
        for start in range(first, last + 1, _ANSWERS):
            marks = range(start, min(start + _ANSWERS, last + 1))
            self._write(b"".join(b"get-mark :%d\n" % mark for mark in marks))
            self._flush()
            shas += [self._read_sha() for _ in marks]
        self._asked = last
        note = b"durable up to %d" % last
        self._write(b"checkpoint\nprogress %s\n" % note)
        self._flush()
        if (answer := self._read_line()) != b"progress " + note:
            raise self._failure(f"answered {answer[:80]!r} to a checkpoint")
        if shas and (found := _read_import_ref(self._repository)) != shas[-1]:
            raise LibraryError(f"{IMPORT_REF} of {self._repository} is at {found}, expected {shas[-1]}")
        return shas

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the stream is not open")
        return self._process

    def _pipe(self) -> IO[bytes]:
        pipe = self._running().stdin
        if pipe is None:
            raise RuntimeError("the stream has no input")
        return pipe

    def _write(self, data: bytes) -> None:
        try:
            self._pipe().write(data)
        except OSError:
            raise self._failure("ended too early") from None

    def _flush(self) -> None:
        try:
            self._pipe().flush()
        except OSError:
            raise self._failure("ended too early") from None

    def _read_line(self) -> bytes:
        answers = self._running().stdout
        line = answers.readline() if answers else b""
        if not line:
            raise self._failure("ended too early")
        return line.rstrip(b"\n")

    def _read_sha(self) -> str:
        line = self._read_line()
        if not _SHA.fullmatch(line):
            raise self._failure(f"answered {line[:80]!r} where a sha was asked for")
        return line.decode()

    def _failure(self, what: str) -> LibraryError:
        process = self._running()
        process.kill()
        said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
        reason = next((line for line in said.splitlines() if line.startswith("fatal: ")), said[:200])
        return LibraryError(f"git fast-import on {self._repository} {what}: {reason or 'it gave no reason'}")


def remove_import_ref(repository: Path) -> None:
    """Remove the ref that an import works on and what one that died has left; the commits below it stay.

    Raises:
        LibraryError: git refuses.
    """
    for report in repository.glob(_CRASH_REPORTS):
        report.unlink(missing_ok=True)
    if _read_import_ref(repository):
        _run(repository, _REMOVE_REF)
    folder = repository / "refs" / "settei"
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        sync_folder(folder.parent)


def tidy(repository: Path) -> None:
    """Gather the packs of an import into few, and index the history so that ``git log -- FILE`` is quick.

    Raises:
        LibraryError: git refuses.
    """
    _run(repository, _GATHER)
    _run(repository, _INDEX_HISTORY)


def _read_import_ref(repository: Path) -> str:
    try:
        found = (repository / IMPORT_REF).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as reason:
        raise LibraryError(f"{IMPORT_REF} of {repository} cannot be read: {reason}") from None
    return "" if found == EMPTY else found


def _argv(repository: Path, arguments: tuple[str, ...]) -> list[str]:
    settings = [part for setting in _CONFIG for part in ("-c", setting)]
    return ["git", "--git-dir", str(repository), *settings, *arguments]


def _run(repository: Path, arguments: tuple[str, ...]) -> None:
    try:
        done = subprocess.run(
            _argv(repository, arguments), env=_ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_MINUTES, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as reason:
        raise LibraryError(f"git {arguments[0]} on {repository} cannot be run: {reason}") from reason
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[:300]
        raise LibraryError(f"git {arguments[0]} on {repository} ended with {done.returncode}: {said}")
