"""snnTorch on the same network, data and step: its Leaky neuron, resetting to zero, in a loop over T.

The one difference in mathematics: snnTorch always cuts the gradient through the reset. The spikes are ours: that its
reset acts one step late only moves the zeroing behind the hand-over of the membrane. Prints one JSON line.
"""
from importlib.metadata import version

import snntorch
import torch
import torch.nn as nn

from common import DECAY, THRESHOLD, Rectangle, run


class Lif(nn.Module):
    def __init__(self, time_steps):
        super().__init__()
        self.time_steps = time_steps
        self.leaky = snntorch.Leaky(beta=DECAY, threshold=THRESHOLD, spike_grad=Rectangle.apply, reset_mechanism="zero")

    def forward(self, x):
        x = x.unflatten(0, (self.time_steps, -1))
        mem, spikes = torch.zeros_like(x[0]), []
        for t in range(self.time_steps):
            s, mem = self.leaky(x[t], mem)
            spikes.append(s)
        return torch.cat(spikes)


if __name__ == "__main__":
    run("snnTorch", {"snntorch": version("snntorch")}, __doc__, Lif)
