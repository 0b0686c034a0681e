"""Time and memory of the process that asks."""

import resource
import time
from pathlib import Path

STATUS = Path("/proc/self/status")
KIB = 1024


class Clock:
    """Seconds on the wall and of both processors' work since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.monotonic(), time.process_time()

    def told(self) -> dict[str, float]:
        """Seconds, CPU seconds, and the most memory this process ever held, in MiB, its imports included."""
        return {
            "seconds": time.monotonic() - self.wall,
            "cpu_seconds": time.process_time() - self.cpu,
            "peak_mib": peak_mib(),
        }


def peak_mib() -> float:
    """Linux's own high-water mark of this program: ru_maxrss begins with what the parent held when it started us."""
    if STATUS.is_file():
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
