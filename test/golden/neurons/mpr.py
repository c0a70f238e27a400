"""The membrane remap by the formula of its authors' program (github.com/yfguo91/Re-Loss), which no library has: there the
membrane that fires is remapped, that which is carried is not, a spike is twice the threshold, decay is 1 and the reset is
soft; other thresholds, decays and resets are ours."""
import math

import torch
from make_neurons import OUR_THRESHOLD, RESETS, START, THRESHOLD, make_surrogate, words


def remapped(w):
    # Each part is made of numbers inside its range: a derivative outside would be infinite, and the choice makes it NaN.
    above = w.clamp(min=1.0) ** (1 / 3)
    below = 1.0 - (1.0 - w.clamp(max=0.0)) ** (1 / 3)
    between = 0.5 + torch.tanh(3.0 * (w - 0.5)) / (2.0 * math.tanh(1.5))
    return torch.where(w > 1.0, above, torch.where(w < 0.0, below, between))


class Remapping(torch.nn.Module):
    def __init__(self, surrogate, decay, hard, detach, v=0.0):
        super().__init__()
        self.fire, self.decay, self.hard, self.detach, self.v = make_surrogate(surrogate), decay, hard, detach, v

    def forward(self, x):
        high, mem, spikes = 2 * THRESHOLD, self.v, []
        for current in x:
            mem = self.decay * mem + current
            spike = self.fire(high * (remapped(mem / high) - 0.5))
            inside = spike.detach() if self.detach else spike
            mem = mem * (1.0 - inside) if self.hard else mem - high * inside
            spikes.append(spike)
        return torch.stack(spikes)


def cases():
    for decay, surrogate in ((1.0, "rectangle"), (0.5, "atan")):
        for hard, detach in RESETS:
            for start in (None, START):
                node = Remapping(surrogate, decay, hard, detach, 0.0 if start is None else start)
                yield {"words": words(f"decay {decay}", hard=hard, detach=detach), "surrogate": surrogate,
                       "numbers": [decay, OUR_THRESHOLD, hard, detach], "node": node, "start": start}
