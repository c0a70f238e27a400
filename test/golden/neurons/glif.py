"""SpikingJelly's GatedLIFNode of a layer and of four channels. It cannot detach its reset: those cases are its formula with
the spike of the step before detached."""
import math

import torch
from make_neurons import NEURONS, START, STEPS, THRESHOLD, make_surrogate
from spikingjelly.activation_based import functional, neuron

CHANNELS = 4
NAMES = ("alpha", "beta", "gamma", "tau", "v_threshold", "linear_decay", "v_subreset", "conduct")


class Gated(torch.nn.Module):
    """x [T, neurons], whose last dimension is channels, as a node gets it: [T, N, C, H, W]."""

    def __init__(self, surrogate, channels, detach, v=0.0):
        super().__init__()
        self.node = neuron.GatedLIFNode(STEPS, channels, surrogate_function=make_surrogate(surrogate)).double()
        for name in NAMES:
            parameter = getattr(self.node, name)
            if name in ("alpha", "beta", "gamma", "conduct"):
                parameter.data = torch.randn_like(parameter)
            elif name == "v_threshold":
                parameter.data.fill_(math.log(THRESHOLD / (1 - THRESHOLD)))
            else:
                parameter.data += 0.3 * torch.randn_like(parameter)
        self.detach, self.v = detach, v

    def forward(self, x):
        as_images = lambda values: values.reshape(*values.shape[:-1], -1, CHANNELS, 1, 1)
        images = as_images(x)
        v = as_images(self.v) if torch.is_tensor(self.v) else self.v
        if not self.detach:
            self.node.v = v
            return self.node(images).reshape(x.shape)
        shaped = [getattr(self.node, name).view(-1, 1, 1).sigmoid() for name in NAMES[:-1]]
        spike, spikes = torch.zeros_like(images[0]), []
        for current, conduct in zip(images, self.node.conduct):
            g = conduct.view(-1, 1, 1).sigmoid()
            spike, v = functional.gated_lif_step(current, v, spike.detach(), *shaped, g, self.node.surrogate_function)
            spikes.append(spike)
        return torch.stack(spikes).reshape(x.shape)


def cases():
    for channels in (None, CHANNELS):
        for detach in (False, True):
            for surrogate, start in (("sigmoid", None), ("triangle", START)):
                gated = Gated(surrogate, channels, detach, 0.0 if start is None else start)
                parameters = [getattr(gated.node, name) for name in NAMES]
                yield {"words": f"{channels or 'no'} channels" + ", detached" * detach, "surrogate": surrogate,
                       "numbers": [channels is not None, detach], "node": gated, "start": start,
                       "learned": [p.detach().reshape(-1).tolist() for p in parameters], "parameters": parameters}
