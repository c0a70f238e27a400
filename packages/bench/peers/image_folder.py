"""An epoch of a folder of images by torchvision's ImageFolder and PyTorch's DataLoader; one for each line of standard input.

    python image_folder.py DIR WORKERS BATCH floats|bytes

The answer to a line is one line of JSON. `floats`: as networks of PyTorch take them, normalised; `bytes`: as the decoder
gives them, which is what the other side gives.
"""
import json
import sys
import time

import torch
from torchvision import transforms
from torchvision.datasets import ImageFolder

folder, workers, batch, form = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
# Loading is the workers' work; the process itself only waits for them.
torch.set_num_threads(1)
last = {
    "floats": [transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])],
    "bytes": [transforms.PILToTensor()],
}[form]
augment = [transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip()]
data = ImageFolder(folder, transforms.Compose(augment + last))
loader = torch.utils.data.DataLoader(
    data, batch_size=batch, shuffle=True, num_workers=workers, persistent_workers=True
)
for _ in sys.stdin:
    begin = time.perf_counter()
    images = sum(len(labels) for _, labels in loader)
    print(json.dumps({"images": images, "seconds": time.perf_counter() - begin}), flush=True)
