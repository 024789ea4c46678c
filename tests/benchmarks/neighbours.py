"""How busy the machine is besides: figures taken beside other programs say little."""

import os
import sys
from pathlib import Path

STAT = Path("/proc/stat")


def busy_seconds() -> float:
    """Processor seconds that all programs have had so far; NaN where the system does not say."""
    if not STAT.exists():
        return float("nan")
    user, nice, system, _idle, _waiting, *rest = map(int, STAT.read_text().split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Those that this process, its children and their children have had, once they ended."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(each.ru_utime + each.ru_stime for each in used)
