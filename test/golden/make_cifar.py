"""Writes cifar/: files in the layout of CIFAR's Python version, with Python's own pickler, and pickles to refuse.

The publisher's files were written by Python 2, whose strings are byte strings; Python's pickler is told to write them as
that did. Pixel p of image i is (i + p) % 256 in the small files, i % 251 in the large one.

Run it from this folder: python make_cifar.py (NumPy).
"""

import collections
import gzip
import io
import pathlib
import pickle
import struct

import numpy as np

here = pathlib.Path(__file__).parent / "cifar"
here.mkdir(exist_ok=True)


class Python2Pickler(pickle._Pickler):
    dispatch = pickle._Pickler.dispatch.copy()

    def save_string(self, value):
        data = value.encode("latin-1") if isinstance(value, str) else bytes(value)
        if len(data) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(data)]) + data)
        else:
            self.write(pickle.BINSTRING + struct.pack("<i", len(data)) + data)
        self.memoize(value)

    dispatch[bytes] = save_string
    dispatch[str] = save_string


def dumps(value):
    file = io.BytesIO()
    Python2Pickler(file, protocol=2).dump(value)
    # Python 2 had no numpy._core.
    return file.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def small(count):
    return ((np.arange(count)[:, None] + np.arange(3072)) % 256).astype(np.uint8)


def batch(data, labels, **more):
    names = [f"image_{i}.png" for i in range(len(labels))]
    return {"batch_label": "training batch 1 of 5", **labels_of(labels, **more), "data": data, "filenames": names}


def labels_of(labels, key="labels", **more):
    return {key: list(labels), **more}


ten = dumps(batch(small(4), [6, 9, 9, 4]))
(here / "ten").write_bytes(ten)
(here / "hundred").write_bytes(dumps(batch(small(3), [19, 29, 99], key="fine_labels", coarse_labels=[11, 15, 4])))
(here / "columns").write_bytes(dumps(batch(np.asfortranarray(small(4)), [6, 9, 9, 4])))
(here / "numpy2").write_bytes(ten.replace(b"cnumpy.core.multiarray\n", b"cnumpy._core.multiarray\n"))

count = 10_000
large = np.repeat((np.arange(count) % 251).astype(np.uint8)[:, None], 3072, axis=1)
(here / "whole.gz").write_bytes(gzip.compress(dumps(batch(large, [i % 10 for i in range(count)])), 9, mtime=0))


class Code:
    """What runs when it is unpickled by a program that trusts it."""

    def __reduce__(self):
        return (eval, ("__import__('os').mkdir('PICKLED-CODE-RAN')",))


(here / "code").write_bytes(dumps(batch(small(4), [6, 9, 9, 4]) | {"extra": Code()}))
(here / "object").write_bytes(dumps(collections.OrderedDict(labels=[1])))
(here / "protocol4").write_bytes(pickle.dumps(batch(small(4), [6, 9, 9, 4]), protocol=4))
(here / "python3").write_bytes(pickle.dumps(batch(small(4), [6, 9, 9, 4]), protocol=2))
(here / "floats").write_bytes(dumps(batch(small(4).astype(np.float32), [6, 9, 9, 4])))
(here / "short").write_bytes(dumps(batch(small(3), [6, 9, 9, 4])))
(here / "label").write_bytes(dumps(batch(small(4), [6, 9, 10, 4])))
(here / "nested").write_bytes(dumps({"labels": [[1], [2]]}))
