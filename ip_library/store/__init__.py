"""The Git side of the library.

GitPython asks git for its version when it is imported, so the process's environment is set before that: variables that
would lead us to another repository are dropped, and no configuration of the machine or the user is read.
"""

import os

for _name in [name for name in os.environ if name.startswith("GIT_")]:
    del os.environ[_name]  # a hook or a shell that sets GIT_DIR must not mislead us
os.environ.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull)
