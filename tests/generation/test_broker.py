"""The folder that is a broker: nothing is lost, nothing is half read."""

import json
import os
import subprocess
import sys
from pathlib import Path
from queue import Empty

import kombu
import pytest

from config.broker import register

ROOT = Path(__file__).parents[2]
PRODUCE = """
import sys
import kombu
from config.broker import register
register()
first, count = int(sys.argv[1]), int(sys.argv[2])
with kombu.Connection("localfs://localhost/") as connection:
    queue = connection.SimpleQueue("gpu")
    for number in range(first, first + count):
        queue.put({"n": number})
"""
CONSUME = """
import json, time
from queue import Empty
import kombu
from config.broker import register
register()
got, quiet = [], 0
with kombu.Connection("localfs://localhost/") as connection:
    queue = connection.SimpleQueue("gpu")
    while quiet < 20:
        try:
            message = queue.get_nowait()
        except Empty:
            quiet += 1
            time.sleep(0.1)
            continue
        message.ack()
        got.append(message.payload["n"])
        quiet = 0
print(json.dumps(got))
"""


@pytest.fixture
def queue(settings):
    """A queue in this test's own folder."""
    register()
    with kombu.Connection("localfs://localhost/") as connection:
        simple = connection.SimpleQueue("gpu")
        yield simple
        simple.close()


@pytest.fixture
def messages(settings):
    """The folder of the messages."""
    return settings.BROKER_FOLDER / "messages"


def drain(queue):
    found = []
    while True:
        try:
            message = queue.get_nowait()
        except Empty:
            return found
        message.ack()
        found.append(message.payload)


def test_messages_come_out_in_the_order_in_which_they_went_in(queue, messages):
    for number in range(20):
        queue.put(number)
    assert queue.qsize() == 20
    assert drain(queue) == list(range(20))
    assert list(messages.iterdir()) == []


def test_an_unreadable_message_is_put_aside_and_the_next_one_is_read(queue, messages):
    queue.put("first")
    (messages / "00000000000000000001_x.gpu.msg").write_bytes(b"")
    (messages / "00000000000000000002_x.gpu.msg").write_bytes(b'{"body": "cut o')
    (messages / "00000000000000000003_x.gpu.msg").write_bytes(b"\xff\xfe")
    queue.put("second")
    assert drain(queue) == ["first", "second"]
    assert len(list(messages.glob("*.unreadable"))) == 3


def test_a_message_that_is_still_being_written_is_not_seen(queue, messages):
    queue.put("whole")
    (messages / "00000000000000000001_x.gpu.msg.abc.part").write_bytes(b'{"body"')
    assert drain(queue) == ["whole"]


def test_a_message_for_another_queue_is_left_alone(queue, messages):
    other = messages / "00000000000000000001_x.other.gpu.msg"
    messages.mkdir(parents=True, exist_ok=True)
    other.write_bytes(b"{}")
    assert drain(queue) == []
    assert other.exists()


def test_a_routing_table_that_was_cut_off_does_not_stop_anybody(settings):
    register()
    control = settings.BROKER_FOLDER / "control"
    control.mkdir(parents=True)
    (control / "gpu.exchange").write_bytes(b"")
    with kombu.Connection("localfs://localhost/") as connection:
        simple = connection.SimpleQueue("gpu")
        simple.put("hello")
        assert drain(simple) == ["hello"]


def test_of_thousands_of_messages_between_processes_none_is_lost_or_read_twice(tmp_path):
    environment = {
        **os.environ,
        "SETTEI_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }

    def start(program, *arguments):
        return subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)], env=environment, cwd=tmp_path, stdout=subprocess.PIPE
        )

    processes = [start(CONSUME), start(CONSUME), start(PRODUCE, 0, 2000), start(PRODUCE, 2000, 2000)]
    outputs = [process.communicate(timeout=100)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    got = [number for output in outputs[:2] for number in json.loads(output)]
    assert sorted(got) == list(range(4000))
