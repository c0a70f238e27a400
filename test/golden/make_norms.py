"""Golden files of norms, in float64: a file `norms/NAME.py` for each kind makes `norms/NAME.json` here.

Run: python make_norms.py        (versions: requirements-methods.txt)

A file has
    SHAPES              of what kestirme's norm learns, in its order
    make(deviation)     a `Layer`; `deviation`: alpha * threshold, for the norms that look at it
"""
import importlib
import json
from pathlib import Path

import torch
from make_methods import tensors

STEPS, CHANNELS = 3, 4


class Layer:
    """A module x [T, N, C, H, W] -> y, and where it has what kestirme's norm learns and keeps."""

    def __init__(self, module, scale=1.0):
        """`scale`: the module's weight over kestirme's."""
        self.module, self.scale = module.double(), scale

    def write(self, weight, bias):
        self.module.weight.data, self.module.bias.data = weight * self.scale, bias

    def gradients(self):
        return [self.module.weight.grad * self.scale, self.module.bias.grad]

    def running(self):
        return [self.module.running_mean, self.module.running_var]


def flat(values):
    """[T, N, C, H, W] as kestirme has it: [T, N, H, W, C]."""
    return values.movedim(2, -1).contiguous()


def case(kind, deviation, draw):
    layer = kind.make(deviation)
    parameters = [draw(*shape) for shape in kind.SHAPES]
    layer.write(*(parameter.clone() for parameter in parameters))
    x = (draw(STEPS, 2, CHANNELS, 2, 2) * 1.5 + 0.25).requires_grad_()
    y = layer.module(x)
    dy = draw(*y.shape)
    y.backward(dy)
    learned, running = layer.gradients(), [value.clone() for value in layer.running()]
    layer.module.eval()
    if hasattr(layer.module, "reset"):
        layer.module.reset()
    join = lambda values: torch.cat([value.flatten() for value in values])
    return {"name": f"deviation {deviation}", "deviation": deviation, "steps": STEPS, "rows": 8, "channels": CHANNELS,
            "tensors": tensors(x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad), evaluated=flat(layer.module(x)),
                               parameters=join(parameters), dparameters=join(learned), running=join(running))}


if __name__ == "__main__":
    torch.set_num_threads(1)
    for file in sorted(Path("norms").glob("*.py")):
        random = torch.Generator().manual_seed(12)
        draw = lambda *shape: torch.randint(-1024, 1025, shape, generator=random).double() / 1024
        kind = importlib.import_module(f"norms.{file.stem}")
        with open(file.with_suffix(".json"), "w") as out:
            json.dump({"torch": torch.__version__, "cases": [case(kind, d, draw) for d in (0.5, 0.35, 0.8)]}, out)
            out.write("\n")
