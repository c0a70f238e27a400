"""SpikingJelly on the same network, data and step: its multi-step LIFNode with our neuron's numbers.

The one difference in mathematics: it fires at u >= threshold, we above it. Prints one JSON line.
"""
from importlib.metadata import version

import torch.nn as nn
from spikingjelly.activation_based import functional, neuron, surrogate

from common import DECAY, THRESHOLD, run


class Lif(nn.Module):
    def __init__(self, time_steps):
        super().__init__()
        self.time_steps = time_steps
        self.node = neuron.LIFNode(
            tau=1 / (1 - DECAY),
            decay_input=False,
            v_threshold=THRESHOLD,
            v_reset=0.0,
            surrogate_function=surrogate.Rect(alpha=1.0),
            detach_reset=False,
            step_mode="m",
        )

    def forward(self, x):
        return self.node(x.unflatten(0, (self.time_steps, -1))).flatten(0, 1)


if __name__ == "__main__":
    run("SpikingJelly", {"spikingjelly": version("spikingjelly")}, __doc__, Lif, functional.reset_net)
