"""What the fake world knows: short articles and stories in our own words, free to copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ARTICLES", "COMMENTS", "DISAMBIGUATIONS", "REDIRECTS", "STORIES"]

ARTICLES: Mapping[str, str] = {
    "Transformer (deep learning architecture)": (
        "The transformer is a neural network architecture built around attention instead of recurrence. "
        "It was introduced in 2017 by eight researchers at Google in the paper Attention Is All You Need. "
        "Text is cut into tokens, and each token becomes a vector that is looked up in an embedding table. "
        "At every layer each token is weighed against the other tokens by multi-head attention, so that "
        "important tokens count for more and unimportant ones for less. "
        "Because a transformer has no recurrent units, its training runs in parallel and takes less time "
        "than that of earlier recurrent networks such as long short-term memory. "
        "The original transformer has an encoder, which reads the input, and a decoder, which writes the output."
    ),
    "Attention (machine learning)": (
        "In machine learning, attention is a method that decides how much each part of a sequence matters "
        "to every other part. "
        "In a transformer, three vectors are computed for each token: a query, a key and a value. "
        "The weight between two tokens is the dot product of a query and a key, scaled by the square root of "
        "the key's dimension and passed through a softmax. "
        "The output for a token is the sum of all value vectors, each multiplied by its weight. "
        "Several attention heads work side by side, and each head can learn another kind of relation. "
        "Attention was first used in 2014 for machine translation with recurrent networks."
    ),
    "BERT (language model)": (
        "BERT is a language model that researchers at Google introduced in October 2018. "
        "It is an encoder-only transformer: it reads the words on both sides of each word at once. "
        "BERT is trained by hiding fifteen percent of the tokens and predicting the hidden ones, and by "
        "telling whether one sentence follows another. "
        "It is used for classifying text, for finding answers in a passage and for search. "
        "BERT was made in two sizes, with 110 million and 340 million parameters."
    ),
    "Generative pre-trained transformer": (
        "A generative pre-trained transformer, or GPT, is a large language model that writes text. "
        "OpenAI introduced the first GPT model in June 2018. "
        "A GPT is a decoder-only transformer: it reads text from left to right and predicts the next token. "
        "GPT models are first trained on large amounts of unlabelled text and can then be fine-tuned. "
        "The main difference between GPT and BERT is that GPT generates text while BERT reads it in both "
        "directions to understand it."
    ),
    "Large language model": (
        "A large language model is a language model with very many parameters that is trained on a vast "
        "amount of text. The largest and most capable ones are generative pre-trained transformers. "
        "They answer questions, translate and write programs, and they also invent facts."
    ),
    "Recurrent neural network": (
        "A recurrent neural network reads a sequence step by step and carries a hidden state from one step "
        "to the next. Long short-term memory, published in 1997, eased the vanishing gradient problem. "
        "For language, recurrent networks have mostly been replaced by transformers."
    ),
    "Transformer (electrical device)": (
        "A transformer passes electrical energy from one circuit to another through a shared magnetic core. "
        "It raises or lowers alternating voltage; the ratio of the windings sets the ratio of the voltages. "
        "The first practical transformers were built in Budapest in 1885."
    ),
    "Photosynthesis": (
        "Photosynthesis is the process by which plants, algae and some bacteria turn light into chemical energy. "
        "Carbon dioxide and water become sugar, and oxygen is set free. "
        "In plants it takes place in chloroplasts, which hold the green pigment chlorophyll."
    ),
    "Macau": (
        "Macau is a special administrative region of China on the western side of the Pearl River Delta. "
        "About 720,000 people live there on 33 square kilometres, which makes it one of the most densely "
        "populated places on Earth. It was a Portuguese colony until 1999."
    ),
}

REDIRECTS: Mapping[str, str] = {
    "Transformer architecture": "Transformer (deep learning architecture)",
    "Attention mechanism": "Attention (machine learning)",
    "BERT": "BERT (language model)",
    "GPT": "Generative pre-trained transformer",
}

DISAMBIGUATIONS: Mapping[str, str] = {
    "Transformer": (
        "Transformer may refer to:\nTransformer (deep learning architecture)\nTransformer (electrical device)"
    ),
}

STORIES: tuple[Mapping[str, Any], ...] = (
    {
        "objectID": "101",
        "title": "A transformer architecture drawn by hand, step by step",
        "author": "inkwell",
        "points": 412,
        "num_comments": 96,
        "created_at": "2026-03-02T09:14:00Z",
    },
    {
        "objectID": "102",
        "title": "Ask HN: When is the attention mechanism the wrong tool?",
        "author": "slowreader",
        "points": 57,
        "num_comments": 31,
        "created_at": "2026-05-19T17:40:00Z",
        "story_text": (
            "The attention mechanism costs time that grows with the square of the sequence length.<p>"
            "For long sensor recordings a recurrent network was cheaper and it&#x27;s good enough."
        ),
    },
    {
        "objectID": "103",
        "title": "GPT and BERT: the differences that matter in production",
        "author": "opsnotes",
        "points": 188,
        "num_comments": 74,
        "created_at": "2025-11-08T06:02:00Z",
        "story_text": "BERT answers in milliseconds on a small processor; GPT writes text but needs far more memory.",
    },
    {
        "objectID": "104",
        "title": "Artificial photosynthesis reaches a new record",
        "author": "greenlab",
        "points": 240,
        "num_comments": 88,
        "created_at": "2026-01-21T12:00:00Z",
    },
)

COMMENTS: tuple[Mapping[str, Any], ...] = (
    {
        "objectID": "201",
        "story_id": 102,
        "story_title": "Ask HN: When is the attention mechanism the wrong tool?",
        "comment_text": (
            "We measured it: below five hundred tokens the attention mechanism was never the bottleneck."
            "<p>Above ten thousand tokens it&#x27;s most of the bill."
        ),
        "author": "metermaid",
        "created_at": "2026-05-20T08:00:00Z",
    },
    {"objectID": "202", "story_title": "A transformer architecture drawn by hand", "comment_text": "[deleted]"},
)
