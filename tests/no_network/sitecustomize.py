"""No network in the tests: whatever leaves this computer is refused and written down.

Every Python process that the tests start loads this file by itself, notebook kernels too (conftest.py puts
its folder on PYTHONPATH). Browsers and other programs do not: `make test-offline` sees those.
"""

import errno
import ipaddress
import os
import socket
import sys

LOG = "COURSE_NETWORK_LOG"  # the environment variable that names the file of attempts
FIRST_ARGUMENT = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
SECOND_ARGUMENT = ("socket.connect", "socket.sendto", "socket.sendmsg")


def refuse(event, arguments):
    """Raise the error that a computer without a network gives, and write down what was wanted."""
    if event in FIRST_ARGUMENT and not is_address(arguments[0]):  # to read a number nobody is asked
        host = arguments[0]
    elif event in SECOND_ARGUMENT and isinstance(arguments[1], tuple):  # else a socket in the file system
        host = arguments[1][0]
        if event == "socket.connect" and arguments[0].type == socket.SOCK_DGRAM:
            return  # sends nothing: it is how a program asks for its own address
    else:
        return
    if not is_here(host):
        note(f"{event} {host} by {' '.join(sys.argv[:3])}")
        raise OSError(errno.ENETUNREACH, f"the tests work without a network, but wanted {host}")


def is_here(host):
    """Whether a host is this computer."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name in ("localhost", socket.gethostname()):
        return True
    address = is_address(name)
    return bool(address) and (address.is_loopback or address.is_unspecified)


def is_address(name):
    """Read an address that is written as numbers; None if it is a name."""
    try:
        return ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return None


def note(line):
    """Add a line to the list of attempts, in one write, as several processes do it."""
    if LOG in os.environ:
        with open(os.environ[LOG], "a", encoding="utf-8") as file:  # noqa: PTH123 - loaded by every Python
            file.write(line + "\n")


sys.addaudithook(refuse)
