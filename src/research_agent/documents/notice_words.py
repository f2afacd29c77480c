"""
Wording of notices, in en es de fr pt it nl pl tr ru zh ja ko ar; each pattern is within one sentence or title.

This is the one place for it; `notices.py` says what it takes besides words.
"""

from __future__ import annotations

import re

__all__ = [
    "AGE_WORDS",
    "BROWSERS",
    "BROWSER_WORDS",
    "CONDITION",
    "CONSENT_WORDS",
    "COOKIES",
    "DEFAULT_TITLE",
    "DEFINITION",
    "DENIED_WORDS",
    "FAULT_WORDS",
    "LOADING",
    "LOGIN_TITLE",
    "LOGIN_WORDS",
    "MISSING_ADVICE",
    "MISSING_WORDS",
    "MOVED_WORDS",
    "PAST",
    "PAYWALL_WORDS",
    "PROGRAM_FAULT",
    "SCRIPT_WORDS",
    "UNUSED_BESIDES",
    "UNUSED_WORDS",
]

THING = (
    r"(?:page|document|article|url|link|file|content|post|p[áa]gina|documento|art[íi]culo|artigo"
    r"|articolo|enlace|direcci[óo]n|contenido|conte[úu]do|seite|dokument|artikel|adresse|inhalt|beitrag|contenu|lien"
    r"|pagina|indirizzo|contenuto|document|inhoud|strona|stron[ęy]|dokument|adres|artyku[łl]|sayfa|страниц\w*"
    r"|документ\w*"
    r"|статья|материал|адрес)"
)
GONE = (
    r"(?:(?:could|can|was|were|is|has|have)(?: ?not|n?[’']t)(?: longer)?(?: be| been)? (?:found|located"
    r"|available|exist)"
    r"|(?:does|do|did)(?: ?not| ?n[’']t) (?:\w+ )?exist|no longer (?:exists?|available|here)|not found"
    r"|cannot be found|can[’']t be found"
    r"|doesn[’']t exist|(?:has|have) been (?:moved|removed|deleted)|(?:could|can)(?: ?not|n?[’']t) find"
    r"|no (?:se )?(?:ha |hemos )?(?:podido |pudo |puede )?(?:encontr\w+|existe|est[áa] disponible)|no encontrad[ao]"
    r"|(?:nicht|leider nicht) (?:\w+ )?(?:gefunden|mehr vorhanden|vorhanden|verf[üu]gbar)|existiert (?:leider )?nicht"
    r"|(?:est |sont )?introuvable|n['’ ](?:existe|a (?:pas )?(?:pu |été )[\w ]*trouv\w*|est (?:pas"
    r"|plus) disponible|a pas été trouv\w+)"
    r"|n[ãa]o (?:foi |p[ôo]de ser |pode ser )?(?:encontrad[ao]|existe)|non (?:è stat[ao] |[èe] "
    r"|si [èe] )?(?:trovat[ao]|esiste|disponibile)"
    r"|niet (?:\w+ )?(?:gevonden|beschikbaar)|bestaat niet|nie (?:\w+ )?(?:znaleziono|istnieje"
    r"|została znaleziona|odnaleziono)"
    r"|bulunamad[ıi]|mevcut de[ğg]il|не (?:найден\w*|существует|удалось найти|доступн\w+))"
)
MISSING_WORDS = re.compile(
    rf"\b{THING}\b(?:(?!\b(?:when|if|whether)\b).){{0,120}}?{GONE}|{GONE}.{{0,60}}?\b{THING}\b"
    r"|^\W*(?:error|fehler|erreur|erro|errore|fout|błąd|hata|ошибка|エラー|错误|錯誤)?\W*(?:404|410)\b\W*(?:not found"
    r"|error)?\W*$"
    r"|(?:页面|頁面|网页|網頁|内容|文章|链接|您访问的).{0,30}(?:不存在|未找到|找不到|没有找到|已被删除|已删除"
    r"|已刪除|无法找到)"
    r"|(?:找不到|未找到|没有找到|无法找到).{0,20}(?:页面|頁面|网页|網頁|文章)"
    r"|(?:ページ|記事|ファイル|コンテンツ|URL).{0,40}(?:見つかりません|存在しません|見つかりませんでした"
    r"|削除され|見つからない)"
    r"|(?:페이지|문서|주소|게시물).{0,30}(?:찾을 수 없|존재하지 않|없습니다|삭제되)"
    r"|(?:الصفحة|المقال|المحتوى|الرابط).{0,60}(?:غير موجود|لم يتم العثور|لا يمكن العثور|غير متاح|تم حذف)"
    r"|(?:لم يتم العثور|لم نتمكن من العثور|تعذر العثور|لا يمكن العثور).{0,30}(?:الصفحة|المقال|المحتوى)",
    re.IGNORECASE,
)
MISSING_ADVICE = re.compile(
    r"\b(?:check|verify|go (?:back )?to|return to|back to|try|search|use the|contact|moved|deleted|removed"
    r"|home ?page|mistyped|typed"
    r"|compruebe|comprueba|verifi\w+|vuelva|volver|inicio|pr[üu]fen|zur[üu]ck|startseite|v[ée]rifiez|retour\w*"
    r"|accueil"
    r"|verifique|voltar|volte|controlla|torna\w*|controleer|terug|sprawd[źz]|wr[óo][ćc]|powr[óo]t|kontrol edin"
    r"|d[öo]n[üu]n"
    r"|проверьте|вернит\w+|главн\w+|перейд\w+)\b|请检查|請檢查|返回|首页|首頁|确认|ご確認|お戻り|トップページ"
    r"|移動|확인|돌아가|تحقق|العودة"
    r"|الرئيسية|عد إلى",
    re.IGNORECASE,
)
SCRIPT_WORDS = re.compile(
    r"java ?script.{0,60}(?:\b(?:enable|disabled|required?|requires|needed|turned|activ|desactiv|d[ée]sactiv"
    r"|deaktiv|erforderlich"
    r"|ben[öo]tigt|habilit|desabilit|disabilit|n[ée]cessaire|necess|requis|abilit|attiv|vereist|nodig|wymag"
    r"|włącz|etkin|gerekli|включ"
    r"|отключ|необходим|требу)|启用|啟用|禁用|開啟|必要|有効|無効|활성|필요|사용|مطلوب|تفعيل|معطل)"
    r"|(?:\b(?:enable|enabling|disabled|requires?|needs?|need to|turn on|activ\w+|aktivier\w+|ben[öo]tig\w+"
    r"|habilit\w+|requiere|necesita"
    r"|n[ée]cessite|requer|precisa|abilit\w+|attiv\w+|richiede|schakel|inschakel\w*|ativ\w+|vereist|wymaga"
    r"|włącz\w*|включ\w+|требу\w+|without)"
    r"|启用|啟用|開啟|需要|请打开|تفعيل|يتطلب).{0,60}java ?script",
    re.IGNORECASE,
)
LOADING = re.compile(
    r"^\W*(?:loading|please wait|one moment|just a second|redirecting|l[äa]dt|wird geladen|laden|bitte warten"
    r"|cargando|espere"
    r"|por favor,? espere|chargement(?: en cours)?|veuillez patienter|carregando|aguarde"
    r"|caricamento(?: in corso)?|attendere|even geduld"
    r"|ładowanie|proszę czekać|yükleniyor|lütfen bekleyin|загрузка|подождите|пожалуйста,? подождите|加载中"
    r"|載入中|正在加载"
    r"|请稍候|請稍候"
    r"|読み込み中|お待ちください|로딩 ?중?|잠시만 기다려 ?주세요|جار[ٍي]? التحميل|يرجى الانتظار)\W*$",
    re.IGNORECASE,
)
COOKIES = r"(?:cookies?\b|куки|файл\w* cookie|クッキー|쿠키|ملفات تعريف الارتباط|çerez\w*|plik\w* cookie|tracking)"
CONSENT_WORDS = re.compile(
    rf"(?:\b(?:we(?: and our (?:\d+ )?partners)?|wir(?: und unsere partner)?|nous(?: et nos partenaires)?|wij"
    rf"|we en onze partners|noi|n[óo]s|my|мы|biz)\b"
    rf"|utilizamos|usamos|utilizziamo|usiamo|u[żz]ywamy|wykorzystujemy|kullan[ıi]yoruz|我们|我們|本网站|本網站"
    rf"|当社|当サイト|저희"
    rf"|نستخدم|نحن).{{0,120}}{COOKIES}"
    rf"|{COOKIES}.{{0,80}}(?:accept|akzeptier|accepter|aceptar|aceitar|accett|accepteren|akceptuj|kabul|принима"
    rf"|соглас|同意|接受|동의|قبول|موافق|consent|settings)"
    rf"|\b(?:accept|reject|agree|akzeptieren|accepter|refuser|aceptar|aceitar|rechazar|accetta|akceptuj|принять|同意"
    rf"|接受)(?:.{{0,60}}{COOKIES}|\s?(?:all|alle|tout|todo)\b)"
    r"|before you continue|privacy (?:choices|settings)|einwilligung|personal(?:ised|ized) (?:ads|content)",
    re.IGNORECASE,
)
LOGIN_WORDS = re.compile(
    r"\b(?:(?:please |you (?:must|need to|have to) (?:be )?)(?:log ?(?:ged )?in|sign(?:ed)? in)|(?:log ?in"
    r"|sign in) (?:to|or register|required|with your|to your account)"
    r"|(?:inici[ae]|iniciar) sesi[óo]n|melden sie sich|bitte (?:einloggen|anmelden)|anmeldung erforderlich"
    r"|anmelden, um|connectez-vous|veuillez vous (?:connecter|identifier)"
    r"|fa[çc]a (?:o )?login|entre na sua conta|inicie sess[ãa]o|accedi (?:per|al)|effettua (?:il login"
    r"|l'accesso)|devi (?:effettuare|accedere)"
    r"|log in om|meld u aan|inloggen om|zaloguj si[ęe]|musisz się zalogować|giri[şs] yap\w*|oturum a[çc]\w*"
    r"|войдите|авторизуйтесь|необходимо войти)"
    r"|请(?:先)?登录|請(?:先)?登入|登录后|登入後|ログインして|ログインが必要|로그인(?:이 필요|해 ?주세요|하세요"
    r"|하시)|تسجيل الدخول|سجّ?ل الدخول",
    re.IGNORECASE,
)
DENIED_WORDS = re.compile(
    r"\b(?:(?:access|permission) (?:is |was |has been )?denied|^\W*(?:403\W*)?forbidden\W*$|do(?: ?not"
    r"|n[’']t) have (?:the )?(?:permission|access)"
    r"|(?:not |un)available in your (?:country|region)|access cannot be granted"
    r"|you(?:[’']ve| have) been blocked"
    r"|in ihrem land nicht verf[üu]gbar|(?:pas|non) disponible dans votre (?:pays|r[ée]gion)"
    r"|no (?:est[áa] )?disponible en (?:su|tu) (?:pa[íi]s|regi[óo]n)"
    r"|n[ãa]o (?:est[áa] )?dispon[íi]vel (?:no seu pa[íi]s"
    r"|na sua regi[ãa]o)|non (?:è )?disponibile nel (?:tuo|suo) paese|niet beschikbaar in (?:uw|je|jouw) (?:land"
    r"|regio)"
    r"|niedost[ęe]pn\w+ w (?:twoim|pa[ńn]stwa) (?:kraju|regionie)|недоступ\w+ в ваше[йм] (?:стране|регионе)"
    r"|acceso denegado|zugriff verweigert|acc[èe]s (?:refus[ée]"
    r"|interdit)|acesso negado|accesso negato"
    r"|toegang geweigerd|dost[ęe]p zabroniony|eri[şs]im engellendi|доступ запрещ[её]н)"
    r"|访问被拒绝|拒绝访问|存取被拒|アクセスが拒否|アクセスできません|접근이 거부|تم رفض الوصول"
    r"|您所在的(?:地区|国家).{0,12}(?:不可用|无法)|お住まいの(?:国|地域).{0,16}(?:利用|ご覧)|(?:해당"
    r"|귀하의) (?:국가|지역)에서"
    r"|في (?:بلدك|منطقتك)|(?:ülkenizde|bölgenizde) kullan[ıi]lam",
    re.IGNORECASE,
)
FAULT_WORDS = re.compile(
    r"\b(?:internal server error|service (?:is )?(?:temporarily )?unavailable|bad gateway|gateway time-?out"
    r"|temporarily unavailable"
    r"|(?:site|website|page|server|service|we(?:[’']re| are)) .{0,40}(?:down for|under|undergoing) .{0,20}maintenance"
    r"|error establishing a database connection|account (?:has been )?suspended"
    r"|critical error on this website|unavailable for scheduled maintenance"
    r"|(?:something went wrong|an? (?:\w+ )?error (?:has )?occurred|etwas ist schiefgelaufen"
    r"|es ist ein fehler aufgetreten|une erreur (?:s[’']est produite|est survenue)|(?:se )?ha (?:ocurrido"
    r"|producido) un error"
    r"|algo sali[óo] mal|ocorreu um erro|algo deu errado|si [èe] verificato un errore|qualcosa [èe] andato storto"
    r"|er is (?:een fout opgetreden|iets misgegaan)|wyst[ąa]pi[łl] b[łl][ąa]d|co[śs] posz[łl]o nie tak"
    r"|bir hata olu[şs]tu"
    r"|bir [şs]eyler ters gitti|произошла ошибка|что-то пошло не так)(?:,.*|\W*)$"
    r"|an error occurred in the application|disable your ad ?block"
    r"|too many requests"
    r"|(?:sitio|web|p[áa]gina) .{0,30}en mantenimiento|wartungsarbeiten|(?:site"
    r"|page) .{0,30}en (?:cours de )?maintenance|em manuten[çc][ãa]o"
    r"|(?:sito|pagina) .{0,30}in manutenzione|(?:site|website) .{0,30}in onderhoud|przerw[ay] techniczn\w+"
    r"|bak[ıi]m (?:çalışması|modu)"
    r"|технически[ех]\w* работ\w*|временно недоступ\w+)|(?:网站|系统|服务器).{0,10}维护|^出错了\W*$|发生错误\W*$"
    r"|エラーが発生しました\W*$|오류가 발생했습니다\W*$|حدث خطأ|メンテナンス中|점검 중"
    r"|قيد الصيانة|تحت الصيانة",
    re.IGNORECASE,
)
LOGIN_TITLE = re.compile(
    r"\W*(?:log ?-?in|sign ?-?in|(?:bitte )?anmelden|anmeldung|einloggen|inici(?:ar|o de) sesi[óo]n|acceso"
    r"|connexion|se connecter|identification"
    r"|entrar|iniciar sess[ãa]o|accedi|accesso|inloggen|aanmelden|zaloguj(?: si[ęe])?|logowanie"
    r"|giri[şs](?: yap\w*)?|вход|войти|авторизация"
    r"|登录|登入|用户登录|ログイン|로그인|تسجيل الدخول)\W*",
    re.IGNORECASE,
)
PAYWALL_WORDS = re.compile(
    r"\b(?:subscrib\w+ (?:to|now to|for) (?:\w+ ){0,4}(?:read|access|continue|unlock|full)|(?:for|to"
    r"|available to) (?:our )?(?:paying )?(?:subscribers|members)(?: only)?"
    r"|subscribers? only|(?:keep|continue|to continue) reading|already a subscriber|unlock this (?:article"
    r"|story)|free articles?|premium (?:content|article)"
    r"|(?:solo|s[óo]lo|exclusiv\w+) para suscriptores|suscr[íi]b[ea]\w*|nur f[üu]r (?:abonnenten|mitglieder)"
    r"|(?:jetzt )?abonnieren|mit (?:einem )?abo|weiterlesen mit"
    r"|(?:r[ée]serv[ée]e?|article r[ée]serv[ée]) aux abonn[ée]s|abonnez-vous|d[ée]j[àa] abonn[ée]"
    r"|exclusivo para assinantes|s[óo] para assinantes|assine"
    r"|(?:riservat[oa]|contenuto) (?:agli|per gli) abbonati|abbonati per|alleen voor abonnees|word abonnee"
    r"|tylko dla (?:subskrybent[óo]w|prenumerator[óo]w)|wykup dostęp"
    r"|sadece aboneler|abone ol\w*|только (?:для )?подписчик\w+|оформите подписку|подпишитесь)"
    r"|订阅后|仅限会员|会员专享|付费(?:内容|阅读)|訂閱後|訂戶|会員限定|有料会員|有料記事|続きを(?:読む|お読み)"
    r"|구독자 전용|유료 ?(?:회원|기사|구독)|للمشتركين فقط|اشترك",
    re.IGNORECASE,
)
HOST = r"[\w-]{1,63}(?:\u2024[\w-]{1,63}){1,3}"  # its full stops told from those of sentences
UNUSED_WORDS = re.compile(
    rf"\b(?:(?:this|the) (?:domain|website) (?:name )?(?:{HOST} )?(?:is|has|may|was) .{{0,24}}(?:for sale|expired"
    rf"|parked"
    rf"|be available|registered)|buy this domain|domain owner|{HOST} (?:is|may be) for sale"
    r"|(?:this|our|the) (?:new )?(?:web ?)?(?:site|page) is (?:currently |still )?under construction"
    r"|^\W*coming soon\W*$"
    rf"|(?:diese|die) domain (?:{HOST} )?.{{0,24}}(?:verkauf|abgelaufen|geparkt)|domaininhaber"
    r"|(?:diese |unsere )(?:web)?seite (?:befindet sich |ist )?(?:noch )?(?:derzeit )?im aufbau"
    r"|(?:ce|le) nom de domaine .{0,40}(?:à vendre|expir[ée])|(?:ce |notre )site (?:est )?en construction"
    rf"|(?:este|el) dominio (?:{HOST} )?.{{0,16}}(?:en venta|expirado|caducado)|(?:sitio"
    rf"|p[áa]gina)(?: web)? en construcci[óo]n"
    rf"|(?:este|o) dom[íi]nio (?:{HOST} )?.{{0,16}}(?:à venda|expirou)|site em constru[çc][ãa]o"
    rf"|(?:questo|il) dominio (?:{HOST} )?.{{0,16}}(?:in vendita|scaduto)|sito in (?:costruzione|allestimento)"
    r"|(?:deze|dit|de) domein(?:naam)? .{0,24}(?:te koop|verlopen)|(?:web)?site (?:is )?in aanbouw"
    r"|(?:ta )?domena .{0,24}(?:na sprzeda[żz]|wygas[łl]a)|strona w budowie"
    r"|alan ad[ıi] .{0,24}(?:sat[ıi]l[ıi]k|doldu)|sitemiz yap[ıi]m a[şs]amas[ıi]nda"
    r"|домен .{0,40}(?:прода[её]тся|припаркован|ист[её]к)|сайт (?:находится )?в разработке)"
    r"|域名.{0,12}(?:出售|转让|已过期|停放)|(?:网站|網站)(?:正在)?建[设設]中|ドメイン.{0,12}(?:販売中|売り出し"
    r"|有効期限)"
    r"|サイトは?(?:現在)?(?:準備|工事)中|도메인.{0,12}(?:판매|만료)|사이트.{0,8}준비 ?중|(?:النطاق"
    r"|الدومين).{0,20}(?:للبيع|انته)"
    r"|الموقع قيد الإنشاء",
    re.IGNORECASE,
)
UNUSED_BESIDES = re.compile(
    r"registrar|parking|advertis|related (?:links|searches)|hosting|owner|price|offer|stay tuned|launch|contact"
    r"|propri"
    r"|inhaber|webseite|kontakt|владел|联系|聯絡|お問い合わせ|문의|اتصل|^[\w-]+\u2024[\w\u2024-]+$",
    re.IGNORECASE,
)
# Pages of servers where nobody has put one: the whole of a title, or of the text.
DEFAULT_TITLE = re.compile(
    r"(?:it works!|welcome to (?:nginx|openresty|caddy|lighttpd|centos|plesk|xampp)\b.{0,30}"
    r"|apache2? .{0,20}default page\b.{0,20}|(?:http server )?test page (?:for the|powered by)\b.{0,50}"
    r"|iis windows server|internet information services|default (?:web ?site|web|server|parallels plesk) page"
    r"|web server'?s default page|site (?:is )?not (?:yet )?(?:configured|published))",
    re.IGNORECASE,
)
YEARS = r"(?:years?|jahre?|ans|a[ñn]os|anos|anni|jaar|lat|ya[şs]|лет)\b"
AGE_WORDS = re.compile(
    r"\b(?:(?:you must be|are you|i am|i[’']m|confirm (?:that )?you(?:[’']re| are)) .{0,24}(?:1[689]|2[01])\b"
    r".{0,40}(?:\b(?:enter|access|view|visit|continue)\b|this (?:web)?site|\?)"
    rf"|(?:sind sie|bist du|avez-vous|(?:es|eres|tienes|es usted)|(?:voc[êe] )?tem|hai|bent u|ben je|czy masz"
    rf"|вам (?:уже )?есть)"
    rf" .{{0,24}}(?:1[689]|2[01])\b.{{0,12}}(?:{YEARS})?.{{0,8}}\?"
    r"|(?:enter|verify|confirm) your (?:date of birth|age)\b|geben sie ihr geburtsdatum|votre date de naissance"
    r"|подтвердите (?:свой |ваш )?возраст)"
    r"|(?:您|你).{0,6}(?:年满|已满|滿)\s?18|18歳以上ですか|18세 이상입니까|هل عمرك",
    re.IGNORECASE,
)
BROWSER_WORDS = re.compile(
    r"\b(?:your (?:web )?browser (?:\w+ )?(?:is|version) .{0,30}(?:supported|unsupported|date|outdated|old)"
    r"|(?:an?|your) (?:unsupported|outdated|out-of-date|obsolete) (?:web )?browser|(?:upgrade"
    r"|update) your (?:web )?browser"
    r"|unsupported browser|cookies (?:are|is) (?:disabled|blocked|turned off)|(?:enable|allow|turn on) cookies"
    r"|ihr(?:en)? browser .{0,24}(?:nicht unterst|veraltet)|votre navigateur .{0,30}(?:pas (?:pris|compatible"
    r"|support)"
    r"|plus (?:pris|support)|obsol[èe]te|d[ée]pass[ée])"
    r"|(?:su|tu) navegador .{0,24}(?:no es compatible|no (?:est[áa] )?admitid|obsoleto|desactualizado)"
    r"|seu navegador .{0,24}(?:n[ãa]o [ée] (?:compat|suport)|desatualizado)|(?:tuo|suo) browser .{0,24}(?:non [èe]"
    r"|obsoleto)"
    r"|(?:uw|je) browser .{0,24}(?:niet ondersteund|verouderd)|(?:twoja|ta) przegl[ąa]darka .{0,24}(?:nie jest"
    r"|przestarza)"
    r"|taray[ıi]c[ıi]n[ıi]z .{0,24}(?:desteklenm|eski)|ваш браузер .{0,24}(?:не поддержив|устарел)"
    r"|(?:deaktivieren|schalten) sie .{0,12}(?:ihren )?(?:ad|werbe)-?blocker|d[ée]sactive[rz] votre bloqueur"
    r"|desactiv[ae] (?:su|tu) bloqueador|desative (?:o )?seu bloqueador|disattiva il tuo ad-?block|schakel (?:uw"
    r"|je) adblocker"
    r"|wy[łl][ąa]cz adblock|отключите (?:ваш )?(?:adblock|блокировщик))"
    r"|浏览器.{0,12}(?:不支持|版本过低|过旧)|(?:关闭|禁用).{0,6}广告(?:拦截|屏蔽)"
    r"|お使いのブラウザ.{0,20}(?:サポート|対応|古い)"
    r"|広告ブロック.{0,10}(?:無効|オフ)|브라우저.{0,16}지원(?:하지|되지)|متصفحك.{0,20}(?:غير مدعوم|قديم)",
    re.IGNORECASE,
)
BROWSERS = re.compile(
    r"browser|cookies|blocker|navegador|navigateur|przegl[ąa]dark|taray[ıi]c|браузер|浏览器|ブラウザ|브라우저"
    r"|متصفح|\b(?:chrome|firefox|edge)\b",
    re.IGNORECASE,
)
MOVED_WORDS = re.compile(
    r"\b(?:(?:you (?:are being|will be)|if you are not) (?:automatically )?redirected|^redirecting (?:to|you)\b"
    r"|^object moved\b"
    r"|(?:page|site|document) has (?:been )?moved (?:to|here|permanently)"
    r"|sie werden .{0,24}weitergeleitet|vous allez [êe]tre redirig[ée]|(?:ser[áa]s?|est[áa] siendo) redirigido"
    r"|(?:ser[áa]|est[áa] sendo) redirecionad[oa]|(?:verrai|sarai) reindirizzat[oa]|(?:u"
    r"|je) wordt .{0,16}doorgestuurd"
    r"|za chwil[ęe] nast[ąa]pi przekierowanie|y[öo]nlendiriliyorsunuz|вы будете перенаправлены)"
    r"|正在(?:为您)?跳转|自動的に(?:移動|転送|ジャンプ)|자동으로 이동|سيتم (?:إعادة )?توجيهك",
    re.IGNORECASE,
)
# What a program says when it fails: "Cannot GET /x", a trace of PHP or Python.
PROGRAM_FAULT = re.compile(
    r"^\W*(?:cannot (?:get|post) /\S*\W*$|(?:php )?(?:fatal error|parse error)\W.{0,400}? in \S+\.php"
    r"|traceback \(most recent call last\))|if you are the application owner",
    re.IGNORECASE | re.DOTALL,
)
# A notice speaks of now; a report of what was.
PAST = re.compile(
    r"\b(?:was|were|had been) (?:\w+ )?(?:down for|under|undergoing|suspended|for sale|unavailable|blocked)\b",
    re.IGNORECASE,
)
# An article says what something is; a notice says that it is not there.
DEFINITION = re.compile(
    r"(?<!this )(?:\b(?:is|are) an?\b|\bis the\b|\brefers? to\b|\bmeans\b|\bindicat\w+)"
    r"|(?<!\bes )(?<!\ber )\b(?:es|ist|est|è|é|is"
    r"|jest|to) (?:una?|eine?|une?|uma?|een)\b"
    r"|\bcookies? (?:are|is|sont|sind|son|são|sono|zijn)\b(?! (?:disabled|blocked|turned))|\bэто\b|— (?:код|ошибка"
    r"|язык)|是一[种個个種]|是指"
    r"|とは|(?:이란"
    r"|란) |\bهو\b|\bهي\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:when|if|whether|wenn|falls|cuando|si|lorsque|quand|quando|se|als|wanneer|gdy|je[śs]li|если|когда)\b|当"
    r"|如果|إذا|عندما",
    re.IGNORECASE,
)
