"""Web and worker in one process tree: started, answering, stopped."""

import http.client
import signal
import socket
import time

from tests.generation.running.service import alive, descendants


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_serve_says_where_it_is_answers_renders_and_stops_within_seconds(service):
    port = free_port()
    process = service.start("serve", "--port", str(port), "--processes", "1")
    service.wait(lambda: f"http://127.0.0.1:{port}/" in process.log.read_text())
    assert get(port, "/login/") == 200
    assert get(port, "/") == 302
    assert get(port, "/static/admin/css/base.css") == 200
    (job,) = service.enqueue({"engine": "flat", "seeds": [1]})
    service.wait_for_state(job, "done")
    tree = descendants(process.pid)
    assert len(tree) >= 4
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert time.monotonic() - started < 15
    assert [pid for pid in tree if alive(pid)] == []
    said = process.log.read_text()
    assert "Traceback" not in said
    assert "Warning" not in said
    assert said.rstrip().endswith("Stopped.")


def test_killed_outright_serve_leaves_no_process_behind(service):
    port = free_port()
    process = service.start("serve", "--port", str(port), "--processes", "1")
    service.wait(lambda: "is ready" in process.log.read_text())
    tree = descendants(process.pid)
    process.kill()
    process.wait()
    service.wait(lambda: not any(alive(pid) for pid in tree), 15)


def test_a_port_that_is_taken_is_one_clear_line(service):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = service.manage("serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"port {port} is taken; name another one: `manage.py serve --port {port + 1}`")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_without_tables_is_one_clear_line(service, tmp_path):
    service.environment["SETTEI_VAR"], before = str(tmp_path), service.environment["SETTEI_VAR"]
    try:
        for command in (["serve", "--port", str(free_port())], ["verify"]):
            done = service.manage(*command)
            assert done.returncode == 1
            assert "manage.py migrate" in done.stderr
            assert len(done.stderr.strip().splitlines()) == 1
    finally:
        service.environment["SETTEI_VAR"] = before


def test_the_web_process_imports_neither_torch_nor_an_engine(service):
    program = """
import sys
import config.asgi
import django.urls
django.urls.get_resolver().url_patterns
heavy = [name for name in sys.modules if name.split(".")[0] in {"torch", "diffusers", "transformers"}]
heavy += [name for name in sys.modules if name.startswith(("generation.pipelines.previz", "generation.painter"))]
print(heavy)
"""
    assert service.python("-c", program).strip() == "[]"
