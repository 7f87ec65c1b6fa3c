"""Compiled loops. Kernels release the interpreter lock and are compiled once per machine.

Numba infers the types of their arguments; that is why kernels carry no annotations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic

Function = Callable[..., Any]


def kernel(function: Function) -> Function:
    """Compile ``function`` on first use; sums are added in the order written, on every machine."""
    try:
        compiled: Function = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep compiled code in: compile in every process
        compiled = njit(nogil=True)(function)
    return compiled


@kernel
def row(offsets, i):  # type: ignore[no-untyped-def]
    """In kernels, the places of the i-th row. They carry no sign: a place that could be negative is
    asked for its sign at every use, which takes up to a third of the time of a loop over links.
    """
    return range(np.uint64(offsets[i]), np.uint64(offsets[i + 1]))


def _fetch(typing_context: Any, array: Any, at: Any) -> tuple[Any, Function]:
    """What ``fetch`` is compiled to."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind, place = signature.args
        held = context.make_array(kind)(context, builder, values[0])
        index = context.cast(builder, values[1], place, types.intp)
        place_of: Function = cgutils.get_item_pointer
        entry = place_of(context, builder, kind, held, [index], wraparound=False)
        word, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
        wanted = ir.FunctionType(ir.VoidType(), [pointer, word, word, word])
        call = builder.module.declare_intrinsic("llvm.prefetch", [pointer], wanted)
        to_read, to_keep, data = word(0), word(3), word(1)
        builder.call(call, [builder.bitcast(entry, pointer), to_read, to_keep, data])
        return context.get_dummy_value()

    return types.void(array, at), generate


fetch: Function = intrinsic(_fetch)
"""In kernels, ``fetch(array, at)`` has an entry brought near while other work goes on: for loops
that wait for memory and know some steps ahead where they will read. It changes no result. ``at``
must be a place from the beginning of the array."""
