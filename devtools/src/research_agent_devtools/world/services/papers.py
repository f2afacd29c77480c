"""arXiv, OpenAlex, Semantic Scholar, Crossref, Europe PMC and PubMed, as their APIs answered in 2026."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from research_agent_devtools.world.matching import best
from research_agent_devtools.world.publications import PAPERS, Published

__all__ = ["arxiv", "crossref", "europepmc", "full_text", "openalex", "pmids", "records", "semanticscholar"]

SYNTAX = ("HAS_ABSTRACT:y", "hasabstract", "AND", "OR", "all:")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def arxiv(request: web.Request, url: str) -> web.Response:
    """`/api/query`, in Atom."""
    query = request.query.get("search_query", "")
    found = _found(query, "arxiv", int(request.query.get("max_results", 10)))
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{url}/api/query</id><title>arXiv Query: search_query={escape(query)}</title>"
        f"<updated>2026-10-01T00:00:00Z</updated><opensearch:totalResults>{len(found)}</opensearch:totalResults>"
        f"<opensearch:startIndex>0</opensearch:startIndex>{''.join(map(_entry, found))}</feed>"
    )
    return web.Response(text=feed, content_type="application/atom+xml")


def _entry(paper: Published) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in _names(paper))
    doi = f"<arxiv:doi>{paper.doi}</arxiv:doi>" if paper.doi else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.arxiv}v1</id><title>{escape(paper.title)}</title>"
        f"<updated>{paper.day}T09:00:00Z</updated>"
        f'<link href="https://arxiv.org/abs/{paper.arxiv}v1" rel="alternate" type="text/html"/>'
        f"<summary>{escape(paper.abstract)}</summary>"
        f'<category term="{paper.category}" scheme="http://arxiv.org/schemas/atom"/>'
        f"<published>{paper.day}T09:00:00Z</published>"
        f'<arxiv:primary_category term="{paper.category}"/>{authors}{doi}</entry>'
    )


def openalex(request: web.Request, url: str) -> web.Response:
    """`/works`, with abstracts as an inverted index."""
    found = _found(request.query.get("search", ""), "openalex", int(request.query.get("per_page", 25)))
    meta = {"count": len(found), "db_response_time_ms": 9, "page": 1, "per_page": 25, "groups_count": None}
    left = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "87", "X-RateLimit-Reset": "3600"}
    body = {"meta": {**meta, "cost_usd": 0.001}, "results": list(map(_work, found)), "group_by": []}
    return web.json_response(body, headers=left)


def _work(paper: Published) -> dict[str, Any]:
    number = f"https://openalex.org/{paper.openalex}"
    doi = f"https://doi.org/{paper.doi}" if paper.doi else None
    landing = doi or f"https://arxiv.org/abs/{paper.arxiv}"
    ids = {"openalex": number, "doi": doi, "pmid": paper.pmid and f"https://pubmed.ncbi.nlm.nih.gov/{paper.pmid}"}
    index: dict[str, list[int]] = {}
    for at, word in enumerate(paper.abstract.split()):
        index.setdefault(word, []).append(at)
    return {
        "id": number,
        "doi": doi,
        "title": paper.title,
        "publication_year": paper.date[0],
        "publication_date": paper.day,
        "language": "en",
        "type": "article",
        "ids": {name: value for name, value in ids.items() if value},
        "primary_location": {
            "is_oa": bool(paper.arxiv),
            "landing_page_url": landing,
            "source": {"display_name": paper.venue, "type": "journal"} if paper.venue else None,
        },
        "authorships": [
            {"author_position": "middle", "author": {"display_name": name}, "raw_author_name": name}
            for name in _names(paper)
        ],
        "cited_by_count": paper.cited,
        "is_retracted": False,
        "abstract_inverted_index": index,
    }


def semanticscholar(request: web.Request, url: str) -> web.Response:
    """`/graph/v1/paper/search`; one that finds nothing has no `data`."""
    found = _found(request.query.get("query", ""), "s2", int(request.query.get("limit", 100)))
    if not found:
        return web.json_response({"total": 0, "offset": 0})
    return web.json_response({"total": len(found), "offset": 0, "data": list(map(_paper, found))})


def _paper(paper: Published) -> dict[str, Any]:
    ids = {"DOI": paper.doi.upper(), "ArXiv": paper.arxiv, "PubMed": paper.pmid, "PubMedCentral": paper.pmcid}
    return {
        "paperId": paper.s2,
        "externalIds": {**{name: value for name, value in ids.items() if value}, "CorpusId": int(paper.s2[:2], 16)},
        "url": f"https://www.semanticscholar.org/paper/{paper.s2}",
        "title": paper.title,
        "abstract": None if paper.pmid and not paper.pmcid else paper.abstract,
        "venue": paper.venue,
        "year": paper.date[0],
        "citationCount": paper.cited,
        "publicationDate": paper.day,
        "tldr": {"model": "tldr@v2.0.0", "text": paper.title},
        "authors": [{"authorId": str(number), "name": name} for number, name in enumerate(_names(paper), 9000)],
    }


def crossref(request: web.Request, url: str) -> web.Response:
    """`/works`, with abstracts in JATS."""
    found = _found(request.query.get("query.bibliographic", ""), "doi", int(request.query.get("rows", 20)))
    items = [
        {
            "DOI": paper.doi,
            "type": "journal-article",
            "title": [paper.title],
            "author": [
                {"given": given, "family": family, "sequence": "additional", "affiliation": []}
                for given, family in paper.authors
            ],
            "container-title": [paper.venue],
            "abstract": f"<jats:title>Abstract</jats:title><jats:p>{escape(paper.abstract)}</jats:p>",
            "is-referenced-by-count": paper.cited,
            "issued": {"date-parts": [list(paper.date)]},
        }
        for paper in found
    ]
    message = {"facets": {}, "total-results": len(items), "items": items, "items-per-page": 20}
    query = {"query": {"start-index": 0, "search-terms": None}}
    head = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0"}
    return web.json_response({**head, "message": {**message, **query}})


def europepmc(request: web.Request, url: str) -> web.Response:
    """`/europepmc/webservices/rest/search`, `resultType=core`."""
    query = request.query.get("query", "")
    found = _found(query, "pmid", int(request.query.get("pageSize", 25)))
    body = {"version": "6.9", "hitCount": len(found), "request": {"queryString": query, "resultType": "core"}}
    return web.json_response({**body, "resultList": {"result": list(map(_result, found))}})


def _result(paper: Published) -> dict[str, Any]:
    known = {"id": paper.pmid, "source": "MED", "pmid": paper.pmid, "doi": paper.doi}
    is_open = "Y" if paper.body else "N"
    return {
        **known,
        **({"pmcid": f"PMC{paper.pmcid}"} if paper.pmcid else {}),
        "title": f"{paper.title}.",
        "authorString": f"{', '.join(f'{family} {given[0]}' for given, family in paper.authors)}.",
        "authorList": {
            "author": [
                {"fullName": f"{family} {given[0]}", "firstName": given, "lastName": family, "initials": given[0]}
                for given, family in paper.authors
            ]
        },
        "journalInfo": {"yearOfPublication": paper.date[0], "journal": {"title": paper.venue}},
        "pubYear": str(paper.date[0]),
        "abstractText": f"<h4>Background</h4>{escape(paper.abstract)}",
        "language": "eng",
        "isOpenAccess": is_open,
        "inEPMC": is_open,
        "citedByCount": paper.cited,
        **({"license": "cc by"} if paper.body else {}),
        "firstPublicationDate": paper.day,
    }


def full_text(request: web.Request, url: str) -> web.Response:
    """`/europepmc/webservices/rest/{pmcid}/fullTextXML`, in JATS."""
    known = {f"PMC{paper.pmcid}": paper for paper in PAPERS if paper.body}
    paper = known.get(request.match_info["pmcid"])
    if paper is None:
        return web.Response(status=404)
    sections = "".join(
        f"<sec><title>{escape(heading)}</title><p>{escape(said)}</p></sec>" for heading, said in paper.body
    )
    article = (
        '<?xml version="1.0" encoding="UTF-8"?><article article-type="research-article"><front><article-meta>'
        f'<article-id pub-id-type="doi">{paper.doi}</article-id>'
        f"<title-group><article-title>{escape(paper.title)}</article-title></title-group>"
        f"<abstract><p>{escape(paper.abstract)}</p></abstract></article-meta></front>"
        f"<body>{sections}</body><back><ref-list><ref><label>1</label></ref></ref-list></back></article>"
    )
    return web.Response(text=article, content_type="application/xml")


def pmids(request: web.Request, url: str) -> web.Response:
    """`esearch.fcgi`, `retmode=json`."""
    found = _found(request.query.get("term", ""), "pmid", int(request.query.get("retmax", 20)))
    told = {"count": str(len(found)), "retmax": str(len(found)), "retstart": "0", "translationset": []}
    result = {**told, "idlist": [paper.pmid for paper in found], "querytranslation": ""}
    return web.json_response({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})


def records(request: web.Request, url: str) -> web.Response:
    """`efetch.fcgi`, `retmode=xml`."""
    known = {paper.pmid: paper for paper in PAPERS if paper.pmid}
    wanted = [known[number] for number in request.query.get("id", "").split(",") if number in known]
    head = (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2026//EN" '
    )
    dtd = '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n'
    text = f"{head}{dtd}<PubmedArticleSet>{''.join(map(_record, wanted))}</PubmedArticleSet>"
    return web.Response(text=text, content_type="text/xml")


def _record(paper: Published) -> str:
    year, month, day = paper.date
    authors = "".join(
        f'<Author ValidYN="Y"><LastName>{escape(family)}</LastName><ForeName>{escape(given)}</ForeName></Author>'
        for given, family in paper.authors
    )
    first, rest = paper.abstract.split(". ", 1)
    pmc = f'<ArticleId IdType="pmc">PMC{paper.pmcid}</ArticleId>' if paper.pmcid else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{paper.pmid}</PMID>'
        f'<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Internet"><PubDate><Year>{year}</Year>'
        f"<Month>{MONTHS[month - 1]}</Month><Day>{day:02}</Day></PubDate></JournalIssue>"
        f"<Title>{escape(paper.venue)}</Title></Journal><ArticleTitle>{escape(paper.title)}.</ArticleTitle>"
        f'<Abstract><AbstractText Label="BACKGROUND">{escape(first)}.</AbstractText>'
        f'<AbstractText Label="RESULTS">{escape(rest)}</AbstractText></Abstract>'
        f'<AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language></Article></MedlineCitation>'
        f'<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{paper.pmid}</ArticleId>'
        f'<ArticleId IdType="doi">{paper.doi}</ArticleId>{pmc}</ArticleIdList></PubmedData></PubmedArticle>'
    )


def _found(query: str, known_by: str, limit: int) -> list[Published]:
    """The papers on the query that a service knows, which it does by the identifier of that name."""
    for mark in SYNTAX:
        query = query.replace(mark, " ")
    known = {str(number): paper for number, paper in zip(count(), _known(known_by), strict=False)}
    return [known[name] for name in best(query, {name: paper.words for name, paper in known.items()})[:limit]]


def _known(by: str) -> Iterable[Published]:
    return (paper for paper in PAPERS if getattr(paper, by))


def _names(paper: Published) -> list[str]:
    return [f"{given} {family}" for given, family in paper.authors]
