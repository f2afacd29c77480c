"""Pages that say why they have no text are told apart from texts that speak of such pages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.documents.html import read_html
from research_agent.documents.notices import REASONS, Shape, is_cut, notice_of

SHAPE = Shape(has_controls=True, has_scripts=True)
SAID = [
    ("denied", "403", "Forbidden\n\nYou don't have the permission to access the requested resource."),
    ("denied", "", "Access denied."),
    ("denied", "", "This video is not available in your country."),
    ("denied", "", "Zugriff verweigert."),
    ("denied", "", "Доступ запрещён."),
    ("denied", "", "访问被拒绝。"),
    ("fault", "", "Internal Server Error"),
    ("fault", "", "We'll be back soon. Our website is down for scheduled maintenance."),
    ("fault", "", "Error establishing a database connection"),
    ("fault", "", "Este sitio web está en mantenimiento."),
    ("fault", "", "Derzeit finden Wartungsarbeiten statt."),
    ("fault", "", "На сайте ведутся технические работы."),
    ("fault", "", "現在メンテナンス中です。"),
    (
        "missing",
        "Page not found | Vara",
        "404\n\nSorry, the page about the river Lumen that you asked for could not be found. It may have been "
        "moved or deleted, or the river Lumen length page no longer exists. Please check the address or go back "
        "to the home page.",
    ),
    ("missing", "Oops", "Oops! We can’t find that page. Try searching instead."),
    ("missing", "", "This page doesn't exist."),
    ("missing", "", "The page you are looking for does not exist."),
    ("missing", "", "The requested URL /x was not found on this server."),
    ("missing", "", "This content is no longer available."),
    ("missing", "404", "404 Not Found\n\nnginx"),
    (
        "missing",
        "",
        "Lo sentimos, no hemos podido encontrar la página que busca. Compruebe la dirección o vuelva al inicio.",
    ),
    ("missing", "", "La página solicitada no existe."),
    ("missing", "", "Página no encontrada. La página que buscas no se ha podido encontrar."),
    (
        "missing",
        "",
        "Seite nicht gefunden. Die gewünschte Seite wurde leider nicht gefunden. Bitte prüfen Sie die Adresse.",
    ),
    ("missing", "", "Die Seite existiert nicht mehr."),
    ("missing", "", "Page introuvable. La page que vous cherchez n'existe pas. Retour à l'accueil."),
    ("missing", "", "Désolé, la page demandée est introuvable."),
    ("missing", "", "Página não encontrada. A página que procura não existe. Voltar ao início."),
    ("missing", "", "Pagina non trovata. La pagina che cerchi non esiste. Torna alla home."),
    ("missing", "", "Pagina niet gevonden. De pagina die u zoekt bestaat niet. Terug naar de homepage."),
    ("missing", "", "Nie znaleziono strony. Strona, której szukasz, nie istnieje. Wróć na stronę główną."),
    ("missing", "", "Sayfa bulunamadı. Aradığınız sayfa mevcut değil."),
    ("missing", "", "Страница не найдена. Запрошенная страница не существует. Вернитесь на главную."),
    ("missing", "", "抱歉，您访问的页面不存在。请检查地址或返回首页。"),
    ("missing", "", "找不到頁面。您要找的網頁不存在或已刪除。"),
    ("missing", "", "お探しのページは見つかりませんでした。トップページへお戻りください。"),
    ("missing", "", "페이지를 찾을 수 없습니다. 주소를 확인해 주세요."),
    ("missing", "", "عذرا، الصفحة التي تبحث عنها غير موجودة. العودة إلى الرئيسية."),
    ("script", "", "Loading... Please enable JavaScript to view the page about the river Lumen."),
    ("script", "", "You need to enable JavaScript to run this app."),
    ("script", "", "JavaScript is disabled in your browser. Please turn it on and reload."),
    ("script", "", "Bitte aktivieren Sie JavaScript, um diese Seite anzuzeigen."),
    ("script", "", "Veuillez activer JavaScript pour continuer."),
    ("script", "", "Por favor, habilite JavaScript en su navegador."),
    ("script", "", "Por favor, ative o JavaScript para continuar."),
    ("script", "", "Per visualizzare la pagina è necessario abilitare JavaScript."),
    ("script", "", "Schakel JavaScript in om deze pagina te bekijken."),
    ("script", "", "Aby wyświetlić stronę, włącz obsługę JavaScript."),
    ("script", "", "Пожалуйста, включите JavaScript, чтобы увидеть страницу."),
    ("script", "", "请启用JavaScript以继续浏览本页面。"),
    ("script", "", "このページを表示するにはJavaScriptを有効にしてください。"),
    ("script", "", "이 페이지를 보려면 JavaScript를 활성화하세요."),
    ("script", "", "يرجى تفعيل JavaScript لعرض الصفحة."),
    ("script", "", "Bu sayfayı görüntülemek için JavaScript'i etkinleştirin."),
    (
        "consent",
        "",
        "We and our 237 partners use cookies to personalise content and ads. You can accept or reject them.",
    ),
    ("consent", "", "Wir verwenden Cookies, um Inhalte zu personalisieren. Mit Klick auf Akzeptieren stimmen Sie zu."),
    (
        "consent",
        "",
        "Nous utilisons des cookies pour améliorer votre expérience. Tout accepter ou refuser les cookies.",
    ),
    ("consent", "", "Utilizamos cookies propias y de terceros. Aceptar todas las cookies."),
    ("consent", "", "Używamy plików cookie. Akceptuj wszystkie pliki cookie."),
    ("consent", "", "Мы используем файлы cookie. Принять все cookie."),
    ("consent", "", "我们使用 cookies 来改善您的体验。接受所有 cookies。"),
    ("consent", "", "当サイトはクッキーを使用しています。クッキーの使用に同意してください。"),
    ("login", "", "You must be logged in to view this page."),
    ("login", "", "Please sign in to continue."),
    ("login", "", "Bitte anmelden, um diesen Inhalt zu sehen."),
    ("login", "", "Connectez-vous pour lire la suite."),
    ("login", "", "Inicie sesión para continuar."),
    ("login", "", "请先登录后查看。"),
    ("login", "", "このページを見るにはログインしてください。"),
    ("login", "", "로그인이 필요합니다."),
    ("login", "", "يرجى تسجيل الدخول للمتابعة."),
    ("login", "", "Войдите, чтобы продолжить."),
    ("paywall", "", "This article is for subscribers only. Already a subscriber? Log in."),
    ("paywall", "", "Subscribe now to continue reading. From 1 euro a week."),
    ("paywall", "", "Dieser Artikel ist nur für Abonnenten. Jetzt abonnieren."),
    ("paywall", "", "Cet article est réservé aux abonnés. Abonnez-vous."),
    ("paywall", "", "Contenido exclusivo para suscriptores."),
    ("paywall", "", "Este conteúdo é exclusivo para assinantes."),
    ("paywall", "", "Articolo riservato agli abbonati."),
    ("paywall", "", "この記事は有料会員限定です。"),
    ("paywall", "", "本文仅限会员阅读，订阅后继续。"),
    ("paywall", "", "Материал доступен только для подписчиков."),
]
INNOCENT = [
    ("Bridge", "The bridge has been under repair since 1987. Ferries sail in its place."),
    ("Forbidden City", "The Forbidden City is a palace in Beijing. It was home to 24 emperors."),
    ("Permission", "The duke was denied access to the harbour in 1412. He went by land."),
    (
        "HTTP 404 - Encyclopaedia",
        "In computer network communications, the HTTP 404, 404 not found, 404 error, page not found, or file "
        "not found error message is a hypertext standard response code. It indicates that the browser was able "
        "to communicate with a given server, but the server could not find what was requested.",
    ),
    (
        "404 pages",
        "A 404 page is shown when the page could not be found. Good ones let the user search or go back to the "
        "home page.",
    ),
    ("The lost document", "The document was found in 1895 in the harbour. It has been moved to the museum of Oster."),
    (
        "JavaScript",
        "JavaScript is a programming language. It is required by most websites, and browsers enable it by default.",
    ),
    ("HTTP cookie", "HTTP cookies are small blocks of data created by a web server. We use cookies for sessions."),
    ("The site", "The site of the old mill has been removed from the register. It is in ruins."),
    ("Subscriptions", "The Gazette was founded in 1895. It has 4,000 subscribers, and is free on Sundays."),
    ("Login", "The king could log in the river. Timber was floated to the delta."),
    ("Lumen", "The harbour froze in 1895."),
    ("404", "404 was a year of the Julian calendar. The Visigoths moved to Italy."),
    ("Not found", "Not Found is a novel by A. Writer. It was published in 1987 and won a prize."),
    ("Sorry", "Sorry is a song about a lost page. It could not be found in shops until 1987."),
    ("Rien", "Le manuscrit reste introuvable. Il fut vu en 1895 à Oster par deux pêcheurs et un prêtre."),
    ("Seite", "Die Insel Vara liegt im Norden. Eine Fähre ist nicht vorhanden, man kommt nur mit dem Boot hin."),
]
PAGES = [
    (
        "script",
        "<div id=root></div><script src=x></script><noscript>You need to enable JavaScript to run it.</noscript>",
    ),
    ("empty", "<div id=root>Loading...</div><script src=x></script>"),
    ("empty", "<div id=app></div><script type=module src=x></script>"),
    ("missing", "<body class='home error404'><h1>Oh no</h1><p>There is nothing here.</p></body>"),
    ("missing", "<meta name='prerender-status-code' content='404'><p>Have a look at our offers."),
    ("missing", "<title>Page not found - Vara</title><h1>Ouch</h1><p>The ferry has sailed without you.</p>"),
    ("login", "<title>Log in - Vara</title><form><h1>Log in</h1><p>Name<input><p>Password<input type=password></form>"),
    ("login", "<h1>Anmelden</h1><form><label>Name</label><input><input type=password></form>"),
    ("", "<title>Ice</title><p>The harbour froze in 1895.<form>Log in: <input type=password></form>"),
    ("", "<title>Ice</title><p>The harbour froze in 1895.<script>x</script><noscript>Enable JavaScript.</noscript>"),
]


@pytest.mark.parametrize(("kind", "title", "text"), SAID)
def test_a_notice_is_told_by_what_it_says(kind: str, title: str, text: str) -> None:
    assert notice_of(title, text, SHAPE) == kind


@pytest.mark.parametrize(("title", "text"), INNOCENT)
def test_a_text_that_speaks_of_it_is_none(title: str, text: str) -> None:
    assert notice_of(title, text, SHAPE) == ""


@pytest.mark.parametrize(("kind", "title", "text"), SAID)
def test_a_mention_in_a_long_text_is_none(kind: str, title: str, text: str) -> None:
    """The broken twin looks for the words anywhere."""
    article = "The harbour froze in 1895, and the ferries waited for three weeks until the ice broke. " * 4
    assert notice_of("The harbour", f"{article}{text} {article}", SHAPE) == ""


@pytest.mark.parametrize(("kind", "body"), PAGES)
def test_a_page_is_told_by_its_shape_too(kind: str, body: str) -> None:
    assert read_html(body.encode(), "http://x.example/", None)["notice"] == kind


def test_each_kind_has_a_reason() -> None:
    assert {kind for kind, _, _ in SAID} | {"empty"} == set(REASONS)


def test_a_text_that_ends_at_a_paywall_is_cut() -> None:
    text = "The harbour froze in 1895. " * 100 + "Subscribe now to continue reading."
    assert is_cut(text, Shape(is_free=False))
    assert not is_cut(text, Shape())
    assert not is_cut("The harbour froze in 1895. " * 100, Shape(is_free=False))


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=100)
def test_any_text_has_a_kind_or_none(text: str, title: str) -> None:
    assert notice_of(title, text, SHAPE) in ("", *REASONS)


@pytest.mark.parametrize("piece", ["page ", "we cookies ", "javascript ", "404 ", "log in ", "a", "page not "])
def test_looking_takes_no_longer_for_hostile_text(piece: str) -> None:
    start = time.process_time()
    notice_of(piece * 30, piece * (1400 // len(piece)), SHAPE)
    notice_of("", piece * 100_000, SHAPE)
    assert time.process_time() - start < 1.0
