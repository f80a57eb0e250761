"""The one Celery application. A message holds a job's id and is only a doorbell (see generation/tasks.py)."""

import os
from typing import Any

from celery import Celery
from django.conf import settings

from config.broker import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
register()

REDIS_OPTIONS = {  # as measured: never wait for ever, restore a killed worker's message soon
    "visibility_timeout": 2400,  # above the time limit of a task
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 15,
}


def configuration() -> dict[str, Any]:
    """Return Celery's configuration; read when it is first used, when Django's settings are complete."""
    embedded = settings.BROKER_URL.startswith("localfs")
    redis = settings.BROKER_URL.startswith("redis")
    return {
        # kombu warns about an address without a host, which a folder does not have
        "broker_url": "localfs://localhost/" if embedded else settings.BROKER_URL,
        "broker_transport_options": REDIS_OPTIONS if redis else {},
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_publish_retry": False,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": 1800,
        "task_default_queue": "default",
        "task_routes": {"generation.tasks.render": {"queue": "gpu"}},
        "worker_prefetch_multiplier": 1,
        "worker_concurrency": 1,
        "worker_pool_start_method": "spawn",
        "worker_lost_wait": 1.0,  # seconds; nobody waits for the result of a dead process, the row has it
        "worker_soft_shutdown_timeout": 120,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "worker_enable_remote_control": not embedded,  # its queues would pile up in the folder
    }


app = Celery("settei")
app.add_defaults(configuration)
app.autodiscover_tasks(["generation"])
