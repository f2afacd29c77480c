"""
What the check was before the judge: word rules alone, as measured at a5861b8 on the whole of each set.

A set that is measured again may be half of it: the other half is kept back.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HEADS", "MEASURED_AT", "WORD_RULES"]

MEASURED_AT = "a5861b8"
HEADS = ("true", "false", "true_accepted", "false_accepted", "auroc", "balanced_accuracy")
WORD_RULES: Mapping[str, tuple[int, int, float, float, float, float]] = {
    "lfqa_webgpt": (613, 16, 0.61, 0.12, 0.89, 0.74),
    "lfqa_gpt3_wdoc": (554, 72, 0.28, 0.04, 0.83, 0.62),
    "lfqa_gpt3_whudoc": (482, 129, 0.26, 0.02, 0.91, 0.62),
    "lfqa_alpaca_wdoc": (281, 120, 0.50, 0.05, 0.91, 0.72),
    "ab_stanford_gensearch": (362, 351, 0.35, 0.09, 0.81, 0.63),
    "ab_hagrid": (439, 344, 0.30, 0.10, 0.83, 0.60),
    "ab_expertqa": (319, 311, 0.13, 0.09, 0.58, 0.52),
    "factcheckgpt": (627, 144, 0.25, 0.18, 0.61, 0.53),
    "faithbench": (1950, 545, 0.44, 0.34, 0.63, 0.55),
    "summedits_news": (226, 322, 0.31, 0.23, 0.51, 0.54),
    "summedits_scitldr": (128, 297, 0.07, 0.14, 0.41, 0.46),
}
"""By file name; the values are those of `HEADS`."""
