import sys

import pytest

from tests.generation.running.service import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A Settei of this module's own, with the sample library committed."""
    if sys.platform != "linux":
        pytest.skip("looks at processes through /proc")
    service = Service(tmp_path_factory.mktemp("service"))
    yield service
    service.close()
