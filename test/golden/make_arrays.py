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


# Data sets: pixel (y, x, c) of image i is 10 i + 3 (2 y + x) + c.
def images(count):
    return (10 * np.arange(count)[:, None] + np.arange(12)).reshape(count, 2, 2, 3).astype(np.uint8)


y_train, y_test = np.array([0, 1, 2, 0, 1, 2]), np.array([[2], [1], [0], [2]], dtype=np.uint8)
last = {"x_train": images(6), "y_train": y_train, "x_test": images(4), "y_test": y_test}
np.savez(here / "set-last.npz", **last)
for name, array in last.items():
    np.save(here / f"set-{name}.npy", array)
first = {name: np.ascontiguousarray(last[name].transpose(0, 3, 1, 2)) for name in ["x_train", "x_test"]}
np.savez_compressed(here / "set-first.npz", **last | first)
np.savez_compressed(here / "set-floats.npz", **last | {n: (last[n] / np.float32(255)) for n in ["x_train", "x_test"]})
np.savez_compressed(here / "set-range.npz", **last | {n: last[n].astype(np.float32) + 3 for n in ["x_train", "x_test"]})
grey = {n: (10 * np.arange(c)[:, None] + np.arange(6)).reshape(c, 3, 2).astype(np.uint8) for n, c in [("x_train", 6), ("x_test", 4)]}  # fmt: skip
np.savez_compressed(here / "set-grey.npz", **last | grey)
frames = {n: np.arange(c * 3 * 2 * 4 * 5).reshape(c, 3, 2, 4, 5) / 4 for n, c in [("x_train", 6), ("x_test", 4)]}
np.savez_compressed(here / "set-frames.npz", **last | frames)
np.savez_compressed(here / "set-odd-label.npz", **last | {"y_train": np.array([0, 1, -1, 0, 1, 2])})
np.savez_compressed(here / "set-few-labels.npz", **last | {"y_test": np.array([0, 1, 2])})
