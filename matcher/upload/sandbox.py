"""What a child process gives up before it sees a file: memory, time, files, and the network where the kernel allows."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

from matcher.upload.limits import LIMITS

FILES = 32
NEW_USER, NEW_NET = 0x10000000, 0x40000000  # of unshare(2)
PATIENCE = 2  # seconds beyond the wall limit after which the child ends itself, should the parent be gone


def confine() -> str:
    """Take the limits; returns how the network is cut: `namespace`, or `open` where the kernel allows no namespace."""
    network = _leave_network()
    memory, seconds = int(LIMITS["memory_bytes"]), int(LIMITS["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return network


def hurry() -> None:
    """Start the clock that ends this process, whatever it is doing."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(LIMITS["wall_seconds"]) + PATIENCE)


def _leave_network() -> str:
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return "open"
    wanted = NEW_NET if os.geteuid() == 0 else NEW_NET | NEW_USER
    return "namespace" if unshare(wanted) == 0 or unshare(NEW_NET | NEW_USER) == 0 else "open"
