"""Make .venv and install what Settei needs: `python3 config/bootstrap.py [--dev]`.

Standard library only. Run it as often as you like: when nothing changed it ends at once, and what a run that
was cut off left behind is made anew. Torch goes in first and by rule (see `install_torch`); SETTEI_TORCH=cpu,
cuda or none overrides the rule.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets this line instead of a traceback
    message = "Settei needs Python 3.11 or newer; this is {}.{}. Name another: make demo PYTHON=python3.12"
    sys.exit(message.format(*sys.version_info))

import contextlib
import fcntl  # Linux, macOS or WSL
import hashlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "settei.json"
REQUIREMENTS = ROOT / "requirements.txt"
DEV_REQUIREMENTS = ROOT / "config" / "requirements" / "dev.txt"
CONSTRAINTS = DEV_REQUIREMENTS.with_name("constraints.txt")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PYTHON_TAG = sys.implementation.cache_tag
BUILDS = {
    "cpu": "torch, the CPU build",
    "plain": "torch, PyPI's build (on Linux with CUDA, about 2.5 GB)",
    "none": "torch is left out, as SETTEI_TORCH=none asks",
}
WITHOUT_TORCH = f"""\
      pip found no torch for this machine: {{reason}}
      Settei goes on without it: the previz engine draws; only the diffusion engines need torch.
      To add it later: `SETTEI_TORCH=cpu make demo` where {CPU_INDEX} is in reach,
      or `SETTEI_TORCH=cuda make demo` for PyPI's build (on Linux about 2.5 GB)."""
PIP_FAILED = """
Set-up stopped. pip could not install the packages:
{said}
Check that pip reaches its package index (a proxy or a mirror goes into pip's own configuration) and that
2 GB of disk are free. Then run the same command again; what was downloaded is not fetched twice."""
VENV_FAILED = """
Set-up stopped. {python} cannot make a virtual environment:
{said}
On Debian and Ubuntu run: sudo apt-get install python3-venv. Then run the same command again."""


def say(line: str) -> None:
    print(line, flush=True)


def run(*command: str | Path, show: bool = False, timeout: int | None = None) -> tuple[bool, str]:
    """Run a command; return whether it succeeded, and what it said (when shown, its errors alone).

    The child inherits the lock, so that a pip that outlives a killed set-up keeps the next one waiting.
    """
    environment = {key: value for key, value in os.environ.items() if key not in ("PIP_TARGET", "PIP_PREFIX")}
    environment |= {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    out, err = None if show else subprocess.PIPE, subprocess.PIPE
    try:
        done = subprocess.run(command, env=environment, stdout=out, stderr=err, close_fds=False, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    lines = ((done.stdout or b"") + done.stderr).decode(errors="replace").strip().splitlines()
    return done.returncode == 0, "\n".join(lines[-30:])


def pip_install(*arguments: str | Path) -> tuple[bool, str]:
    """Install under the lock, with pip's own progress on a terminal and quietly elsewhere.

    Compiling beforehand would double the time, and Python compiles what it imports by itself.
    """
    pip = (VENV_PYTHON, "-I", "-m", "pip", "install", "--prefer-binary", "--no-compile", "-c", CONSTRAINTS)
    return run(*pip, *arguments, show=sys.stdout.isatty())


def inputs_digest() -> str:
    """Return a digest of what a finished .venv depends on: the requirement files, the Python, the folder."""
    digest = hashlib.sha256(f"{PYTHON_TAG} {os.uname().machine} {ROOT}".encode())
    for path in (REQUIREMENTS, DEV_REQUIREMENTS, CONSTRAINTS):
        digest.update(b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    return {}


def write_stamp(**values: Any) -> None:
    VENV.mkdir(exist_ok=True)
    STAMP.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def torch_asked_for() -> str:
    """Read SETTEI_TORCH: the build that it asks for, or `any`."""
    builds = {"": "any", "auto": "any", "none": "none", "cuda": "plain"}
    builds["cpu"] = "cpu" if sys.platform == "linux" else "plain"  # elsewhere PyPI's build is the CPU build
    value = os.environ.get("SETTEI_TORCH", "")
    if value not in builds:
        sys.exit(f"SETTEI_TORCH is {value!r}; it must be one of auto, cpu, cuda, none.")
    return builds[value]


def is_ready(stamp: dict[str, Any], dev: bool, asked: str) -> bool:
    """Say whether .venv is finished, of these files and this Python, and holds what is asked for."""
    return (
        stamp.get("digest") == inputs_digest()
        and (stamp["dev"] or not dev)
        and asked in ("any", stamp["torch"])
        and VENV_PYTHON.exists()
    )


def can_be_kept(stamp: dict[str, Any], asked: str) -> bool:
    """Say whether packages may go on top of what is there: a whole .venv, of this Python, made here."""
    cut_off_or_moved = bool(stamp) and (not stamp.get("digest") or stamp["root"] != str(ROOT))
    # pip takes one build of torch for the other when the version is the same
    other_torch = stamp.get("torch") in ("cpu", "plain") and asked not in ("any", stamp["torch"])
    probe = "import pip, sys; print(sys.implementation.cache_tag)"
    return not (cut_off_or_moved or other_torch) and run(VENV_PYTHON, "-I", "-c", probe) == (True, PYTHON_TAG)


def make_venv(stamp: dict[str, Any], asked: str) -> bool:
    """Make .venv, or keep what is there; return whether it was kept. It is marked unfinished either way."""
    unfinished = {**stamp, "digest": ""}
    if can_be_kept(stamp, asked):
        write_stamp(**unfinished)
        return True
    if VENV.exists():
        say("      the one that is there is unfinished or of another make: making it anew")
        shutil.rmtree(VENV)
    write_stamp(**unfinished)
    # With the .venv active, sys.executable was the very file that is now gone.
    python = getattr(sys, "_base_executable", None) or sys.executable
    done, said = run(python, "-m", "venv", VENV)
    if not done:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(VENV_FAILED.format(python=python, said=said))
    return False


def torch_sources(build: str) -> list[list[str]]:
    """Return pip's arguments for each source of a build, to be tried in turn.

    The CPU build goes in alone (`--no-deps`): the next step brings the small packages that torch needs from
    the usual index, as the lock pins them. PyTorch's public index is asked last, briefly and once.
    """
    pin = next(line.split()[0] for line in REQUIREMENTS.open() if line.startswith("torch=="))
    if build == "plain":
        return [[pin]]
    cpu = ["--no-deps", f"{pin}+cpu"]
    return [["--retries", "1", *cpu], ["--index-url", CPU_INDEX, "--timeout", "10", "--retries", "0", *cpu]]


def install_torch(asked: str, kept: str) -> str:
    """Install torch and return its build: `cpu`, `plain`, `none`, or `missing` where pip found none.

    On Linux PyPI's build brings gigabytes of CUDA: it is taken only where a GPU answers or by request. A
    choice once made stays until another is asked for, and what is asked for must be had.
    """
    build = kept if asked == "any" and kept in BUILDS else asked
    if build == "any":
        build = "plain" if sys.platform != "linux" or run("nvidia-smi", timeout=30)[0] else "cpu"
    say(f"[2/3] {BUILDS[build]}")
    done, said = build == "none", ""
    for arguments in torch_sources(build):
        if not done:
            done, said = pip_install(*arguments)
    if done:
        return build
    if asked == build:
        sys.exit(PIP_FAILED.format(said=said))
    say(WITHOUT_TORCH.format(reason=said.rpartition("ERROR: ")[2]))
    return "missing"


def install_packages(dev: bool, torch: bool) -> None:
    """Install requirements.txt, and dev.txt for developers.

    Without torch, its line and the lines marked `needs torch` are left out, and a constraint that no release
    meets keeps pip from fetching an open range of torch for some other package.
    """
    say("[3/3] the packages of requirements.txt" + (" and the developers' tools" if dev else ""))
    arguments: list[str | Path] = ["-r", REQUIREMENTS]
    if not torch:
        filtered, barred = VENV / "requirements-without-torch.txt", VENV / "no-torch.txt"
        lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
        wanted = (line for line in lines if not line.startswith("torch==") and "needs torch" not in line)
        filtered.write_text("\n".join(wanted), encoding="utf-8")
        barred.write_text("torch<0\n", encoding="utf-8")
        arguments = ["-c", barred, "-r", filtered]
    done, said = pip_install(*arguments, *(("-r", DEV_REQUIREMENTS) if dev else ()))
    if not done:
        sys.exit(PIP_FAILED.format(said=said))
    if sys.dont_write_bytecode:  # no later process would keep what it compiles, each would pay for it again
        but = "/(torch|sympy|networkx|pip)/"  # the large ones, seldom imported
        run(VENV_PYTHON, "-I", "-m", "compileall", "-q", "-j", "0", "-x", but, VENV / "lib")


def set_up(dev: bool, asked: str) -> None:
    stamp, started = read_stamp(), time.monotonic()
    if is_ready(stamp, dev, asked):
        return
    dev = dev or bool(stamp.get("dev"))
    say("[1/3] the Python environment .venv")
    kept = make_venv(stamp, asked)
    try:
        torch = install_torch(asked, stamp.get("torch", ""))
        install_packages(dev, torch in ("cpu", "plain"))
    except SystemExit:  # pip gave up before it changed anything: what was whole still is
        if kept:
            write_stamp(**stamp)
        raise
    write_stamp(digest=inputs_digest(), dev=dev, torch=torch, root=str(ROOT))
    say(f"Set-up is ready ({time.monotonic() - started:.0f} s).\n")


def main(arguments: list[str]) -> None:
    if set(arguments) - {"--dev"}:
        sys.exit("usage: python3 config/bootstrap.py [--dev]")
    dev, asked = "--dev" in arguments, torch_asked_for()
    try:
        if is_ready(read_stamp(), dev, asked):
            return
        with Path(__file__).open("r+b") as lock:  # this file is the lock, so none is ever left behind
            os.set_inheritable(lock.fileno(), True)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another set-up is at work in this folder; waiting for it ...")
                fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(dev, asked)
    except OSError as error:
        sys.exit(f"Set-up stopped. {error}\nThe folder {ROOT} must be writable, with 2 GB free.")
    except KeyboardInterrupt:
        sys.exit("\nSet-up interrupted; run the same command again to finish it.")


if __name__ == "__main__":
    main(sys.argv[1:])
