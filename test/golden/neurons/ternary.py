"""Ternary spikes as the authors' program has them (Guo et al. 2024, "Ternary Spike"), which fires at the threshold.

A spike is sign(u) times a step at |u|, and |s| in the reset keeps PyTorch's derivative, sign(s).
"""
import torch
from make_neurons import OUR_THRESHOLD, RESETS, THRESHOLD, make_surrogate, words


class Ternary(torch.nn.Module):
    def __init__(self, surrogate, decay, hard, detach, decay_input, amplitude=None):
        super().__init__()
        self.fire, self.decay, self.hard, self.detach = make_surrogate(surrogate), decay, hard, detach
        self.scale = 1 - decay if decay_input else 1
        self.amplitude = amplitude

    def forward(self, x_seq):
        m, sent = torch.zeros_like(x_seq[0]), []
        for x in x_seq:
            u = self.decay * m + self.scale * x
            s = torch.sign(u) * self.fire(u.abs() - THRESHOLD)
            r = s.detach() if self.detach else s
            m = u * (1 - r.abs()) if self.hard else u - THRESHOLD * r
            sent.append(s if self.amplitude is None else self.amplitude * s)
        return torch.stack(sent)


def cases(amplitudes=(None, None)):
    for (decay, surrogate), amplitude in zip(((0.25, "rectangle"), (0.5, "atan")), amplitudes):
        for hard, detach in RESETS:
            for decay_input in (False, True):
                a = None if amplitude is None else torch.tensor([amplitude], dtype=torch.float64, requires_grad=True)
                node = Ternary(surrogate, decay, hard, detach, decay_input, a)
                yield {"words": words(f"decay {decay}", hard=hard, detach=detach, decay_input=decay_input),
                       "surrogate": surrogate, "numbers": [decay, OUR_THRESHOLD, hard, detach, decay_input],
                       "node": node} | ({} if a is None else {"learned": [[amplitude]], "parameters": [a]})
