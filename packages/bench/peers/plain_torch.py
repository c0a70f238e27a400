"""Plain PyTorch on the same network, data and step as ours: what most people train spiking networks with today.

The LIF is a loop over T, the rectangle surrogate an autograd.Function, the gradient flows through the hard reset.
Prints one JSON line. Run it with OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE unset.
"""
import torch
import torch.nn as nn

from common import DECAY, THRESHOLD, Rectangle, run


class Lif(nn.Module):
    def __init__(self, time_steps):
        super().__init__()
        self.time_steps = time_steps

    def forward(self, x):
        x = x.unflatten(0, (self.time_steps, -1))
        m, spikes = 0, []
        for t in range(self.time_steps):
            u = DECAY * m + x[t]
            s = Rectangle.apply(u - THRESHOLD)
            m = u * (1 - s)
            spikes.append(s)
        return torch.cat(spikes)


if __name__ == "__main__":
    run("PyTorch", {}, __doc__, Lif)
