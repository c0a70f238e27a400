"""Writes safetensors-python.safetensors with the safetensors package (0.8.0), for packages/core/src/checkpoint.

Run it from this folder: python safetensors-python.py
"""

import numpy as np
from safetensors.numpy import save_file

tensors = {
    "b.bias": np.array([1.5, -2.25, 0, 0.125], dtype=np.float32),
    "labels": np.array([[1, 2, 255]], dtype=np.uint8),
    "a.weight": np.arange(12, dtype=np.float32).reshape(2, 3, 2) / 8,
    "steps": np.array(-7, dtype=np.int64),
    "signed": np.array([-1, 2147483647], dtype=np.int32),
    "unsigned": np.array([4294967295], dtype=np.uint32),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "double": np.array([0.1], dtype=np.float64),
}
save_file(tensors, "safetensors-python.safetensors", metadata={"format": "pt", "note": "schön"})
