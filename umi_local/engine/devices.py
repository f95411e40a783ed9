"""The devices of the installed llama.cpp, asked from ggml's registry.

llama-cpp-python binds `libllama` only, so the registry is called here through ctypes. It lives in `libggml` and
`libggml-base`, next to `libllama`.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

from umi_local.engine.machine import Device, DeviceKind

_KINDS = (DeviceKind.CPU, DeviceKind.GPU, DeviceKind.INTEGRATED_GPU, DeviceKind.ACCELERATOR)
"""By number of `enum ggml_backend_dev_type` (ggml 0.25, `ggml-backend.h`)."""


def list_devices() -> tuple[Device, ...]:
    """Return every device of this build with its memory as it is now, in llama.cpp's order."""
    count = ggml_function("ggml_backend_dev_count", ctypes.c_size_t)
    get = ggml_function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    return tuple(_device(get(index)) for index in range(count()))


def _device(handle: int) -> Device:
    name = ggml_function("ggml_backend_dev_name", ctypes.c_char_p, ctypes.c_void_p)
    description = ggml_function("ggml_backend_dev_description", ctypes.c_char_p, ctypes.c_void_p)
    kind = ggml_function("ggml_backend_dev_type", ctypes.c_int, ctypes.c_void_p)
    sizes = ctypes.POINTER(ctypes.c_size_t)
    memory = ggml_function("ggml_backend_dev_memory", None, ctypes.c_void_p, sizes, sizes)
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    memory(handle, ctypes.byref(free), ctypes.byref(total))
    number = kind(handle)
    return Device(
        name=name(handle).decode("utf-8", "replace"),
        free_bytes=free.value,
        total_bytes=total.value,
        kind=_KINDS[number] if number < len(_KINDS) else DeviceKind.ACCELERATOR,
        description=description(handle).decode("utf-8", "replace").strip(),
    )


@cache
def _libraries() -> tuple[Any, ...]:
    import llama_cpp
    from llama_cpp._ctypes_extensions import load_shared_library

    folder = Path(llama_cpp.__file__).parent / "lib"
    llama_cpp.llama_backend_init()  # registers devices whose libraries are loaded at run time
    return tuple(load_shared_library(name, folder) for name in ("ggml", "ggml-base"))


def ggml_function(name: str, returns: Any, *takes: Any) -> Any:
    """Return a C function of ggml, from whichever of its two libraries has it.

    Args:
        returns: ctypes type of the result, None for void.
        takes: ctypes types of the arguments.

    Raises:
        AttributeError: This build has no such function.
    """
    for library in _libraries():
        if hasattr(library, name):
            function = getattr(library, name)
            function.restype, function.argtypes = returns, takes
            return function
    raise AttributeError(f"the installed llama.cpp has no {name}")
