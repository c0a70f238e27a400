"""The neuron of Diet-SNN by the formula of its authors' program (github.com/nitin-rathi/DIET-SNN), which no library has:
membranes are compared in units of the threshold, and the reset is what the threshold was times a spike without gradient. A
spike leaves in the step in which it is fired; hard resets, and resets that let the gradient pass, are ours."""
import torch
from make_neurons import OUR_THRESHOLD, RESETS, START, THRESHOLD, make_surrogate, words


class Diet(torch.nn.Module):
    def __init__(self, surrogate, threshold, decay, hard, detach, v=0.0):
        super().__init__()
        self.threshold, self.decay = (torch.nn.Parameter(torch.tensor(n, dtype=torch.float64)) for n in (threshold, decay))
        self.fire, self.hard, self.detach, self.v = make_surrogate(surrogate), hard, detach, v

    def forward(self, x):
        mem, subtracted, spikes = self.v, 0.0, []
        for current in x:
            mem = self.decay * mem + current - subtracted
            spike = self.fire(mem / self.threshold - 1.0)
            inside = spike.detach() if self.detach else spike
            if self.hard:
                mem = mem * (1.0 - inside)
            else:
                subtracted = self.threshold * inside
            spikes.append(spike)
        return torch.stack(spikes)


def cases():
    for decay, surrogate in ((0.9, "damped-triangle"), (0.5, "atan")):
        for hard, detach in RESETS:
            for start in (None, START):
                node = Diet(surrogate, THRESHOLD, decay, hard, detach, 0.0 if start is None else start)
                yield {"words": words(f"decay {decay}", hard=hard, detach=detach), "surrogate": surrogate,
                       "numbers": [hard, detach], "node": node, "learned": [[OUR_THRESHOLD], [decay]],
                       "parameters": [node.threshold, node.decay], "start": start}
