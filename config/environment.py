"""Strict readers of the environment: a wrong value stops the start with one clear line."""

import os
import re
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_MIRROR_PLACE = "{project}"
_BROKERS = ("localfs", "redis", "rediss", "amqp", "amqps")


def folder(name: str, *, default: Path) -> Path:
    """Read a folder, made where it is missing, that we can write to."""
    path = Path(os.environ.get(name) or default).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise ImproperlyConfigured(f"{name} is {path}, but that folder cannot be made: {reason.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name} is {path}, but that folder cannot be written")
    return path


def flag(name: str, *, default: bool) -> bool:
    """Read a yes or no."""
    value = os.environ.get(name, "")
    if value.lower() in {"", "0", "1", "false", "true", "no", "yes"}:
        return value.lower() in {"1", "true", "yes"} if value else default
    raise ImproperlyConfigured(f"{name} is {value!r}, but it must be 1 or 0")


def words(name: str, *, default: str) -> list[str]:
    """Read a comma separated list."""
    return [word for part in os.environ.get(name, default).split(",") if (word := part.strip())]


def database(name: str, *, default: Path) -> dict[str, object]:
    """Read ``DATABASE_URL``: ``sqlite:////path`` or ``postgres://user:password@host/name``."""
    url = os.environ.get(name) or f"sqlite:///{default}"
    scheme = urlsplit(url).scheme
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} begins with {scheme!r}, but it must begin with sqlite or postgres")
    settings: dict[str, object] = dict(environ.Env.db_url_config(url))
    if scheme == "sqlite":
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    else:
        settings["CONN_HEALTH_CHECKS"] = True
    return settings


def broker(name: str) -> str:
    """Read ``BROKER_URL``: Redis or RabbitMQ; without one, a folder of this machine serves (``localfs://``)."""
    url = os.environ.get(name) or "localfs://"
    scheme = urlsplit(url).scheme
    if scheme not in _BROKERS:
        raise ImproperlyConfigured(
            f"{name} begins with {scheme!r}, but it must begin with one of {', '.join(_BROKERS)}"
        )
    return url


def storage(name: str, *, default: Path) -> Path:
    """Read ``STORAGE_URL``: the folder of the images as ``file:///path``."""
    url = os.environ.get(name)
    if not url:
        return default
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ImproperlyConfigured(f"{name} is {url!r}, but it must be a folder of this machine, as file:///path")
    return Path(unquote(parts.path))


def file(name: str) -> Path | None:
    """Read the full path of a file; whether it can be read shows where it is used: only some processes may."""
    value = os.environ.get(name, "")
    if value and (not Path(value).is_absolute() or "\0" in value):
        raise ImproperlyConfigured(f"{name} is {value!r}, but it must be the full path of a file")
    return Path(value) if value else None


def mirror(name: str) -> str:
    """Read where projects are mirrored to: ``https://host/{project}.git``, or ``/folder/{project}.git``.

    The value goes to git. No other protocol, no credentials (they would show in lists of processes and in logs),
    nothing relative.
    """
    value = os.environ.get(name, "")
    if not value:
        return ""
    wanted = "https://git.studio.example/{project}.git or the full path /folder/{project}.git"
    shown = re.sub(r"//[^/@]*@", "//***@", value)
    if not re.fullmatch(r"[A-Za-z0-9/._~:\[\]{}@%+-]+", value) or value.count(_MIRROR_PLACE) != 1:
        raise ImproperlyConfigured(f"{name} is {shown!r}, but it must be {wanted}, naming {{project}} once")
    path = value
    if not value.startswith("/"):
        try:
            parts = urlsplit(value)
            _ = parts.port  # raises where it is no number
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {shown!r}, but it must be {wanted}") from None
        if parts.scheme != "https" or not value.startswith("https://") or not parts.hostname:
            raise ImproperlyConfigured(f"{name} is {shown!r}, but it must be {wanted}")
        if "@" in parts.netloc:
            raise ImproperlyConfigured(f"{name} holds credentials; put the token into SETTEI_MIRROR_TOKEN instead")
        path = parts.path
    rest = path.replace(_MIRROR_PLACE, "")
    if _MIRROR_PLACE not in path or {"{", "}"} & set(rest) or {".", "..", ""} & set(path.split("/")[1:]):
        raise ImproperlyConfigured(f"{name} is {shown!r}, but it must be {wanted}")
    return value


def token(name: str) -> str:
    """Read a token: one word of visible characters. It is never shown."""
    value = os.environ.get(name, "")
    if value and not re.fullmatch(r"[!-~]{1,4096}", value):
        raise ImproperlyConfigured(f"{name} must be one word of visible ASCII characters")
    return value


def secret(name: str, path: Path) -> str:
    """Read the secret key from the environment, or from a file that is made on first use, readable by us alone."""
    if value := os.environ.get(name):
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} has {len(value)} characters, but it must have at least 32")
        return value
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(fresh, path)  # the first of two processes wins, both read the same key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text().strip()
    except OSError as reason:
        raise ImproperlyConfigured(f"the secret key {path} cannot be read: {reason}") from None
