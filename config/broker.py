"""A message broker that is a folder: no server to install, for one machine.

Kombu's own file transport writes in place, and a reader may take a half-written message or table (celery/kombu issue
1551), which loses the message or stops the worker. Here both appear whole, by rename, and a message that cannot be
read is put aside. Messages are doorbells only: the database row is the queue of record.
"""

import fcntl
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from django.conf import settings
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

_LOCK = "tables.lock"


class Channel(filesystem.Channel):
    """A channel whose messages and routing tables are written whole."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._listed: dict[str, deque[Path]] = {}

    @property
    def messages_folder(self) -> Path:
        """Where the messages lie; made on first use."""
        return _made(Path(settings.BROKER_FOLDER) / "messages")

    @property
    def control_folder(self) -> Path:
        """Where kombu keeps which queue listens to which exchange."""
        return _made(Path(settings.BROKER_FOLDER) / "control")

    @property
    def data_folder_in(self) -> str:
        """Kombu's name for the folder, for what we leave to it (counting, purging). Not cached: settings may move."""
        return str(self.messages_folder)

    def _put(self, queue: str, payload: dict[str, Any], **options: Any) -> None:  # type: ignore[override]  # kombu disagrees with itself
        """Write a message under a temporary name, then rename it: names sort in the order of sending."""
        path = self.messages_folder / f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        try:
            _write_whole(path, payload)
        except OSError as reason:
            raise ChannelError(f"the message {path} cannot be written: {reason}") from reason

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message by renaming it, so that only one reader has it."""
        for path in self._waiting(queue):
            taken = path.with_suffix(".taken")
            try:
                path.rename(taken)
                payload = loads(taken.read_bytes())
            except FileNotFoundError:
                continue  # another reader was quicker
            except ValueError:
                taken.rename(path.with_suffix(".unreadable"))
                continue
            taken.unlink(missing_ok=True)
            return payload
        raise Empty

    def _waiting(self, queue: str) -> Iterator[Path]:
        """Yield messages, oldest first. The folder is listed again only when all that was listed is used up."""
        listed = self._listed.setdefault(queue, deque())
        if not listed:
            listed.extend(_messages(self.messages_folder, queue))
        while listed:
            yield listed.popleft()

    def get_table(self, exchange: str) -> Any:  # its two parents disagree about the type
        """Return which queues listen to an exchange; where nothing is known, the queue of the same name.

        So messages arrive even if somebody emptied the folder while we run: kombu binds a queue once a process.
        """
        return self._stored_table(exchange) or [exchange_queue_t(exchange, "", exchange)]

    def _stored_table(self, exchange: str) -> list[Any]:
        try:
            return list(super().get_table(exchange))
        except ValueError:
            return []  # cut off: whoever starts next declares it anew

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None) -> None:
        with self._table(exchange) as table:
            binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
            if binding not in table:
                table.insert(0, binding)

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **options: Any) -> None:
        self._purge(queue)
        with self._table(exchange) as table, suppress(ValueError):
            table.remove(exchange_queue_t(routing_key or "", pattern or "", queue or ""))

    @contextmanager
    def _table(self, exchange: str) -> Iterator[list[exchange_queue_t]]:
        """Change a routing table: one writer at a time, and readers see the old or the new one."""
        path: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]  # the stubs do not know it
        try:
            with (self.control_folder / _LOCK).open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                table = self._stored_table(exchange)
                before = list(table)
                yield table
                if table != before or not path.exists():
                    _write_whole(path, table)
        except OSError as reason:
            raise ChannelError(f"the routing table {path} cannot be written: {reason}") from reason


class Transport(filesystem.Transport):
    """Kombu's file transport with our channel."""

    Channel = Channel
    polling_interval = 0.2  # seconds between two looks into an empty folder


def register() -> None:
    """Make ``localfs://`` known to kombu."""
    TRANSPORT_ALIASES["localfs"] = "config.broker:Transport"


def _messages(folder: Path, queue: str) -> list[Path]:
    """Return the messages of exactly this queue, in the order in which they were sent."""
    ending = f"{queue}.msg"
    return sorted(path for path in folder.iterdir() if path.name.partition(".")[2] == ending)


def _write_whole(path: Path, value: Any) -> None:
    """Write JSON under another name, then rename it. No fsync: a lost doorbell is rung again."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        temporary.write_bytes(dumps(value).encode())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
