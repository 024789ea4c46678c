"""What the benchmark ran on."""

import os
import platform
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

CPUINFO = Path("/proc/cpuinfo")


def describe() -> dict[str, Any]:
    """Processor, system, Python, numpy, and the kernels that its BLAS chose."""
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
    """All of it in a line."""
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
