"""SpikingJelly's LIFNode, whose decay is 1 - 1 / tau."""
from make_neurons import OUR_THRESHOLD, RESETS, START, common, words
from spikingjelly.activation_based import neuron


def cases():
    for decay, surrogate in ((0.5, "sigmoid"), (0.25, "rectangle")):
        for hard, detach in RESETS:
            for decay_input in (False, True):
                settings = common(surrogate, hard, detach)
                yield {"words": words(f"decay {decay}", hard=hard, detach=detach, decay_input=decay_input),
                       "surrogate": surrogate, "numbers": [decay, OUR_THRESHOLD, hard, detach, decay_input],
                       "node": neuron.LIFNode(tau=1 / (1 - decay), decay_input=decay_input, **settings).double()}
    for hard, detach in RESETS:
        node = neuron.LIFNode(tau=2.0, decay_input=False, **common("sigmoid", hard, detach)).double()
        node.v = START
        yield {"words": words("decay 0.5", hard=hard, detach=detach), "surrogate": "sigmoid", "start": START,
               "numbers": [0.5, OUR_THRESHOLD, hard, detach, False], "node": node}
