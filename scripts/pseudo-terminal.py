"""A pseudo-terminal for a program: python3 pseudo-terminal.py COMMAND [ARGUMENT]...

Standard input is the keyboard and standard output the screen. At the end of standard input the terminal is closed, as when
its window is: the kernel sends SIGHUP, and whoever still uses it gets EIO. Exits as the command did, 128 + N for signal N.
"""

import os
import pty
import select
import signal
import sys

KEYBOARD, SCREEN = 0, 1


def run(command):
    """Starts the command as the leader of a session of its own; gives its number and the terminal's other end."""
    child, terminal = pty.fork()
    if child == 0:
        # Python ignores these, and what is ignored is inherited.
        for name in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(name, signal.SIG_DFL)
        os.execvp(command[0], command)
    return child, terminal


def relay(terminal):
    """Until the keyboard ends or nobody has the terminal open any more."""
    while True:
        ready, _, _ = select.select([KEYBOARD, terminal], [], [])
        if KEYBOARD in ready:
            keys = os.read(KEYBOARD, 4096)
            if not keys:
                return
            os.write(terminal, keys)
        if terminal in ready:
            try:
                shown = os.read(terminal, 65536)
            except OSError:
                # Linux's word for the end; others read nothing.
                return
            if not shown:
                return
            os.write(SCREEN, shown)


child, terminal = run(sys.argv[1:])
relay(terminal)
os.close(terminal)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(128 - code if code < 0 else code)
