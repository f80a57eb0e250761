"""The real settings with short leases and the tests' engines, for processes that tests start."""

from config.settings import *  # noqa: F403
from config.settings import ENGINES

RENDER_LEASE_SECONDS = 2
SWEEP_SECONDS = 1
ENGINES = {
    **ENGINES,
    **{
        name: f"tests.generation.engines.{name.title()}Engine" for name in ("flat", "slow", "poison", "broken", "flaky")
    },
}
