"""The programs of a running Settei: the worker that renders, and the web server."""

import os
import socket
from collections.abc import Mapping

from django.conf import settings

from generation.services.queue import abandon_jobs, hand_back_jobs
from generation.worker.child import Program


def worker_program() -> Program:
    """Return the worker: one process that renders, for both queues.

    Every start has its own name in the job rows. So when it is over, what it held is known and need not wait for the
    lease to end.
    """
    host, pid = socket.gethostname(), os.getpid()
    arguments = (
        *("-W", "ignore:You're running the worker with superuser privileges"),  # a container has no other user
        *("-m", "celery", "--quiet", "--app", "config", "worker"),
        *("--pool", "prefork", "--concurrency", "1", "--queues", "gpu,default"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        *("--loglevel", "WARNING", "--hostname", f"settei-{pid}@%h"),
    )
    return Program(
        name="worker",
        arguments=arguments,
        environment=lambda start: {"SETTEI_WORKER": f"{host}:{pid}:{start}"},
        after_death=_abandon,
        after_stop=_hand_back,
    )


def web_program(*, port: int, processes: int) -> Program:
    """Return the web server on 127.0.0.1."""
    arguments = (
        # WhiteNoise streams the few static files from disk; under ASGI Django reads each whole first, which is fine.
        *("-W", "ignore:StreamingHttpResponse must consume synchronous iterators"),
        *("-m", "gunicorn", settings.ASGI_APPLICATION.replace(".application", ":application")),
        *("--worker-class", "asgi", "--workers", str(processes), "--bind", f"127.0.0.1:{port}"),
        *("--asgi-lifespan", "off", "--no-control-socket"),
        *("--graceful-timeout", "5", "--log-level", "warning"),
    )
    return Program(name="web server", arguments=arguments)


def _abandon(environment: Mapping[str, str]) -> None:
    abandon_jobs(worker=environment["SETTEI_WORKER"])


def _hand_back(environment: Mapping[str, str]) -> None:
    hand_back_jobs(worker=environment["SETTEI_WORKER"])
