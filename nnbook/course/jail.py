"""Run as a script: shuts itself in, then runs a student's notebook (nnbook/course/child.py).

On Linux, where the system allows it, it gives up the network, sees only its own processes, and sees of the
files only Python, its packages, and an empty folder of its own; it owns nothing and may not become anyone
else. Everywhere it limits memory, processes, files and processor time. Only the standard library is
imported before all that is done.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path

NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x20000, 0x4000000, 0x8000000
NEW_USERS, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
DIE_WITH_PARENT, NO_NEW_PRIVILEGES, SUBREAPER = 1, 38, 36
CAPABILITIES_VERSION = 0x20080522
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/localtime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
HOME = "/home/student"
NOBODY = 65534
CANNOT = 97  # exit status: this way of shutting in is not to be had here

libc = ctypes.CDLL(None, use_errno=True)


def main():
    """Settings come as JSON in the first argument."""
    settings = json.loads(sys.argv[1])
    if sys.platform == "linux":
        libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if settings["level"] == "namespaces":
        try:
            leave_the_system()
        except OSError:
            os._exit(CANNOT)
        become_first_process()
        try:
            build_root(settings)
        except OSError as error:
            print(error, file=sys.stderr)
            os._exit(CANNOT)
    else:
        os.chdir(settings["folder"])
        os.environ["HOME"] = os.environ["TMPDIR"] = settings["folder"]
        if sys.platform == "linux":
            libc.prctl(SUBREAPER, 1)
    limit(settings["limits"])
    give_up_rights(settings)
    sys.path[:0] = [settings["package"], *settings["paths"]]
    from nnbook.course import child

    child.main(settings["readable"], settings["writable"], settings["limits"])


def call(function, *arguments):
    """A C function that answers 0. Raises OSError."""
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(arguments))


def leave_the_system():
    """New namespaces: as root at once, as anyone else through a namespace of users."""
    fresh = NEW_MOUNTS | NEW_UTS | NEW_IPC | NEW_PIDS | NEW_NET
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        with contextlib.suppress(OSError):
            return call(libc.unshare, fresh)
    call(libc.unshare, fresh | NEW_USERS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return None


def become_first_process():
    """The child goes on as process 1 of its own: when it ends, everything it started ends with it."""
    child = os.fork()
    if child == 0:
        libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        return
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)


def build_root(settings):
    """A root of its own: the system's and Python's files, read-only, and empty folders of limited size."""
    root = settings["root"]
    call(libc.mount, b"none", b"/", None, RECURSIVE | PRIVATE, None)
    call(libc.mount, b"tmpfs", root.encode(), b"tmpfs", NO_SETUID | NO_DEVICES, b"size=1m,mode=755")
    for path in (HOME, "/tmp", "/dev/shm"):
        empty(root, path, settings["limits"]["disk"])
    for path in [*SYSTEM, *settings["visible"], settings["package"]]:
        show(root, path)
    for path in DEVICES:
        show(root, path, read_only=False)
    for path in settings["masked"]:
        if os.path.isdir(root + path):
            empty(root, path, 0)
    os.makedirs(f"{root}/proc", exist_ok=True)
    call(libc.mount, b"proc", f"{root}/proc".encode(), b"proc", NO_SETUID | NO_DEVICES, None)
    call(libc.mount, None, root.encode(), None, BIND | REMOUNT | READ_ONLY | NO_SETUID | NO_DEVICES, None)
    os.chroot(root)
    os.chdir(HOME)
    os.environ["HOME"] = HOME


def show(root, path, *, read_only=True):
    """The same file or folder below root, with all links on the way to it."""
    target = root + path
    if os.path.lexists(target) or not os.path.lexists(path):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.mkdir(target)
    else:
        Path(target).touch()
    call(libc.mount, path.encode(), target.encode(), None, BIND | RECURSIVE, None)
    if read_only:
        kept = os.statvfs(target).f_flag & (NO_SETUID | NO_DEVICES | 8 | 1024 | 2048)
        call(libc.mount, None, target.encode(), None, BIND | REMOUNT | READ_ONLY | kept, None)


def empty(root, path, megabytes):
    """An empty folder in memory, of limited size; of size 0, it cannot be written to."""
    os.makedirs(root + path, exist_ok=True)
    flags = NO_SETUID | NO_DEVICES | (0 if megabytes else READ_ONLY)
    options = f"size={max(1, megabytes)}m,nr_inodes=4096,mode=1777"
    call(libc.mount, b"tmpfs", (root + path).encode(), b"tmpfs", flags, options.encode())


def limit(limits):
    """What one process may use; the number of processes counts for the whole user."""
    megabyte = 2**20
    wanted = {
        "RLIMIT_AS": limits["memory"] * megabyte,
        "RLIMIT_CPU": limits["processor"],
        "RLIMIT_FSIZE": limits["disk"] * megabyte,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": limits["processes"] + limits["running"],
    }
    for name, value in wanted.items():
        # A system may know a limit and refuse it (macOS has no RLIMIT_AS that works); the watch remains.
        with contextlib.suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, name), (value, value))


def give_up_rights(settings):
    """Root becomes a user nobody else is; every capability goes; nothing that is run can bring one back."""
    if os.geteuid() == 0 and settings["level"] != "limits":
        os.setgroups([])
        try:
            os.setresgid(*[settings["user"]] * 3)
            os.setresuid(*[settings["user"]] * 3)
        except OSError:  # in a container that knows few users
            os.setresgid(*[NOBODY] * 3)
            os.setresuid(*[NOBODY] * 3)
    if sys.platform == "linux":
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        header, nothing = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0), (ctypes.c_uint32 * 6)()
        if libc.capset(header, nothing) != 0 and settings["level"] == "namespaces":
            os._exit(CANNOT)
        libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)  # a change of user undoes it


if __name__ == "__main__":
    main()
