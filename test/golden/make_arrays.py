"""Writes arrays/ with NumPy: files that the readers of .npy and .npz are held to, and as JSON what NumPy reads in them.

Run it from this folder: python make_arrays.py (NumPy 2).
"""

import json
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent / "arrays"
here.mkdir(exist_ok=True)

ramp = np.arange(-6, 6).reshape(2, 3, 2)
arrays = {
    name: (ramp * 11).astype(name)
    for name in "bool uint8 int8 uint16 int16 uint32 int32 uint64 int64 float16 float32 float64".split()
}
arrays |= {
    "big_endian_int16": (ramp * 1000).astype(">i2"),
    "big_endian_float64": (ramp / 7).astype(">f8"),
    "columns": np.asfortranarray((ramp / 7).astype(np.float32)),
    "columns_big_endian": np.asfortranarray((ramp * 70000).astype(">i4")),
    "halves": np.array([0, -0.0, 1, -2.5, 65504, 6e-8, 6.1e-5, np.inf, -np.inf], dtype=np.float16),
    "scalar": np.array(7.25),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "beyond": np.array([2**53 - 1, -(2**53) + 1], dtype=np.int64),
    "too_far": np.array([0, 2**60], dtype=np.int64),
}

np.savez(here / "stored.npz", **arrays)
np.savez_compressed(here / "deflated.npz", **arrays)
np.save(here / "image.npy", np.arange(24, dtype=np.uint8).reshape(2, 4, 3))
np.save(here / "objects.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(here / "records.npy", np.zeros(2, dtype=[("t", "<i8"), ("x", "<u2")]))
for version in [(2, 0), (3, 0)]:
    with open(here / f"version{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, np.arange(5, dtype=np.int32), version=version)


def number(x):
    return float(x) if np.isfinite(x) else str(x)


read = {
    name: {"shape": array.shape, "values": [int(x) if array.dtype.kind in "iub" and abs(int(x)) < 2**53 else number(x) for x in array.flatten()]}
    for name, array in np.load(here / "stored.npz").items()
}  # fmt: skip
(here / "arrays.json").write_text(json.dumps(read) + "\n")
