"""System calls that a candidate never needs, refused by the kernel.

Docker brings a filter of its own; bubblewrap has none, so the worker installs this one before
it imports the candidate. Refused calls fail with EPERM; there is no way back.
"""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
CLONE_NEWUSER = 0x10000000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06

# number of each call by machine; Source: the kernel's syscall tables
_REFUSED = {
    "x86_64": {
        "ptrace": 101, "pivot_root": 155, "mount": 165, "umount2": 166, "swapon": 167,
        "reboot": 169, "init_module": 175, "add_key": 248, "request_key": 249, "keyctl": 250,
        "unshare": 272, "perf_event_open": 298, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "finit_module": 313, "kexec_file_load": 320, "bpf": 321,
        "userfaultfd": 323, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsmount": 432,
    },
    "aarch64": {
        "umount2": 39, "mount": 40, "pivot_root": 41, "unshare": 97, "init_module": 105,
        "ptrace": 117, "reboot": 142, "add_key": 217, "request_key": 218, "keyctl": 219,
        "swapon": 224, "perf_event_open": 241, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "finit_module": 273, "bpf": 280, "userfaultfd": 282,
        "kexec_file_load": 294, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsmount": 432,
    },
}  # fmt: skip
_MACHINE = {"x86_64": (0xC000003E, 56), "aarch64": (0xC00000B7, 220)}  # audit id, clone
_CLONE3 = 435


def program(machine: str) -> bytes:
    """The filter for a machine as BPF instructions; empty if the machine is not known."""
    if machine not in _MACHINE:
        return b""
    audit, clone = _MACHINE[machine]
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, EPERM), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":  # the x32 calls, which have numbers of their own
        code += [(0x35, 0, 1, 0x40000000), (_RETURN, 0, 0, EPERM)]
    for number in _REFUSED[machine].values():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, EPERM)]
    code += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, ENOSYS)]  # libc falls back to clone
    code += [(_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, CLONE_NEWUSER)]
    code += [(_RETURN, 0, 0, EPERM), (_RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


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
