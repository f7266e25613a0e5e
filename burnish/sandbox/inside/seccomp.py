"""System calls that a candidate never needs, refused by the kernel.

Docker brings a filter of its own; this one lies on top of it, and is the only one in bubblewrap.
The worker installs it before it imports the candidate; there is no way back.
"""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, EPERM, ENOSYS, EAFNOSUPPORT = 0x7FFF0000, 0x00050001, 0x00050026, 0x00050061
CLONE_NEWUSER = 0x10000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE_ID, _FIRST, _SECOND = 0, 4, 16, 24  # offsets in the kernel's record of a call

# number of each call by machine; Source: the kernel's syscall tables
_REFUSED = {
    "x86_64": {
        "ptrace": 101, "syslog": 103, "pivot_root": 155, "acct": 163, "mount": 165, "umount2": 166,
        "swapon": 167, "reboot": 169, "init_module": 175, "kexec_load": 246, "add_key": 248,
        "request_key": 249, "keyctl": 250, "ioprio_set": 251, "unshare": 272,
        "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
        "kcmp": 312, "finit_module": 313, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
        "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432,
        "pidfd_getfd": 438, "mount_setattr": 442,
    },
    "aarch64": {
        "ioprio_set": 30, "umount2": 39, "mount": 40, "pivot_root": 41, "acct": 89, "unshare": 97,
        "kexec_load": 104, "init_module": 105, "syslog": 116, "ptrace": 117, "reboot": 142,
        "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224, "perf_event_open": 241,
        "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273,
        "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294, "io_uring_setup": 425,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "pidfd_getfd": 438,
        "mount_setattr": 442,
    },
}  # fmt: skip
# memory that belongs to no process and no tmpfs, so that no limit of ours would count it
_UNCOUNTED = {
    "x86_64": {"shmget": 29, "semget": 64, "msgget": 68, "memfd_create": 319, "memfd_secret": 447},
    "aarch64": {
        "msgget": 186, "semget": 190, "shmget": 194, "memfd_create": 279, "memfd_secret": 447,
    },
}  # fmt: skip
# what one process may do to another of its user without a signal: not to the supervisor, pid 1
_BEYOND_ITSELF = {
    "x86_64": {
        "sched_setparam": 142, "sched_setscheduler": 144, "sched_setaffinity": 203,
        "prlimit64": 302, "sched_setattr": 314,
    },
    "aarch64": {
        "sched_setparam": 118, "sched_setscheduler": 119, "sched_setaffinity": 122,
        "prlimit64": 261, "sched_setattr": 274,
    },
}  # fmt: skip
_SETPRIORITY = {"x86_64": 141, "aarch64": 140}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_FAMILIES = (1, 2, 10, 16)  # Unix, IPv4, IPv6, netlink: what a network namespace keeps apart
_MACHINE = {"x86_64": (0xC000003E, 56), "aarch64": (0xC00000B7, 220)}  # audit id, clone
_CLONE3 = 435

Code = list[tuple[int, int, int, int]]


def program(machine: str) -> bytes:
    """The filter for a machine as BPF instructions; empty if the machine is not known."""
    if machine not in _MACHINE:
        return b""
    audit, clone = _MACHINE[machine]
    code: Code = [(_LOAD, 0, 0, _MACHINE_ID), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, EPERM)]
    code += [(_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":  # the x32 calls, which have numbers of their own
        code += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, EPERM)]
    for number in _REFUSED[machine].values():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, EPERM)]
    for number in (*_UNCOUNTED[machine].values(), _CLONE3):  # libc falls back to clone
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, ENOSYS)]
    code += _when(clone, [(_LOAD, 0, 0, _FIRST), (_ANY_BIT, 0, 1, CLONE_NEWUSER), *_REFUSE])
    for number in _BEYOND_ITSELF[machine].values():
        code += _when(number, [(_LOAD, 0, 0, _FIRST), (_EQUAL, 0, 1, 1), *_REFUSE])
    code += _when(_SETPRIORITY[machine], [  # of a process, and not of process 1
        (_LOAD, 0, 0, _FIRST), (_EQUAL, 1, 0, 0), *_REFUSE,
        (_LOAD, 0, 0, _SECOND), (_EQUAL, 0, 1, 1), *_REFUSE,
    ])  # fmt: skip
    known: Code = [(_EQUAL, len(_FAMILIES) - n, 0, f) for n, f in enumerate(_FAMILIES)]
    code += _when(_SOCKET[machine], [(_LOAD, 0, 0, _FIRST), *known, (_RETURN, 0, 0, EAFNOSUPPORT)])
    code += [(_RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


_REFUSE: Code = [(_RETURN, 0, 0, EPERM)]


def _when(number: int, body: Code) -> Code:
    """For one call: these instructions, and allow what they let through."""
    return [(_EQUAL, 0, len(body) + 1, number), *body, (_RETURN, 0, 0, ALLOW)]


def install() -> None:
    """Filter this process and all that it starts; does nothing on an unknown machine.

    Raises:
        OSError: the kernel refused the filter.
    """
    code = program(os.uname().machine)
    if not code:
        return
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.create_string_buffer(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp filter refused")
