"""Sixteen people edit three assets at the same time."""

import json
import os

import pytest

from ip_library.bench.editors import EDITORS, HOT, edit_all_at_once
from tests.flows.programs import finish, own_environment, start

SECONDS = float(os.environ.get("SETTEI_EDITORS_SECONDS", "5"))


def edit(environment, *, seconds, check):
    """Let everybody edit; return the figures, how many updates were lost, and what verify finds."""
    finish(start("writers_setup.py", "prepare", str(HOT), environment=environment))
    figures = edit_all_at_once(environment, project="sakura", seconds=seconds, check=check)
    library = json.loads(finish(start("writers_setup.py", "compare", environment=environment)))
    lost = figures.saved - sum(int(count) for count in library["counters"].values())
    print(f"{figures.saved} saved, {figures.stale} stale, {figures.commits} commits, {lost} lost")
    return figures, lost, library["problems"]


def nobody_loses_anything(environment):
    figures, lost, problems = edit(environment, seconds=SECONDS, check=True)
    assert figures.saved > EDITORS
    assert (lost, figures.errors, problems) == (0, (), [])


def test_sixteen_editors_lose_no_update(tmp_path):
    nobody_loses_anything(own_environment(tmp_path))


def test_without_the_check_updates_are_lost_and_this_test_sees_it(tmp_path):
    _figures, lost, _problems = edit(own_environment(tmp_path), seconds=3, check=False)
    assert lost > 0


@pytest.mark.scaleout
def test_sixteen_editors_lose_no_update_on_postgresql(tmp_path, own_postgresql_url):
    nobody_loses_anything(own_environment(tmp_path, DATABASE_URL=own_postgresql_url))
