import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from generation.services import doorbell
from generation.services.doorbell import Doorbell

ROOT = Path(__file__).parents[3]


def test_a_rung_doorbell_is_a_message_at_the_broker():
    before = doorbell.waiting_messages()
    doorbell.ring(1)
    doorbell.ring(2)
    assert doorbell.flush(10)
    assert doorbell.waiting_messages() == before + 2


def test_a_full_list_drops_rings_and_never_blocks(monkeypatch):
    broker_answers = threading.Event()
    monkeypatch.setattr(doorbell, "LIST_TO", 3)
    monkeypatch.setattr(doorbell, "publish", lambda job_id: broker_answers.wait(30))
    bell = Doorbell()
    started = time.monotonic()
    assert sum(bell.ring(number) for number in range(100)) <= 4
    assert not bell.flush(0.1)
    assert time.monotonic() - started < 2
    broker_answers.set()
    assert bell.flush(10)  # nothing is left that would be published for real once the patch is gone


def test_a_broker_that_raises_is_noted_and_the_next_ring_is_tried(monkeypatch, caplog):
    tried = []

    def refuse(job_id):
        tried.append(job_id)
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(doorbell, "publish", refuse)
    bell = Doorbell()
    bell.ring(1)
    bell.ring(2)
    assert bell.flush(5)
    assert tried == [1, 2]


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_hangs_holds_up_neither_caller_nor_process(tmp_path, scheme):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        program = """
import time
import django
django.setup()
from generation.services import doorbell
started = time.monotonic()
for number in range(2000):
    doorbell.ring(number)
print(time.monotonic() - started)
"""
        environment = {
            **os.environ,
            "BROKER_URL": f"{scheme}://127.0.0.1:{silent.getsockname()[1]}//",
            "SETTEI_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", program.replace("redis//", "redis/")],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    assert float(done.stdout) < 0.5
    assert time.monotonic() - started < 15
