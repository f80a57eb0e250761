"""Push our branches to a mirror: forward only, over one allowed protocol, with a clean environment.

The address comes from the administrator's settings. A token travels in the environment, to git's askpass program;
it is in no argument, address or log.
"""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ip_library.core.errors import LibraryError
from ip_library.core.paths import BRANCHES
from ip_library.store import layout
from ip_library.store.git import GitStore

_TIMEOUT: Final = 600.0
_ASKPASS: Final = """#!/bin/sh
case "$1" in
Username*) echo settei ;;
*) printf '%s\\n' "$SETTEI_MIRROR_TOKEN" ;;
esac
"""
# What the mirror on this machine does when it receives, whatever its own configuration has become.
_RECEIVE: Final = (
    "git -c core.hooksPath=/dev/null -c receive.denyNonFastForwards=true -c receive.denyDeletes=true"
    " -c receive.fsckObjects=true -c gc.auto=0 receive-pack"
)
_HTTPS: Final = "https://"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: branches that moved, branches that the mirror refused, and why nothing could be said."""

    moved: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    failed: str = ""


def push(store: GitStore, target: str, *, token: str = "", timeout: float = _TIMEOUT) -> Pushed:
    """Push every branch of ours that exists; a mirror on this machine is made where it is missing.

    Raises:
        LibraryError: the target is neither https nor a full path, or the mirror's folder cannot be made.
    """
    remote = target.startswith(_HTTPS)
    if not remote and not Path(target).is_absolute():
        raise LibraryError(f"the mirror {target!r} is neither an https address nor the full path of a folder")
    branches = [branch for branch in BRANCHES if store.head(branch)]
    if not branches:
        return Pushed()
    if not remote and not (Path(target) / "HEAD").exists():
        layout.create(Path(target), config=layout.MIRROR_CONFIG)
    with tempfile.TemporaryDirectory(prefix="settei-") as folder:  # readable by us alone
        askpass = Path(folder, "askpass")
        askpass.write_text(_ASKPASS)
        askpass.chmod(0o700)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": folder,
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_ALLOW_PROTOCOL": "https" if remote else "file",
            "GIT_ASKPASS": str(askpass),
            "SETTEI_MIRROR_TOKEN": token,
        }
        status, out, err = _run(_arguments(store.path, target, branches, remote), environment, timeout)
    return _read(status, out, err.replace(token, "***") if token else err)


def _arguments(repository: Path, target: str, branches: Sequence[str], remote: bool) -> list[str]:
    settings = ("core.hooksPath=/dev/null", "credential.helper=", "http.followRedirects=false", "push.followTags=false")
    return [
        "git", "--git-dir", str(repository),
        *(part for setting in settings for part in ("-c", setting)),
        "push", "--porcelain", "--no-verify", "--no-force", "--no-signed",
        *([] if remote else ["--receive-pack", _RECEIVE]),
        "--end-of-options", target, *(f"refs/heads/{branch}:refs/heads/{branch}" for branch in branches),
    ]  # fmt: skip


def _run(arguments: Sequence[str], environment: dict[str, str], timeout: float) -> tuple[int, str, str]:
    """Run git with its helpers in a session of their own, so that none outlives the time limit."""
    try:
        child = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            start_new_session=True, text=True, errors="replace",
        )  # fmt: skip
    except OSError as reason:
        raise LibraryError(f"git cannot be run: {reason}") from None
    try:
        out, err = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return 124, "", f"no answer within {timeout:g} seconds"
    return child.returncode, out, err


def _read(status: int, out: str, err: str) -> Pushed:
    """Read git's report: one line a branch, a flag first."""
    moved, refused = [], []
    for line in out.splitlines():
        flag, _, rest = line.partition("\t")
        if len(flag) != 1 or not (found := re.match(r"[^:\t]*:refs/heads/(\w+)\t(.*)", rest)):
            continue
        if flag == "!":
            refused.append(f"{found[1]} {found[2]}")
        elif flag != "=":
            moved.append(found[1])
    if status and not refused:
        said = " ".join(line for line in err.splitlines() if line.strip())
        return Pushed(tuple(moved), (), said[:400] or f"git push ended with {status}")
    return Pushed(tuple(moved), tuple(refused))
