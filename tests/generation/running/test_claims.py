"""Many processes want the same jobs."""

import json
import subprocess
import sys

from tests.generation.running.service import ROOT

RACE = """
import json, os, sys
import django
django.setup()
from django.db import connections
from generation.services.queue import claim_job
jobs, readers = json.loads(sys.argv[1]), []
connections.close_all()
for number in range(4):
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        won = [job for job in jobs if claim_job(job_id=job, worker=f"racer-{number}")]
        os.write(write_end, json.dumps(won).encode())
        os._exit(0)
    os.close(write_end)
    readers.append(read_end)
print(json.dumps([json.loads(open(read_end).read()) for read_end in readers]))
"""


def test_of_many_claimers_exactly_one_wins_each_job(service):
    jobs = service.enqueue(*({"engine": "flat", "seeds": [number]} for number in range(40)))
    won = json.loads(service.python("-c", RACE, json.dumps(jobs)))
    assert sorted(job for racer in won for job in racer) == jobs
    assert {service.job(job)["attempt"] for job in jobs} == {1}


COUNT = """
import sys
import django
django.setup()
from generation.services.render import run_job
for job in sys.argv[1:]:
    run_job(int(job), worker="counter")
"""


def test_takes_of_one_prompt_get_no_number_twice_from_two_workers_at_once(service):
    jobs = service.enqueue(*({"engine": "flat", "seeds": [number, number + 1]} for number in range(100, 120)))
    workers = [
        subprocess.Popen([sys.executable, "-c", COUNT, *map(str, part)], cwd=ROOT, env=service.environment)
        for part in (jobs[::2], jobs[1::2])
    ]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    takes = [take for (take,) in service.query("select take from generation_image order by take")]
    assert takes == list(range(1, 41))
