"""Kernels that depend on nothing of the user's: none of IPython's start-up files can change a number."""

import os

from inputs import BUILD

# The kernel warns that it talks to us unencrypted, over a port that only this machine can reach.
SETTINGS = "c.IPKernelApp.log_level = 40\n"


def isolate_kernels():
    """Give the kernels started from here an IPython folder of their own, inside the build's."""
    profile = BUILD / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(SETTINGS, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)
    # One thread each: as many kernels run as there are cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
