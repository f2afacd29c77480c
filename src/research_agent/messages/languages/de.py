"""German translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, answer_lines, failures, remarks, report_lines, source_failures

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "Ich habe keine Antwort gefunden. Durchsucht: {sources}. Aus dem Gedächtnis des Modells antworte ich "
        "nicht. Formuliere die Frage anders oder nimm eine Quelle hinzu."
    ),
    remarks.NOTHING_SEARCHED: (
        "Ich habe keine Antwort gefunden: Keine der Quellen konnte durchsucht werden. Aus dem Gedächtnis des "
        "Modells antworte ich nicht."
    ),
    remarks.NOT_SAID: "Die Quellen sagen es nicht: {question}",
    remarks.RELATED: "Verwandtes:",
    remarks.SOME_ANSWERED: "{answered} von {asked} Quellen haben geantwortet; {failures}",
    remarks.NO_NETWORK: "Kein Netz: Keine der {n} Online-Quellen war erreichbar. Prüfe die Verbindung.",
    remarks.NOT_IN_TEXTS: "Die zitierten Texte erwähnen nicht: {words}.",
    remarks.OTHER_LANGUAGE: (
        "Die zitierten Texte sind in einer anderen Sprache als die Frage; ob sie antworten, wurde nicht geprüft."
    ),
    remarks.MOSTLY_ENGLISH: (
        "Was auf diesem Rechner gespeichert ist, ist meist auf Englisch. Frage auf Englisch, oder verbinde dich "
        "mit dem Netz für Quellen in deiner Sprache."
    ),
    remarks.BRING_LEADS: "`research-agent setup --lang {lang}` lädt Wikipedia-Einleitungen in deiner Sprache herunter.",
    remarks.SEARCHED_TOO: "Auch gesucht: {words}.",
    remarks.WEB_SEARCH_BEGINS: (
        "Allgemeine Fragen werden ab jetzt auch im Web gesucht: Nur die Suchbegriffe werden gesendet, an "
        "{engines}. Abschalten: RESEARCH_AGENT_WEB_SEARCH=off."
    ),
    remarks.DRAFT_NOT_VERIFIED: "Der Entwurf ließ sich nicht belegen; dies sind Stellen aus den Quellen.",
    remarks.DRAFT_OFF_THE_QUESTION: (
        "Der Entwurf beantwortete die Frage nicht; ein Satz aus einer Quelle steht voran."
    ),
    remarks.DRAFT_TOO_SHORT: "Der Entwurf war kurz; Stellen aus den Quellen ergänzen ihn.",
    remarks.DRAFT_REPEATED_ORDERS: (
        "Aus dem Entwurf weggelassen, weil es Anweisungen einer Seite oder frühere Antworten wiederholte: {text}."
    ),
    remarks.EXTRACTS_INSTEAD: "{problem} Stattdessen werden Auszüge gezeigt. {hint}",
    remarks.PASSAGES_LEFT_OUT: (
        "{dropped} von {passages} Passagen passten nicht in den Kontext des Modells von {tokens} Token."
    ),
    remarks.REWRITTEN: (
        "{n} Sätze wurden nach ihren Quellen umgeschrieben.",
        "1 Satz wurde nach seiner Quelle umgeschrieben.",
    ),
    remarks.TAKEN_OUT: (
        "{n} von {sentences} Sätzen des Entwurfs wurden entfernt: Keine Quelle belegt sie.",
        "1 von {sentences} Sätzen des Entwurfs wurde entfernt: Keine Quelle belegt ihn.",
    ),
    remarks.TAKEN_OUT_WITH_OTHERS: (
        "{n} von {sentences} Sätzen des Entwurfs wurden entfernt: Keine Quelle belegt sie oder das, worauf "
        "sie sich beziehen.",
        "1 von {sentences} Sätzen des Entwurfs wurde entfernt: Keine Quelle belegt ihn oder das, worauf er "
        "sich bezieht.",
    ),
    remarks.STRUCK_THROUGH: (
        "{n} von {sentences} Sätzen des Entwurfs sind durchgestrichen: Keine Quelle belegt sie.",
        "1 von {sentences} Sätzen des Entwurfs ist durchgestrichen: Keine Quelle belegt ihn.",
    ),
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "{n} von {sentences} Sätzen des Entwurfs sind durchgestrichen: Keine Quelle belegt sie oder das, "
        "worauf sie sich beziehen.",
        "1 von {sentences} Sätzen des Entwurfs ist durchgestrichen: Keine Quelle belegt ihn oder das, worauf "
        "er sich bezieht.",
    ),
    remarks.SOURCES_DISAGREE: "Die Quellen widersprechen sich: {ours}{mark}, aber {place} sagt {theirs}",
    remarks.SEVERAL_DISAGREE: (
        "Die Quellen widersprechen sich: {ours}{mark}, aber {n} Dokumente sagen {theirs}, etwa {place}"
    ),
    remarks.COPIES_DISAGREE: (
        "Die Quellen widersprechen sich: {ours}{mark}, aber {n} Dokumente sagen {theirs}, etwa {place}; Kopien "
        "einmal gezählt sind es {independent}"
    ),
    remarks.SAYS_OTHERWISE: "Eine Quelle sagt etwas anderes: „{quote}“ - {place}",
    remarks.UNDATED_LEFT_OUT: (
        "{n} Seiten ohne Datum wurden weggelassen.",
        "1 Seite ohne Datum wurde weggelassen.",
    ),
    remarks.OTHERS_LEFT_OUT: (
        "{n} Texte anderer Websites oder Tage wurden weggelassen.",
        "1 Text anderer Websites oder Tage wurde weggelassen.",
    ),
    remarks.LEFT_OUT: (
        "{n} Texte wurden weggelassen.",
        "1 Text wurde weggelassen.",
    ),
    failures.DNS_FAILED: "war nicht erreichbar (DNS-Abfrage fehlgeschlagen)",
    failures.UNREACHABLE: "war nicht erreichbar",
    failures.NO_ROUTE: "war nicht erreichbar (keine Route)",
    failures.NETWORK_DOWN: "war nicht erreichbar (kein Netz)",
    failures.REFUSED: "hat die Verbindung abgelehnt",
    failures.RESET: "hat die Verbindung zurückgesetzt",
    failures.BROKEN: "hat die Verbindung abgebrochen",
    failures.CLOSED: "hat die Verbindung ohne Antwort geschlossen",
    failures.TIMED_OUT: "hat nicht rechtzeitig geantwortet",
    failures.TIMED_OUT_AFTER: "hat nach {seconds:g} s nicht geantwortet",
    failures.BAD_CERTIFICATE: "hat ein ungültiges Zertifikat",
    failures.NO_TLS: "war nicht sicher erreichbar (TLS)",
    failures.CUT_OFF: "hat eine Antwort geschickt, die abgeschnitten war oder sich nicht entpacken ließ",
    failures.RATE_LIMITED: "begrenzt Anfragen (HTTP {status}){when}",
    failures.SERVER_ERROR: "hatte einen internen Fehler (HTTP {status}){when}",
    failures.REJECTED: "hat die Anfrage nicht angenommen (HTTP {status})",
    failures.RETRY_IN: ", erneut möglich in {duration}",
    failures.NOTHING_STORED: "offline, nichts gespeichert",
    failures.OFFLINE: "wurde nicht gefragt: offline",
    failures.PAUSED: "pausiert nach {failures} Fehlern; neuer Versuch in {duration}",
    failures.PAUSED_TRYING: "pausiert nach {failures} Fehlern; neuer Versuch läuft",
    failures.LIMIT_REACHED: "wurde nicht gefragt: Das Limit erlaubt die nächste Anfrage in {duration}",
    failures.BUSY: "wurde nicht gefragt: Es liefen schon so viele Anfragen, wie gleichzeitig erlaubt sind",
    failures.BUDGET_SPENT: "wurde nicht gefragt: Diese Frage hat alle ihre Anfragen verbraucht",
    failures.NO_TIME_LEFT: "wurde nicht gefragt: Dafür blieb keine Zeit",
    failures.NO_ENGINE: "fand keine Suchmaschine, die antwortet: {failures}",
    failures.NOT_SET_UP: "ist nicht eingerichtet",
    failures.SEARCHES_FAILED: "{failed} von {asked} Suchen sind gescheitert: {reasons}",
    failures.TOO_LATE: (
        "wurde nach {seconds:.1f} s nicht mehr abgewartet; was noch kommt, solange das Programm läuft, wird behalten"
    ),
    source_failures.LIMITS: "begrenzt Anfragen",
    source_failures.ROBOT_CHECK: "antwortete mit einer Bot-Prüfung",
    source_failures.LIKELY_ROBOT_CHECK: "antwortete ohne Treffer, wahrscheinlich mit einer Bot-Prüfung",
    source_failures.BOT_CHECK: "zeigt eine Bot-Prüfung oder einen Hinweis statt des Textes",
    source_failures.NO_TEXT: "hat keinen lesbaren Text",
    source_failures.BY_WORDS_ONLY: "wurde nur nach Wörtern durchsucht: {reason}",
    source_failures.UNSEARCHABLE: "konnte nicht durchsucht werden: {reason}",
    source_failures.COULD_READ_NONE: (
        "fand {n} Seiten, konnte aber keine davon lesen: {reason}",
        "fand 1 Seite, konnte sie aber nicht lesen: {reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "hat nicht innerhalb von {seconds:.1f} s geantwortet",
    report_lines.NOT_FOUND: "Nicht gefunden: {items}",
    report_lines.NOT_SEARCHED: "Nicht gesucht, weil das Budget aufgebraucht war: {items}",
    report_lines.ONE_SOURCE: "Nur von einer Quelle gesagt: {items}",
    report_lines.DOUBTFUL: "Zweifelhaft: {items}",
    report_lines.NOT_MENTIONED: "{asked} - die Texte erwähnen {what} nicht",
    report_lines.AND_MORE: "{items}; und {n} weitere",
    report_lines.SAID_ELSEWHERE: "In einem anderen Abschnitt behandelt: {items}",
    report_lines.NOT_CERTAIN: "Gefunden, aber nicht sicher genug für den Bericht: {items}",
    report_lines.METHOD: (
        "Wie er entstand: {steps}, {searches} in {sources}; {documents} Dokumente gelesen, {answering} "
        "mit Sätzen, die antworten{copies}."
    ),
    report_lines.COPIES: "; {n} davon Kopien, einmal gezählt",
    report_lines.NO_SOURCE: "keiner Quelle",
    report_lines.LINES_BY_MODEL: "{steps} ({n} seiner Zeilen von {model})",
    report_lines.TIMELINE: "Zeitleiste",
    report_lines.WHEN: "Wann",
    report_lines.IN_ITS_WORDS: "In den Worten der Quelle",
    report_lines.TIMELINE_SPAN: "Die Daten dieser Zeitleiste reichen von {first} bis {last}.",
    report_lines.DISAGREE: "Worin sich die Quellen widersprechen",
    report_lines.SUMMARY: "Kurz gefasst",
    report_lines.COUNTED_STEPS: (
        "{n} Schritte",
        "1 Schritt",
    ),
    report_lines.COUNTED_SEARCHES: (
        "{n} Suchen",
        "1 Suche",
    ),
    answer_lines.COMPLETE: "Vollständig",
    answer_lines.STOPPED: "Abgebrochen",
    answer_lines.PARTIAL: "Teilweise: nicht jede Quelle hat geantwortet",
    answer_lines.OFFLINE: "Offline: aus gespeicherten und lokalen Texten",
    answer_lines.UNANSWERED: "Nicht beantwortet: Die Quellen sagen es nicht",
    answer_lines.NOTHING_FOUND: "Nichts gefunden",
    answer_lines.EXTRACTS: "Auszüge: kein Chat-Modell hat geantwortet",
    answer_lines.UNSUPPORTED: "nicht belegt",
    answer_lines.PARTLY: "teilweise belegt",
    answer_lines.DISAGREE: "Quellen widersprechen sich",
    answer_lines.ONE_SITE: "nur eine Website",
    answer_lines.TAKEN_OUT: "entfernt: {reason}",
    answer_lines.TAKEN_OUT_TEXT: "Entfernt, {reason}: {text}",
    answer_lines.SAYS_OTHERWISE: "eine Quelle sagt etwas anderes",
    answer_lines.NOBODY_SAYS: "keine Quelle sagt es",
    answer_lines.ONLY_PART: "die Quellen sagen nur einen Teil davon",
    answer_lines.POINTS_BACK: "worauf er sich bezieht, fehlt",
    answer_lines.SUPPORTED: "{supported} von {sentences} belegt{by}{copies}",
    answer_lines.SENTENCES: (
        "{n} Sätzen",
        "1 Satz",
    ),
    answer_lines.BY_SOURCES: (
        "durch {n} Quellen",
        "durch 1 Quelle",
    ),
    answer_lines.ON_SITES: (
        "auf {n} Websites",
        "auf 1 Website",
    ),
    answer_lines.COPIED: (
        "({n} weitere Dokumente: kopierter Text)",
        "(1 weiteres Dokument: kopierter Text)",
    ),
    answer_lines.SEEN_NOT_READ: (
        "Gesehen, nicht gelesen: {n} Seiten, die kein Beleg sind ({hosts})",
        "Gesehen, nicht gelesen: 1 Seite, die kein Beleg ist ({hosts})",
    ),
    answer_lines.AND_MORE: "und {n} weitere",
    answer_lines.SEARCHED_BY: "Websuche durch {engines}",
    answer_lines.WRITTEN_BY: "geschrieben von {model}, dann geprüft",
    answer_lines.OWN_SENTENCES: "die eigenen Sätze der Quellen",
    answer_lines.NOT_FOUND_TO_SAY: "Keine Quelle sagt dies",
    answer_lines.PART_FOUND: "Nur ein Teil davon steht in einer Quelle",
    answer_lines.SEEN_PAGE: "Gesehen, nicht gelesen: {page}",
    answer_lines.BY_MODEL: "geschrieben von {model}",
    answer_lines.WORDS_OF_SOURCES: "Worte der Quellen",
    answer_lines.ADVICE: ". Suche eine zweite Website, bevor du danach handelst.",
    answer_lines.NOT_HTTPS: "nicht https",
    answer_lines.ONLY_ONE_SITE: "Nur eine Website sagt dies: {site} ({kind})",
    answer_lines.OFFICIAL: "amtlich",
    answer_lines.PRESS: "Presse",
    answer_lines.REFERENCE: "Nachschlagewerk",
    answer_lines.RESEARCH: "Forschung",
    answer_lines.FORUM: "Forum",
    answer_lines.SHOP: "Händler",
    answer_lines.UNKNOWN_KIND: "Art unbekannt",
}
