"""SpikingJelly's ParametricLIFNode, which starts at the decay 1 - 1 / init_tau."""
import torch
from make_neurons import OUR_THRESHOLD, RESETS, START, common, words
from spikingjelly.activation_based import neuron


def cases():
    for decay, surrogate in ((0.5, "atan"), (0.25, "triangle")):
        for hard, detach in RESETS:
            for decay_input in (False, True):
                tau = 1 / (1 - decay)
                settings = common(surrogate, hard, detach)
                node = neuron.ParametricLIFNode(init_tau=tau, decay_input=decay_input, **settings).double()
                # The initial w is made in single precision.
                node.w.data = -torch.log(torch.tensor(tau - 1.0, dtype=torch.float64))
                yield {"words": words(f"decay {decay}", hard=hard, detach=detach, decay_input=decay_input),
                       "surrogate": surrogate, "numbers": [0, OUR_THRESHOLD, hard, detach, decay_input],
                       "node": node, "learned": [[node.w.item()]], "parameters": [node.w]}
    for hard, detach in RESETS:
        node = neuron.ParametricLIFNode(init_tau=2.0, decay_input=True, **common("atan", hard, detach)).double()
        node.v = START
        yield {"words": words("decay 0.5", hard=hard, detach=detach, decay_input=True), "surrogate": "atan",
               "numbers": [0, OUR_THRESHOLD, hard, detach, True], "node": node, "learned": [[node.w.item()]],
               "parameters": [node.w], "start": START}
