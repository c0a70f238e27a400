"""SpikingJelly's ThresholdDependentBatchNorm2d, whose weight is kestirme's times alpha * threshold."""
from make_norms import CHANNELS, Layer
from spikingjelly.activation_based import layer

SHAPES = [[CHANNELS], [CHANNELS]]


def make(deviation):
    return Layer(layer.ThresholdDependentBatchNorm2d(0.5, 2 * deviation, CHANNELS), deviation)
