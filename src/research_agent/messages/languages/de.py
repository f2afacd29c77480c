"""German translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

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
}
