"""This process: what it runs on, and its resident sizes in bytes."""
import platform
import resource
import sys

import numpy


def python_versions():
    return {"python": platform.python_version(), "numpy": numpy.__version__}


def peak_memory():
    """The largest so far. The system counts in kilobytes on Linux, in bytes on macOS."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def resident_memory():
    """Now; where the system does not tell, the largest so far."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return peak_memory()
