"""The number of cores: one is left free, and BLAS does as it is told."""

import ctypes
import os
import threading
from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_info

from core.threads import (
    borrow_threads,
    default_threads,
    return_threads,
    threads_in_use,
    use_threads,
    yield_address,
)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = blas()
    yield
    if before:
        use_threads(max(before))


def blas() -> list[int]:
    """Numbers of threads of every BLAS in the process."""
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (64, 63)])
def test_one_core_is_left_free(cores: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)), raising=False)
    assert default_threads() == threads


def test_cores_are_counted_where_the_system_knows_no_affinity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    for cores, threads in ((8, 7), (1, 1), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert default_threads() == threads


@pytest.mark.parametrize("count", [1, 2])
def test_blas_uses_as_many_threads_as_asked_for(count: int) -> None:
    assert use_threads(count) == count == threads_in_use()
    assert set(blas()) <= {count}


def test_the_last_word_counts_whoever_says_it() -> None:
    """A calibration and a training are in threads of their own, one after the other."""
    told: list[int] = []
    for count in (1, 2, 1):
        thread = threading.Thread(target=lambda count=count: told.append(use_threads(count)))
        thread.start()
        thread.join()
    assert told == [1, 2, 1]


def test_nought_asks_for_the_default() -> None:
    assert use_threads(0) == default_threads()
    assert set(blas()) <= {default_threads()}


def test_the_number_that_is_told_is_the_one_in_use() -> None:
    """OpenBLAS takes no more than it was built for, and a run records what it had."""
    told = use_threads(256)
    assert told == max(blas(), default=256)


def test_the_number_stays_until_the_next_word() -> None:
    use_threads(2)
    use_threads(1)
    assert set(blas()) <= {1}


def test_what_a_training_borrows_is_given_back() -> None:
    assert use_threads(2) == 2
    for _ in range(2):
        borrow_threads()
        assert set(blas()) <= {1}
        # Those of the training are as many.
        assert threads_in_use() == 2
    return_threads()
    assert set(blas()) <= {2}
    return_threads()
    assert set(blas()) <= {2}


def test_another_number_ends_what_was_borrowed() -> None:
    use_threads(2)
    borrow_threads()
    assert use_threads(1) == threads_in_use() == 1
    return_threads()
    assert set(blas()) <= {1}


@pytest.mark.skipif(os.name != "posix", reason="elsewhere it is another function")
def test_a_thread_can_give_way() -> None:
    give_way = ctypes.CFUNCTYPE(ctypes.c_int)(yield_address())
    assert give_way() == 0
