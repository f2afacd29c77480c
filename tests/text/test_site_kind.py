"""Kinds of sites, from real addresses, and from addresses made to be taken for them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from research_agent.text.site_kind import MARKUP, SiteKinds
from research_agent.text.sites import SITES, site_of
from research_agent.types import SiteKind

OFFICIAL = """
https://www.gov.uk/state-pension https://www.nhs.uk/conditions/asthma/ https://www.usa.gov https://www.cdc.gov/flu/
https://www.state.gov/ https://www.defense.gov/ https://www.army.mil/ https://www.who.int/news https://www.itu.int/
https://www.lamoncloa.gob.es/ https://www.gob.mx/salud https://www.economie.gouv.fr/impots https://www.mhlw.go.jp/
https://www.jma.go.jp/jma/ https://www.bag.admin.ch/bag/de https://www.bmi.gv.at/ https://www.canada.ca/en.html
https://www.statcan.gc.ca/ https://www.health.govt.nz/ https://www.abs.gov.au/ https://www.rivm.nl/
https://www.bund.de/ https://www.destatis.de/DE/ https://ec.europa.eu/eurostat https://www.un.org/en/
https://www.oecd.org/ https://data.worldbank.org/ https://www.imf.org/ https://www.gov.br/saude/ https://www.gov.pl/
https://www.gov.za/ https://india.gov.in/ https://www.gov.cn/ https://www.mfa.go.kr/ https://www.ine.es/
https://www.boe.es/ https://www.ssb.no/ https://www.scb.se/ https://docs.python.org/3/
https://www.postgresql.org/docs/ https://gov.uk https://www.gub.uy/ https://www.leg.br/ https://www.mod.uk/
https://www.federalreserve.gov/
"""
PRESS = """
https://www.reuters.com/world/ https://apnews.com/article/x https://www.bbc.co.uk/news/1 https://www.bbc.com/news
https://www.theguardian.com/uk https://www.nytimes.com/2026/ https://www.lemonde.fr/ https://elpais.com/
https://www.spiegel.de/ https://www.tagesschau.de/ https://www.corriere.it/ https://g1.globo.com/
https://www.asahi.com/ https://www3.nhk.or.jp/news/ https://www.abc.net.au/news https://www.dw.com/en
https://www.aljazeera.com/ https://abcnews.go.com/x https://www1.folha.uol.com.br/
https://en.wikinews.org/wiki/Main_Page
"""
REFERENCE = """
https://en.wikipedia.org/wiki/Lumen https://de.m.wikipedia.org/wiki/Lumen https://www.wikidata.org/wiki/Q42
https://fr.wiktionary.org/wiki/eau https://www.britannica.com/topic/x https://www.merriam-webster.com/dictionary/x
https://dictionary.cambridge.org/x https://www.iso.org/standard/1.html https://www.rfc-editor.org/rfc/rfc9110
https://www.w3.org/TR/ https://html.spec.whatwg.org/ https://plato.stanford.edu/entries/x/ https://www.mit.edu/
https://www.cam.ac.uk/ https://www.u-tokyo.ac.jp/ https://www.anu.edu.au/ https://www.unam.edu.mx/
https://openlibrary.org/works/1 https://www.duden.de/ https://www.iitb.ac.in/
"""
RESEARCH = """
https://arxiv.org/abs/2401.00001 https://export.arxiv.org/abs/1 https://pubmed.ncbi.nlm.nih.gov/123/
https://pmc.ncbi.nlm.nih.gov/articles/PMC1/ https://europepmc.org/article/MED/1 https://doi.org/10.1000/182
https://www.nature.com/articles/1 https://www.thelancet.com/journals/1 https://journals.plos.org/plosone/article?id=1
https://link.springer.com/article/1 https://onlinelibrary.wiley.com/doi/1 https://academic.oup.com/x
https://dl.acm.org/doi/1 https://www.jstage.jst.go.jp/article/1 https://core.ac.uk/display/1
https://www.biorxiv.org/content/1 https://www.bmj.com/content/1
"""
FORUM = """
https://www.reddit.com/r/askscience/ https://old.reddit.com/r/x https://stackoverflow.com/questions/1
https://physics.stackexchange.com/questions/1 https://news.ycombinator.com/item?id=1 https://www.quora.com/x
https://x.com/a/status/1 https://www.facebook.com/x https://bsky.app/profile/x https://forum.example.com/t/1
https://forums.example.org/ https://community.example.com/t/1 https://discuss.python.org/t/1
https://example.org/forum/viewtopic.php?t=3 https://example.org/forums/x https://example.com/en/forum/5
https://forum.who.int/x https://lemmy.world/post/1 https://lobste.rs/s/x https://boards.4chan.org/x
https://www.tripadvisor.de/x
"""
SHOP = """
https://www.amazon.com/dp/B0 https://www.amazon.co.uk/dp/B0 https://www.amazon.de/dp/B0 https://www.ebay.fr/itm/1
https://www.etsy.com/listing/1 https://www.walmart.com/ip/1 https://shop.example.com/x https://store.example.org/
https://pills.shop/x https://www.gadgets.store/ https://example.com/shop/pills https://example.com/products/1
https://example.com/de/produkte/1 https://vitamins.myshopify.com/products/1 https://www.otto.de/
https://articulo.mercadolibre.com.ar/1 https://www.zalando.es/ https://ja.aliexpress.com/item/1
https://tienda.example.es/ https://www.rakuten.co.jp/
"""
UNKNOWN = """
https://example.com/ https://blog.example.com/health https://www.somecompany.com/about https://alice.github.io/x
https://medium.com/@x/y https://someone.substack.com/p/1 http://192.0.2.7/gov.uk http://[2001:db8::1]/
http://localhost/ https://github.com/a/b https://community-health.example/ https://shopping.example.com/
https://storefront.example.com/
"""
SPOOFS = """
https://gov.uk.example.com/ https://www.gov.uk.com/ https://gov-uk.example/ https://www-gov.uk.evil.example/
https://govuk.com/ https://gov.uk@evil.example/ https://www.gov.uk:443@evil.example/ https://evil.example/www.gov.uk
https://evil.example?gov.uk https://evil.example#www.gov.uk https://evil.example/https://www.gov.uk/ https://gοv.uk/
https://gov.υk/ https://xn--gv-jbc.uk/ https://who.int.example/ https://whoint.com/ https://fakegov.com/
https://notgov/ https://gov/ https://example.gov.evil.example/ https://evil.example\\@www.gov.uk/
https://www.gov.uk\\.evil.example/ https://www.gov.uk%2eevil.example/ https://gov.eu/ https://x.gov.de/
https://www.gob.es.evil.example/ https://admin.ch.evil.example/ https://badmin.ch/ https://ac.uk.evil.example/
https://edu.evil.example/ https://harvard.edu.evil.example/ https://myedu/ https://wikipedia.org.evil.example/
https://wikipedia.evil.example/ https://notwikipedia.org/ https://wikipédia.org/ https://arxiv.org.evil.example/abs/1
https://arxiv.co/ https://nature.com.evil.example/ https://bbc.co.uk.evil.example/ https://bbc.co/
https://amazon.evil.example.net/ https://reuters.com-news.example/ ftp://www.gov.uk/ javascript:www.gov.uk gov.uk
//www.gov.uk/ https:///www.gov.uk/ https://www.gov..uk/ https://3232235777/ https://0x7f.gov.1/
"""
KINDS: dict[SiteKind, str] = {
    "official": OFFICIAL, "press": PRESS, "reference": REFERENCE, "research": RESEARCH, "forum": FORUM, "shop": SHOP,
    "unknown": UNKNOWN + SPOOFS,
}  # fmt: skip
ROWS = [(url, kind) for kind, urls in KINDS.items() for url in urls.split()]
STRANGE = [
    ("https://WWW.GOV.UK:443/x", "official"),
    ("https://www.gov.uk./x", "official"),
    ("https://me:pw@www.gov.uk/x", "official"),
    ("https://ｗｗｗ.ｇｏｖ.ｕｋ/", "official"),  # a browser reads full-width letters as plain ones
    ("https://www。gov。uk/", "official"),
    ("HTTPS://EN.WIKIPEDIA.ORG/wiki/X", "reference"),
    ("https://web.archive.org/web/2020/https://www.nhs.uk/x", "official"),
    ("https://web.archive.org/web/2020/https://gov.uk.evil.example/x", "unknown"),
    ("https://archive.org/details/x", "reference"),
]


@pytest.mark.parametrize(("url", "kind"), [*ROWS, *STRANGE])
def test_the_kind_of_a_site(url: str, kind: SiteKind) -> None:
    assert SiteKinds().kind_of(url) == kind


def test_there_are_rows_enough_and_each_once() -> None:
    assert len(ROWS) >= 200
    assert len(set(ROWS)) == len(ROWS)


def test_the_broken_twin_takes_spoofs_for_what_they_name() -> None:
    def twin(url: str) -> SiteKind:
        listed = SITES["kinds"]["reference"]
        official = any(form in url for form in ("gov.", "gob.", ".gov", "who.int"))
        return "official" if official else "reference" if any(site in url for site in listed) else "unknown"

    misled = [url for url in SPOOFS.split() if twin(url) != "unknown"]
    assert len(misled) > 15
    assert not [url for url in misled if SiteKinds().kind_of(url) != "unknown"]


def test_the_users_own_kinds_go_first_and_the_longest_entry_wins() -> None:
    kinds = SiteKinds({"example.com": "press", "shop.example.com": "forum", "wikipedia.org": "forum"})
    assert kinds.kind_of("https://a.example.com/shop/") == "press"
    assert kinds.kind_of("https://x.shop.example.com/") == "forum"
    assert kinds.kind_of("https://en.wikipedia.org/") == "forum"
    assert kinds.kind_of("https://notexample.com/") == "unknown"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("wikipedia", "reference"),
        ("arxiv", "research"),
        ("stackexchange", "forum"),
        ("web", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_mirror_of_a_built_in_source_is_of_the_sources_kind(source: str, kind: SiteKind) -> None:
    assert SiteKinds().kind_of("http://127.0.0.1:8080/wiki/Lumen", source) == kind


@pytest.mark.parametrize(
    ("stated", "kind"),
    [("NewsArticle", "press"), ("WebPage Product", "shop"), ("QAPage", "forum"), ("GovernmentOrganization", "unknown")],
)
def test_what_markup_says_counts_where_nothing_else_is_known(stated: str, kind: SiteKind) -> None:
    details = {MARKUP: stated}
    assert SiteKinds().kind_of("https://example.com/", details=details) == kind
    assert SiteKinds().kind_of("https://www.gov.uk/", details=details) == "official"


def test_no_page_makes_itself_official_or_a_reference_work() -> None:
    """What a site may choose for itself: labels of its host, its path, its markup."""
    chosen = {kind for table in ("labels", "paths", "markup") for kind in SITES[table]}
    assert chosen == {"forum", "shop", "press"}
    assert set(SITES["labels"]) | set(SITES["paths"]) == {"forum", "shop"}


def test_the_list_names_sites_in_the_form_in_which_they_are_compared() -> None:
    kinds = SITES["kinds"]
    sites = [site for group in kinds.values() for site in group]
    assert len(sites) == len(set(sites))
    for site in sites:
        name = site.replace(".*", ".com")
        assert name == name.lower()
        assert urlsplit(f"https://{name}").hostname == name
        assert site_of(f"https://{name}")
