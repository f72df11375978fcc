"""What the process may still do once it touches a stranger's file: compute, for a while, and answer.

Decoders have been taken over by crafted files before. So even one that was finds no file to open, no network and no
other program, where the kernel is Linux on x86-64 or ARM64; everywhere it finds little time and memory.
"""

from __future__ import annotations

import codecs
import ctypes
import platform
import resource
import struct
import sys

# Numbers of system calls: (x86-64, ARM64), None where a machine has no such call.
FORBIDDEN = {
    "open": (2, None),
    "creat": (85, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "open_by_handle_at": (304, 265),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "kill": (62, 129),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "symlinkat": (266, 36),
    "linkat": (265, 37),
    "truncate": (76, 45),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "prlimit64": (302, 261),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of `FORBIDDEN` and the kernel's number of the architecture (linux/audit.h)."""

LOAD, EQUAL, AT_LEAST, ANSWER = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""Operations and answers of the kernel's filter (linux/filter.h, linux/seccomp.h); REFUSE is the error EPERM."""

ENCODINGS = ("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp437", "cp1252")
"""Loaded before the walls close, because Python keeps each in a file."""

NO_NEW_PRIVILEGES, SET_FILTER, MODE_FILTER = 38, 22, 2
OTHER_NUMBERING = 0x40000000
"""From here on x86-64 has a second numbering of the same calls."""


def limit(*, seconds: int, memory: int) -> None:
    """Bound processor time and memory (bytes); no file grows, no memory is dumped on disk."""
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
    ):
        _lower(kind, value)


def _lower(kind: int, value: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (bounded, bounded))
    except (ValueError, OSError):  # a system without this limit: the clock of the parent still ends us
        return


def close() -> bool:
    """Let the kernel refuse every call that opens, connects or starts something. False where it cannot."""
    for name in ENCODINGS:
        codecs.lookup(name)
    machine = MACHINES.get(platform.machine())
    if not sys.platform.startswith("linux") or machine is None:
        return False
    program = _program(*machine)
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(SET_FILTER, MODE_FILTER, header, 0, 0) == 0)


def _program(column: int, architecture: int) -> bytes:
    numbers = [number for entry in FORBIDDEN.values() if (number := entry[column]) is not None]
    lines = [
        (LOAD, 0, 0, 4),  # the architecture; a call made in another one's numbering is not understood
        (EQUAL, 1, 0, architecture),
        (ANSWER, 0, 0, KILL),
        (LOAD, 0, 0, 0),  # the number of the call
        (AT_LEAST, 0, 1, OTHER_NUMBERING),
        (ANSWER, 0, 0, KILL),
    ]
    for place, number in enumerate(numbers):
        lines.append((EQUAL, len(numbers) - place, 0, number))
    lines += [(ANSWER, 0, 0, ALLOW), (ANSWER, 0, 0, REFUSE)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
