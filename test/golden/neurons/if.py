"""SpikingJelly's IFNode."""
from make_neurons import OUR_THRESHOLD, RESETS, START, common, words
from spikingjelly.activation_based import neuron


def cases():
    for hard, detach in RESETS:
        yield {"words": words(hard=hard, detach=detach), "surrogate": "sigmoid", "numbers": [OUR_THRESHOLD, hard, detach],
               "node": neuron.IFNode(**common("sigmoid", hard, detach)).double()}
    for hard, detach in RESETS:
        node = neuron.IFNode(**common("sigmoid", hard, detach)).double()
        node.v = START
        yield {"words": words(hard=hard, detach=detach), "surrogate": "sigmoid", "numbers": [OUR_THRESHOLD, hard, detach],
               "node": node, "start": START}
