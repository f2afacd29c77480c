"""
Sandbox for this process: it can read the folders it is given and use its open pipes. Nothing else, for good.

Landlock (Linux 5.13 and later) takes the file system and TCP away, seccomp all system calls but those that parsing
needs: no sockets, no new processes, no tracing, no writing to files. Both are set up through the C library, and hold
against native code that a hostile document has taken over. What a kernel does not have is left out; `lock` says what
is in force. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress

__all__ = ["lock"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# Rights that each version of Landlock knows, all of them taken: the file system's, then TCP (4), signals, sockets (6).
RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}
LATER_RIGHTS = 0xFFFF
TCP, SCOPES = 0b11, 0b11

NO_NEW_PRIVILEGES = 38
FILTER_MODE, ALL_THREADS = 1, 1
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # REFUSE is EPERM

# Machine: its number for audits, seccomp's own call, and the calls allowed in the order of NAMES; -1: has none such.
NAMES = (
    "read write close fstat newfstatat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn ioctl "
    "pread64 readv writev sched_yield mremap madvise dup nanosleep getpid exit fcntl getcwd readlink readlinkat getuid "
    "getgid geteuid getegid getpgrp getpgid sigaltstack gettid futex sched_getaffinity getdents64 clock_gettime "
    "clock_nanosleep exit_group set_robust_list getrandom statx rseq poll ppoll stat lstat access faccessat faccessat2 "
    "getrusage gettimeofday sysinfo uname restart_syscall membarrier"
).split()
MACHINES = {
    "x86_64": (0xC000003E, 317, (
        0, 1, 3, 5, 262, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        17, 19, 20, 24, 25, 28, 32, 35, 39, 60, 72, 79, 89, 267, 102,
        104, 107, 108, 111, 121, 131, 186, 202, 204, 217, 228,
        230, 231, 273, 318, 332, 334, 7, 271, 4, 6, 21, 269, 439,
        98, 96, 99, 63, 219, 324,
    )),
    "aarch64": (0xC00000B7, 277, (
        63, 64, 57, 80, 79, 62, 222, 226, 215, 214, 134, 135, 139, 29,
        67, 65, 66, 124, 216, 233, 23, 101, 172, 93, 25, 17, -1, 78, 174,
        176, 175, 177, -1, 155, 132, 178, 98, 123, 61, 113,
        115, 94, 99, 278, 291, 293, -1, 73, -1, -1, -1, 48, 439,
        165, 169, 179, 160, 128, 283,
    )),
}  # fmt: skip
# Calls that depend on an argument: openat and open to read only, kill of the own group only (the lifeline's), prlimit64
# to look only.
OPENAT, OPEN, KILL_CALL, PRLIMIT = {"x86_64": (257, 2, 62, 302), "aarch64": (56, -1, 129, 261)}.get(
    platform.machine(), (-1, -1, -1, -1)
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def lock(readable: Iterable[str]) -> list[str]:
    """
    Restrict this process, for the rest of its life, to reading below `readable` and to its open pipes.

    Returns what is in force, of "landlock N" (N is the kernel's ABI version of it) and "seccomp".
    """
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    in_force = []
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        with suppress(OSError):
            in_force.append(_landlock(libc, readable))
        with suppress(OSError, KeyError):
            in_force.append(_seccomp(libc))
    return in_force


def _landlock(libc: ctypes.CDLL, readable: Iterable[str]) -> str:
    version = libc.syscall(CREATE_RULESET, None, 0, 1)
    if version < 1:
        raise OSError(ctypes.get_errno(), "no Landlock")
    rights = struct.pack("QQQ", RIGHTS.get(version, LATER_RIGHTS), TCP if version >= 4 else 0, SCOPES)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE_RULESET, rights, size, 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "no ruleset")
    try:
        for path in readable:
            _let_read(libc, ruleset, path)
        if libc.syscall(RESTRICT_SELF, ruleset, 0) != 0:
            raise OSError(ctypes.get_errno(), "not restricted")
    finally:
        os.close(ruleset)
    return f"landlock {version}"


def _let_read(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there: nothing to read
    try:
        allowed = READ_FILE | READ_DIR if os.path.isdir(path) else READ_FILE
        libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed, place), 0)
    finally:
        os.close(place)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _seccomp(libc: ctypes.CDLL) -> str:
    _, own_call, _ = MACHINES[platform.machine()]
    code = program()
    packed = b"".join(struct.pack("=HBBI", *step) for step in code)
    filtering = _Program(len(code), packed)
    if libc.syscall(own_call, FILTER_MODE, ALL_THREADS, ctypes.byref(filtering)) != 0:
        raise OSError(ctypes.get_errno(), "no seccomp")
    return "seccomp"


def program() -> list[tuple[int, int, int, int]]:
    """The seccomp filter as BPF instructions: (operation, jump if true, jump if false, operand)."""
    architecture, _, calls = MACHINES[platform.machine()]
    load, equal, bits, end = 0x20, 0x15, 0x45, 0x06
    number, machine = 0, 4

    def argument(index: int) -> int:  # offset of its low half; all machines here are little-endian
        return 16 + 8 * index

    code = [(load, 0, 0, machine), (equal, 1, 0, architecture), (end, 0, 0, KILL), (load, 0, 0, number)]
    for call in calls:
        if call >= 0:
            code += [(equal, 0, 1, call), (end, 0, 0, ALLOW)]
    for call, index in ((OPENAT, 2), (OPEN, 1)):
        if call >= 0:
            code += [(equal, 0, 4, call), (load, 0, 0, argument(index)), (bits, 1, 0, WRITING)]
            code += [(end, 0, 0, ALLOW), (end, 0, 0, REFUSE)]
    for call, index in ((KILL_CALL, 0), (PRLIMIT, 2)):
        half = argument(index)
        code += [(equal, 0, 6, call), (load, 0, 0, half), (equal, 0, 3, 0), (load, 0, 0, half + 4)]
        code += [(equal, 0, 1, 0), (end, 0, 0, ALLOW), (end, 0, 0, REFUSE)]
    return [*code, (end, 0, 0, REFUSE)]
