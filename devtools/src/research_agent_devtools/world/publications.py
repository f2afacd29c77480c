"""What the fake world has published: a few papers in our own words, free to copy; none of them exists."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PAPERS", "Published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """
    A paper, and by which identifiers each service knows it; "" where a service does not have it.

    `authors` are (given, family), `body` the open full text as (heading, paragraph).
    """

    title: str
    abstract: str
    authors: tuple[tuple[str, str], ...]
    date: tuple[int, int, int]
    venue: str = ""
    cited: int = 0
    doi: str = ""
    arxiv: str = ""
    category: str = "cs.CL"
    openalex: str = ""
    s2: str = ""
    pmid: str = ""
    pmcid: str = ""
    body: tuple[tuple[str, str], ...] = ()

    @property
    def day(self) -> str:
        """The date in ISO 8601."""
        return "{:04}-{:02}-{:02}".format(*self.date)

    @property
    def words(self) -> str:
        """All that a search looks through."""
        return " ".join((self.title, self.abstract, *(part for pair in self.body for part in pair)))


PAPERS: tuple[Published, ...] = (
    Published(
        title="Soft lookups: what attention stores in a transformer architecture",
        abstract=(
            "The transformer architecture replaces recurrence with attention, which can be read as a soft lookup in a "
            "table of keys and values. We trained 24 small models and removed one attention head at a time. "
            "In 19 of the 24 models, removing the head that copies the previous token cost more accuracy than "
            "removing any other head."
        ),
        authors=(("Ilse", "Vandermolen"), ("Tomas", "Okafor")),
        date=(2025, 3, 14),
        venue="Proceedings of the Workshop on Small Models",
        cited=57,
        doi="10.5555/world.2025.101",
        arxiv="2503.90101",
        openalex="W9000000101",
        s2="a1" * 20,
    ),
    Published(
        title="Encoders and decoders compared: the transformer architecture on short texts",
        abstract=(
            "We compare encoder-only and decoder-only transformers on the classification of short texts. "
            "With fewer than 1,000 labelled examples the encoder was ahead by 6 points; with 50,000 the difference "
            "vanished. Attention over both directions is what helped."
        ),
        authors=(("Noor", "Haddad"), ("Pia", "Lindqvist"), ("Ravi", "Menon")),
        date=(2026, 1, 20),
        category="cs.LG",
        cited=4,
        arxiv="2601.90202",
        openalex="W9000000202",
        s2="b2" * 20,
    ),
    Published(
        title="Photosynthesis under flickering light: chloroplasts keep their rhythm",
        abstract=(
            "Photosynthesis is usually measured under steady light. We grew 60 bean plants under light that flickered "
            "ten times a second. Chloroplasts fixed 11 percent less carbon dioxide than under steady light, and "
            "recovered within two days. Attention to the light of the laboratory therefore matters."
        ),
        authors=(("Marta", "Szabo"), ("Jun", "Ishii")),
        date=(2025, 9, 2),
        venue="Journal of Plant Light",
        cited=12,
        doi="10.5555/world.2025.303",
        openalex="W9000000303",
        s2="c3" * 20,
        pmid="90000303",
        pmcid="9000303",
        body=(
            ("Introduction", "Leaves in a forest see light that changes from second to second."),
            ("Results", "Under flickering light the stomata of the bean plants stayed open for 40 minutes longer."),
            ("Discussion", "A flicker of ten times a second is what cheap lamps do, so that it is met in many a room."),
        ),
    ),
    Published(
        title="Sleep after learning: a trial of short naps and attention in 212 nurses",
        abstract=(
            "Sleep is known to help memory. In this trial 212 nurses on night shifts took a nap of 20 minutes or none. "
            "Those who slept made 31 percent fewer errors in a test of attention. No patient was harmed."
        ),
        authors=(("Adaeze", "Nwosu"), ("Karl", "Brandt")),
        date=(2024, 11, 5),
        venue="Annals of Shift Work",
        cited=33,
        doi="10.5555/world.2024.404",
        openalex="W9000000404",
        s2="d4" * 20,
        pmid="90000404",
    ),
    Published(
        title="How a city of 33 square kilometres moves: attention to walking in Macau",
        abstract=(
            "Macau is one of the most densely populated places on Earth. We counted walkers on 18 bridges and streets. "
            "On working days 41 percent of all ways were made on foot."
        ),
        authors=(("Leonor", "Pacheco"),),
        date=(2023, 6, 30),
        venue="Cities on Foot",
        cited=9,
        doi="10.5555/world.2023.505",
        openalex="W9000000505",
    ),
)
