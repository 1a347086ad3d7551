"""Arrays seen through an address, so that a query passes one number instead of a dozen arrays.

Compiled, an address becomes a pointer at no cost; interpreted (``NUMBA_DISABLE_JIT=1``), ctypes does the
same slowly. Whoever hands out an address keeps its array alive.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped] # it has no types
from numba import config, njit, types
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
UInt16s = NDArray[np.uint16]
UInt32s = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
Bool = Any
Int = Any
"""A whole number; the compiler picks its width, the interpreter mixes int and numpy scalars."""


def _pointer_to(item: types.Type) -> Callable[..., Any]:
    """Make the cast from an address to a pointer of one item type."""

    @intrinsic
    def cast(_context: object, address: types.Type) -> Any:  # noqa: ANN401 - a numba pair
        signature = types.CPointer(item)(address)  # type: ignore[no-untyped-call] # numba has no types

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401 - llvmlite
            return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

        return signature, generate

    return cast


if getattr(config, "DISABLE_JIT"):  # noqa: B009 - numba sets it at run time

    def int32s_at(address: Int, size: Int) -> Int32s:
        """View 32-bit numbers at an address."""
        pointer = ctypes.cast(int(address), ctypes.POINTER(ctypes.c_int32))
        return np.ctypeslib.as_array(pointer, (int(size),))

    def int64s_at(address: Int, size: Int) -> Int64s:
        """View 64-bit numbers at an address."""
        pointer = ctypes.cast(int(address), ctypes.POINTER(ctypes.c_int64))
        return np.ctypeslib.as_array(pointer, (int(size),))

    def uint8s_at(address: Int, size: Int) -> Bytes:
        """View bytes at an address."""
        pointer = ctypes.cast(int(address), ctypes.POINTER(ctypes.c_uint8))
        return np.ctypeslib.as_array(pointer, (int(size),))

    def uint16s_at(address: Int, size: Int) -> UInt16s:
        """View 16-bit numbers without sign at an address."""
        pointer = ctypes.cast(int(address), ctypes.POINTER(ctypes.c_uint16))
        return np.ctypeslib.as_array(pointer, (int(size),))

    def uint32s_at(address: Int, size: Int) -> UInt32s:
        """View 32-bit numbers without sign at an address."""
        pointer = ctypes.cast(int(address), ctypes.POINTER(ctypes.c_uint32))
        return np.ctypeslib.as_array(pointer, (int(size),))

    def fetch_ahead(address: Int) -> None:
        """Do nothing; compiled, ask the memory for the cache line at an address."""

    def shift_words(target: Int, source: Int, words: Int) -> None:
        """Copy 64-bit words from address to address; the two may overlap."""
        ctypes.memmove(int(target), int(source), 8 * int(words))

else:
    _int32s = _pointer_to(types.int32)
    _int64s = _pointer_to(types.int64)
    _uint8s = _pointer_to(types.uint8)
    _uint16s = _pointer_to(types.uint16)
    _uint32s = _pointer_to(types.uint32)

    @njit(inline="always")
    def int32s_at(address: Int, size: Int) -> Int32s:
        """View 32-bit numbers at an address."""
        return carray(_int32s(address), size)

    @njit(inline="always")
    def int64s_at(address: Int, size: Int) -> Int64s:
        """View 64-bit numbers at an address."""
        return carray(_int64s(address), size)

    @njit(inline="always")
    def uint8s_at(address: Int, size: Int) -> Bytes:
        """View bytes at an address."""
        return carray(_uint8s(address), size)

    @njit(inline="always")
    def uint16s_at(address: Int, size: Int) -> UInt16s:
        """View 16-bit numbers without sign at an address."""
        return carray(_uint16s(address), size)

    @njit(inline="always")
    def uint32s_at(address: Int, size: Int) -> UInt32s:
        """View 32-bit numbers without sign at an address."""
        return carray(_uint32s(address), size)

    @intrinsic
    def fetch_ahead(_context: object, address: types.Type) -> Any:  # noqa: ANN401 - a numba pair
        """Ask the memory for the cache line at an address."""
        signature = types.void(address)

        def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:  # noqa: ANN401 - llvmlite
            number, byte = ir.IntType(32), ir.IntType(8).as_pointer()
            target = builder.inttoptr(args[0], byte)
            kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
            function = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
            read, keep, data = ir.Constant(number, 0), ir.Constant(number, 3), ir.Constant(number, 1)
            builder.call(function, [target, read, keep, data])
            return context.get_dummy_value()

        return signature, generate

    @intrinsic
    def shift_words(_context: object, target: types.Type, source: types.Type, words: types.Type) -> Any:  # noqa: ANN401 - a numba pair
        """Copy 64-bit words from address to address; the two may overlap."""
        signature = types.void(target, source, words)

        def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:  # noqa: ANN401 - llvmlite
            byte, number, flag = ir.IntType(8).as_pointer(), ir.IntType(64), ir.IntType(1)
            into, out_of = (builder.inttoptr(address, byte) for address in args[:2])
            kind = ir.FunctionType(ir.VoidType(), [byte, byte, number, flag])
            function = builder.module.declare_intrinsic("llvm.memmove", [byte, byte, number], kind)
            size = builder.mul(args[2], ir.Constant(number, 8))
            builder.call(function, [into, out_of, size, ir.Constant(flag, 0)])
            return context.get_dummy_value()

        return signature, generate


def address_of(array: NDArray[Any]) -> int:
    """Tell where the first item of an array lies."""
    return int(array.ctypes.data)
