"""What the machine is and has: processor cores for this process, memory, and its name in a line."""

import os
import platform
from pathlib import Path
from typing import Any

import numpy as np

CPUINFO = Path("/proc/cpuinfo")


def core_count() -> int:
    """Number of processor cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return cores or 1


def memory() -> int | None:
    """Bytes of memory in the machine; None where the system does not say (Windows)."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def describe() -> dict[str, Any]:
    """Processor, system, Python, numpy, and the kernels that its BLAS chose."""
    # The window asks for none of this, and starts without the library.
    from threadpoolctl import threadpool_info

    blas = [each for each in threadpool_info() if each["user_api"] == "blas"]
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": " ".join(str(blas[0].get(key, "")) for key in ("internal_api", "version"))
        if blas
        else "",
        "kernels": str(blas[0].get("architecture", "")) if blas else "",
    }


def sentence(machine: dict[str, Any]) -> str:
    """What `describe` found, and the versions of libraries beside it, in a line."""
    libraries = machine.get("versions", {})
    named = ", ".join(f"{name} {version}" for name, version in libraries.items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}, numpy {machine['numpy']} "
        f"({machine['blas']}, {machine['kernels']} kernels)" + (f"; {named}" if named else "")
    )


def _processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
