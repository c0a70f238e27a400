"""Guo et al.'s LIFAct (MPBN, models/spike_layer.py): their step in PyTorch, with its BatchNorm2d and SpikingJelly's surrogates.

SpikingJelly's MPBNLIFNode normalises in other places besides, for its own purpose, so it is not taken.
"""
import torch
from make_neurons import RESETS, THRESHOLD, make_surrogate, words
from torch import nn

CHANNELS, DECAY = 3, 0.25


class Fire(torch.autograd.Function):
    """[v > 0], with a surrogate's derivative."""

    @staticmethod
    def forward(ctx, v, surrogate):
        ctx.save_for_backward(v)
        ctx.surrogate = surrogate
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        with torch.enable_grad():
            w = v.detach().requires_grad_()
            ctx.surrogate(w).backward(g)
        return w.grad, None


class MpbnNode(nn.Module):
    def __init__(self, surrogate, hard, detach, weight, bias, eps, momentum):
        super().__init__()
        self.surrogate, self.hard, self.detach = make_surrogate(surrogate), hard, detach
        self.bn = nn.BatchNorm2d(CHANNELS, eps=eps, momentum=momentum).double()
        self.bn.weight.data, self.bn.bias.data = (torch.tensor(p, dtype=torch.float64) for p in (weight, bias))

    def forward(self, x):
        m, spikes = 0, []
        for now in x.unflatten(1, (-1, CHANNELS)):
            u = DECAY * m + now
            s = Fire.apply(self.bn(u[:, :, None, None])[:, :, 0, 0] - THRESHOLD, self.surrogate)
            r = s.detach() if self.detach else s
            m = u * (1 - r) if self.hard else u - THRESHOLD * r
            spikes.append(s.flatten())
        return torch.stack(spikes)

    def kept(self):
        return torch.cat([self.bn.running_mean, self.bn.running_var])


def cases():
    for surrogate, weight, eps, momentum in (
        ("atan", [1.0, 1.0, 1.0], 1e-5, 0.1),
        ("sigmoid", [0.8, -1.2, 0.0], 1e-3, 0.3),
    ):
        for hard, detach in RESETS:
            bias = [0.0, 0.3, 0.6]
            node = MpbnNode(surrogate, hard, detach, weight, bias, eps, momentum)
            yield {"words": words(f"weights {weight}", hard=hard, detach=detach), "surrogate": surrogate,
                   "numbers": [DECAY, THRESHOLD, hard, detach, False, eps, momentum],
                   "node": node, "learned": [weight, bias], "parameters": [node.bn.weight, node.bn.bias]}
