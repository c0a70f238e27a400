"""This process: what it runs on, its resident sizes in bytes, when it is warm, and when it is its turn."""
import platform
import resource
import sys
import time

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


def turns(asked, steps):
    """Numbers of steps to time: `steps` once, or those that standard input asks for; an answer is one line of JSON."""
    return map(int, sys.stdin) if asked else [steps]


class WarmUp:
    """Over after `steps` steps and `seconds` seconds since the first of them; ask before each step."""

    def __init__(self, steps, seconds):
        self.left, self.seconds, self.begin = steps, seconds, None

    def done(self):
        now = time.perf_counter()
        self.begin = now if self.begin is None else self.begin
        self.left -= 1
        return self.left < 0 and now - self.begin >= self.seconds
