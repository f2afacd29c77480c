"""One small body of each service of papers, with every field that is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BODIES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "openalex": (
        "read",
        {
            "meta": {"count": 1},
            "results": [
                {
                    "id": "https://openalex.org/W1",
                    "doi": "https://doi.org/10.1000/A.b",
                    "title": "A <i>title</i>",
                    "publication_date": "2026-01-02",
                    "publication_year": 2026,
                    "language": "en",
                    "authorships": [{"author": {"display_name": "Ada Bell"}, "raw_author_name": "Bell, A"}],
                    "primary_location": {"landing_page_url": "https://x.example", "source": {"display_name": "J"}},
                    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/12", "pmcid": "PMC3"},
                    "cited_by_count": 3,
                    "is_retracted": True,
                    "type": "article",
                    "abstract_inverted_index": {"It": [0], "is": [1, 3], "so": [2]},
                }
            ],
        },
    ),
    "semanticscholar": (
        "read",
        {
            "total": 1,
            "data": [
                {
                    "paperId": "0" * 40,
                    "externalIds": {"DOI": "10.1000/a", "ArXiv": "2401.00001", "PubMed": "1"},
                    "title": "A title",
                    "abstract": "It is p<0.05 &amp; so.",
                    "year": 2024,
                    "publicationDate": "2024-01-01",
                    "authors": [{"name": "Ada Bell"}],
                    "venue": "J",
                    "url": "https://www.semanticscholar.org/paper/0",
                    "citationCount": 2,
                    "tldr": {"model": "m", "text": "Short."},
                }
            ],
        },
    ),
    "crossref": (
        "read",
        {
            "status": "ok",
            "message": {
                "items": [
                    {
                        "DOI": "10.1000/a",
                        "title": ["A title"],
                        "author": [{"given": "Ada", "family": "Bell", "name": "x"}],
                        "issued": {"date-parts": [[2024, 1, 31]]},
                        "abstract": "<jats:title>A</jats:title><jats:p>It.</jats:p>",
                        "type": "journal-article",
                        "container-title": ["J"],
                        "is-referenced-by-count": 3,
                    }
                ]
            },
        },
    ),
    "europepmc": (
        "read",
        {
            "hitCount": 1,
            "resultList": {
                "result": [
                    {
                        "id": "1",
                        "source": "MED",
                        "pmid": "1",
                        "pmcid": "PMC2",
                        "doi": "10.1000/a",
                        "title": "A title.",
                        "authorString": "Bell A, Hu B.",
                        "authorList": {"author": [{"firstName": "Ada", "lastName": "Bell"}]},
                        "journalInfo": {"journal": {"title": "J"}},
                        "pubYear": "2024",
                        "abstractText": "<h4>Aim</h4>It is.",
                        "isOpenAccess": "Y",
                        "citedByCount": 0,
                        "license": "cc by",
                        "language": "eng",
                        "firstPublicationDate": "2024-01-31",
                    }
                ]
            },
        },
    ),
    "pubmed": ("read_numbers", {"esearchresult": {"count": "2", "idlist": ["1", "2"], "ERROR": ""}, "error": ""}),
}
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>
<id>http://arxiv.org/abs/2401.00001v2</id><title>A title</title><summary>It is so.</summary>
<published>2024-01-01T00:00:00Z</published><arxiv:primary_category term="cs.CL"/><arxiv:doi>10.1000/a</arxiv:doi>
<author><name>Ada Bell</name></author></entry></feed>"""
RECORDS = b"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate>
<Year>2024</Year><Month>Mar</Month><Day>5</Day></PubDate></JournalIssue><Title>J</Title></Journal><ArticleTitle>A
<i>title</i>.</ArticleTitle><ELocationID EIdType="doi">10.1000/a</ELocationID><Abstract><AbstractText Label="AIM">It
is <b>so</b>.</AbstractText><AbstractText Label="END">Yes.</AbstractText></Abstract><AuthorList><Author>
<LastName>Bell</LastName><ForeName>Ada</ForeName></Author></AuthorList><Language>eng</Language></Article>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pmc">PMC3</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""
ARTICLE = b"""<article><front><article-meta><abstract><p>Short.</p></abstract></article-meta></front><body><sec>
<title>One</title><p>It is<sup><xref ref-type="bibr">1</xref></sup> so.</p><list><list-item><p>This</p></list-item>
</list></sec>
<fig><caption><p>No.</p></caption></fig></body></article>"""
