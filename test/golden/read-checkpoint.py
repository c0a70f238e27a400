"""Reads a checkpoint of a run with the safetensors package (0.8.0), takes its SHA-256 again and lists its tensors.

python read-checkpoint.py runs/first/checkpoint.safetensors
"""

import hashlib
import sys

from safetensors import safe_open

path = sys.argv[1]
with safe_open(path, framework="np") as file:
    metadata = file.metadata()
    for name in file.keys():
        tensor = file.get_tensor(name)
        print(f"{name}  {tensor.dtype} {list(tensor.shape)}  sum {tensor.sum(dtype='float64'):.6g}")

stated = metadata["kestirme.sha256"]
with open(path, "rb") as file:
    content = file.read()
assert content.count(stated.encode()) == 1
taken = hashlib.sha256(content.replace(stated.encode(), b"0" * 64)).hexdigest()
print(f"position {metadata['kestirme.position']}, SHA-256 {'as stated' if taken == stated else 'DIFFERS'}")
sys.exit(taken != stated)
