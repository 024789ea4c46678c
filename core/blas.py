"""What numpy's matrix products cannot do: add onto what is there, by numpy's own BLAS.

numpy ships OpenBLAS and calls it for its products, but has no way to ask for a product that is
added to a matrix, which BLAS does in the same pass. So its functions are called directly, in the
library that numpy has loaded: a second one would bring threads of its own, which get into each
other's way. Where numpy has another BLAS the same is done in several passes.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from .activations import Array

# CBLAS's numbers for how a matrix lies in memory and is taken.
ROW_MAJOR, AS_IT_IS, TRANSPOSED = 101, 111, 112
# Numbers that a pass takes at a time, so that what it makes on the way stays in the cache.
BLOCK = 16_384


@cache
def _functions() -> tuple[Any, Any, Any] | None:
    """The functions sgemm, saxpy and saxpby of numpy's OpenBLAS; None where it has another BLAS."""
    for library in ThreadpoolController().select(internal_api="openblas").lib_controllers:
        # numpy's wheels name theirs so: 64-bit sizes, names of their own.
        names = ("scipy_cblas_sgemm64_", "scipy_cblas_saxpy64_", "scipy_cblas_saxpby64_")
        handle = ctypes.CDLL(library.filepath)
        if "numpy" in library.filepath and all(hasattr(handle, name) for name in names):
            gemm, axpy, axpby = (getattr(handle, name) for name in names)
            size, number, pointer = ctypes.c_int64, ctypes.c_float, ctypes.c_void_p
            place = [pointer, size]
            flags = [ctypes.c_int] * 3
            gemm.argtypes = [*flags, size, size, size, number, *place, *place, number, *place]
            axpy.argtypes = [size, number, *place, *place]
            axpby.argtypes = [size, number, *place, number, *place]
            gemm.restype = axpy.restype = axpby.restype = None
            return gemm, axpy, axpby
    return None


def gemm_address() -> int:
    """Where numpy's own sgemm lies in memory, for compiled code; 0 where it cannot be called."""
    found = _functions()
    return 0 if found is None else ctypes.cast(found[0], ctypes.c_void_p).value or 0


@cache
def multiplies_unpacked() -> bool:
    """Whether numpy's OpenBLAS multiplies small matrices without packing them, as with AVX-512."""
    found = ThreadpoolController().select(internal_api="openblas").info()
    return any(each["architecture"] == "SkylakeX" for each in found if "numpy" in each["filepath"])


def outer_adder(rows: Array, slopes: Array, out: Array) -> Callable[[float], None]:
    """A function of `keep` that makes `out` keep · out + rowsᵀ · slopes, bound to these arrays.

    Parameters
    ----------
    rows : array, (n, a)
        Contiguous, as the others.
    slopes : array, (n, b)
        One row for each of `rows`.
    out : array, (a, b)
        Where the sum of outer products goes.
    """
    found = _functions()
    if found is None or out.dtype != np.float32:
        return _outer_adder_by_numpy(rows, slopes, out)
    gemm, (depth, height), width = found[0], rows.shape, slopes.shape[1]
    form = (ROW_MAJOR, TRANSPOSED, AS_IT_IS, height, width, depth)
    a, b, c = rows.ctypes.data, slopes.ctypes.data, out.ctypes.data

    def add(keep: float) -> None:
        gemm(*form, 1.0, a, height, b, width, keep, c, width)

    # The numbers above are addresses: the arrays must live as long as the function does.
    add.arrays = rows, slopes, out  # type: ignore[attr-defined]
    return add


def _outer_adder_by_numpy(rows: Array, slopes: Array, out: Array) -> Callable[[float], None]:
    transposed, sums = rows.T, np.empty_like(out)

    def add(keep: float) -> None:
        if not keep:
            np.matmul(transposed, slopes, out=out)
            return
        np.matmul(transposed, slopes, out=sums)
        np.multiply(out, keep, out=out)
        np.add(out, sums, out=out)

    return add


def add_scaled(out: Array, factor: float, vector: Array) -> None:
    """Add factor · vector to `out`, both contiguous and of one length, in a single pass."""
    found = _functions()
    if found is None or out.dtype != np.float32:
        for first in range(0, len(out), BLOCK):
            block = slice(first, first + BLOCK)
            out[block] += factor * vector[block]
    else:
        found[1](len(out), factor, vector.ctypes.data, 1, out.ctypes.data, 1)


def blend(out: Array, keep: float, factor: float, vector: Array) -> None:
    """Make `out` keep · out + factor · vector, both contiguous and of one length, in one pass."""
    found = _functions()
    if found is None or out.dtype != np.float32:
        for first in range(0, len(out), BLOCK):
            block = slice(first, first + BLOCK)
            out[block] *= keep
            out[block] += factor * vector[block]
    else:
        found[2](len(out), factor, vector.ctypes.data, 1, keep, out.ctypes.data, 1)
