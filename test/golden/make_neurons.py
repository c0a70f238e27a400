"""Golden files of neurons, in float64: a file `neurons/NAME.py` for each kind makes `neurons/NAME.json` here.

Run: python make_neurons.py        (versions: requirements-methods.txt)

A file's `cases()` yields, for each case,
    words       what tells it from the others
    surrogate   a name, and the first of its options in make_methods.py is taken
    numbers     what kestirme's kernel of that neuron is told, in its order
    learned     a list of numbers for each row that it learns
    node        a torch module: x [5, 12] -> spikes
    parameters  of the module, where the gradients of `learned` are found
    start       the membranes before the first step [12], or None: zero
A node with running statistics has `kept()`, what a checkpoint keeps of them; it then evaluates x, too.
"""
import importlib
import json
import math
from pathlib import Path

import torch
from make_methods import SURROGATES, tensors

STEPS, NEURONS = 5, 12
THRESHOLD = 0.75
#: SpikingJelly fires at the threshold; ours is one number lower.
OUR_THRESHOLD = math.nextafter(THRESHOLD, 0)
#: Membranes before the first step.
START = torch.linspace(0, 0.5, NEURONS, dtype=torch.float64)
RESETS = [(hard, detach) for hard in (True, False) for detach in (False, True)]


def make_surrogate(name):
    make, _, (option, *_) = SURROGATES[name]
    return make(option)


def common(surrogate, hard, detach):
    """What all nodes of SpikingJelly are told."""
    return {"v_threshold": THRESHOLD, "v_reset": 0.0 if hard else None, "detach_reset": detach,
            "surrogate_function": make_surrogate(surrogate), "step_mode": "m"}


def words(*parts, hard, detach, decay_input=False):
    return ", ".join([*parts, "hard" if hard else "soft"] + ["detached"] * detach + ["decay input"] * decay_input)


def case(words, surrogate, numbers, node, learned=(), parameters=(), start=None):
    x = (torch.randint(-1024, 2049, (STEPS, NEURONS)).double() / 1024 * 1.5).requires_grad_()
    s = node(x)
    ds = torch.randint(-1024, 1025, s.shape).double() / 1024
    s.backward(ds)
    gradients = {f"dlearned{row}": parameter.grad.reshape(-1) for row, parameter in enumerate(parameters)}
    if hasattr(node, "kept"):
        gradients |= {"running": node.kept(), "evaluated": node.eval()(x)}
    more = {} if start is None else {"start": start}
    words += ", started" * (start is not None)
    return {"name": f"{words}, {surrogate}", "numbers": [float(n) for n in numbers], "learned": [list(row) for row in learned],
            "surrogate": surrogate, "option": SURROGATES[surrogate][2][0], "timeSteps": STEPS, "neurons": NEURONS,
            "tensors": tensors(x=x, dspikes=ds, spikes=s, dx=x.grad, **gradients, **more)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    for file in sorted(Path("neurons").glob("*.py")):
        torch.manual_seed(11)
        made = [case(**one) for one in importlib.import_module(f"neurons.{file.stem}").cases()]
        with open(file.with_suffix(".json"), "w") as out:
            json.dump({"torch": torch.__version__, "cases": made}, out)
            out.write("\n")
