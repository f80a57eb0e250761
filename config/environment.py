"""Strict readers of the environment: a wrong value stops the start with one clear line."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

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
