"""SSH signatures by ``ssh-keygen``: fixed arguments, no shell, a clean environment, private temporary files.

The payload to sign goes in by standard input; only what ssh-keygen can read from files alone is written to one.
"""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ip_library.core.errors import SignatureError

NAMESPACE: Final = "settei-anchor"
PRINCIPAL: Final = "settei"
_PROGRAM: Final = "ssh-keygen"
_TIMEOUT: Final = 30.0
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"


def available() -> bool:
    """Tell whether ssh-keygen is installed."""
    return shutil.which(_PROGRAM) is not None


def sign(payload: bytes, *, key: Path) -> str:
    """Return the armoured signature of a payload by a private key without a passphrase.

    Raises:
        SignatureError: the key cannot be used, or ssh-keygen is missing.
    """
    return _run("-Y", "sign", "-n", NAMESPACE, "-f", str(_readable(key)), data=payload)


def signers_of(key: Path) -> str:
    """Return the allowed-signers line for a private key: its public half, for our namespace alone.

    Raises:
        SignatureError: the key cannot be used, or ssh-keygen is missing.
    """
    public = _run("-y", "-P", "", "-f", str(_readable(key))).split()
    return f'{PRINCIPAL} namespaces="{NAMESPACE}" {" ".join(public[:2])}\n'


def check(payload: bytes, signature: str, *, signers: str, at: str) -> str:
    """Return the fingerprint of the allowed key that made a signature; ``at`` (``20260131120000``, UTC) is when.

    Raises:
        SignatureError: the signature is of something else, or of nobody in ``signers``, or ssh-keygen is missing.
    """
    with tempfile.TemporaryDirectory(prefix="settei-") as folder:  # readable by us alone
        signature_file, signers_file = Path(folder, "signature"), Path(folder, "signers")
        signature_file.write_text(signature)
        signers_file.write_text(signers)
        files = ("-s", str(signature_file), "-f", str(signers_file))
        when = f"-Overify-time={at}"
        found = _run("-Y", "find-principals", when, *files).splitlines()
        principal = found[0].split(",")[0] if found else ""
        if not re.fullmatch(r"[\w.@*-]{1,100}", principal):
            raise SignatureError(f"the signers name {principal!r}, which is no plain name")
        said = _run("-Y", "verify", "-n", NAMESPACE, "-I", principal, when, *files, data=payload)
    fingerprint = fingerprint_of(signature)
    if fingerprint not in said:
        raise SignatureError(f"ssh-keygen names another key than the signature does, {fingerprint}")
    return fingerprint


def fingerprint_of(signature: str) -> str:
    """Return the fingerprint of the key that a signature names; it says nothing of whether the signature holds.

    Raises:
        SignatureError: it is no SSH signature.
    """
    lines = signature.strip().splitlines()
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise SignatureError("this is no SSH signature")
    try:
        data = base64.b64decode("".join(lines[1:-1]), validate=True)
        length = int.from_bytes(data[10:14])  # after "SSHSIG" and the version comes the public key, its length first
    except ValueError:
        raise SignatureError("this is no SSH signature") from None
    key = data[14 : 14 + length]
    if not data.startswith(b"SSHSIG") or len(key) != length:
        raise SignatureError("this is no SSH signature")
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def _readable(key: Path) -> Path:
    if not key.is_file() or not os.access(key, os.R_OK):
        raise SignatureError(f"the key {key} is no file that this process can read")
    return key


def _run(*arguments: str, data: bytes = b"") -> str:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [_PROGRAM, *arguments], input=data, capture_output=True, timeout=_TIMEOUT, env=environment, check=False,
            start_new_session=True,  # without a terminal it cannot stop to ask for a passphrase
        )  # fmt: skip
    except FileNotFoundError:
        raise SignatureError("ssh-keygen is not installed (OpenSSH 8.9 or newer)") from None
    except (OSError, subprocess.TimeoutExpired) as reason:
        raise SignatureError(f"ssh-keygen cannot be run: {reason}") from None
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).decode(errors="replace").split())
        raise SignatureError(f"ssh-keygen refused: {said[:300] or done.returncode}")
    return done.stdout.decode(errors="replace")
