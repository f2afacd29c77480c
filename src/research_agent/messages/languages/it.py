"""Italian translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "Non ho trovato una risposta. Fonti consultate: {sources}. Non rispondo dalla memoria del modello. "
        "Riformula la domanda o aggiungi una fonte."
    ),
    remarks.NOTHING_SEARCHED: (
        "Non ho trovato una risposta: nessuna fonte è stata consultabile. Non rispondo dalla memoria del modello."
    ),
    remarks.NOT_SAID: "Le fonti non lo dicono: {question}",
    remarks.RELATED: "Correlato:",
    remarks.SOME_ANSWERED: "Hanno risposto {answered} fonti su {asked}; {failures}",
    remarks.NO_NETWORK: "Nessuna rete: nessuna delle {n} fonti online è raggiungibile. Controlla la connessione.",
    remarks.NOT_IN_TEXTS: "I testi citati non menzionano: {words}.",
    remarks.SEARCHED_TOO: "Cercato anche: {words}.",
    remarks.WEB_SEARCH_BEGINS: (
        "D'ora in poi le domande generali si cercano anche sul web: si inviano solo i termini di ricerca, a "
        "{engines}. Per disattivarlo: RESEARCH_AGENT_WEB_SEARCH=off."
    ),
    remarks.DRAFT_NOT_VERIFIED: "La bozza non è verificabile; questi sono passi delle fonti.",
    remarks.DRAFT_OFF_THE_QUESTION: "La bozza non rispondeva alla domanda; prima viene una frase di una fonte.",
    remarks.DRAFT_TOO_SHORT: "La bozza era breve; la completano passi delle fonti.",
    remarks.DRAFT_REPEATED_ORDERS: (
        "Tolto dalla bozza, perché ripeteva istruzioni di una pagina o turni precedenti: {text}."
    ),
    remarks.EXTRACTS_INSTEAD: "{problem} Al suo posto ecco degli estratti. {hint}",
    remarks.PASSAGES_LEFT_OUT: (
        "{dropped} passi su {passages} non entravano nel contesto del modello, di {tokens} token."
    ),
    remarks.REWRITTEN: (
        "{n} frasi sono state riscritte secondo le loro fonti.",
        "1 frase è stata riscritta secondo la sua fonte.",
    ),
    remarks.TAKEN_OUT: (
        "{n} frasi su {sentences} della bozza sono state tolte: nessuna fonte le conferma.",
        "1 frase su {sentences} della bozza è stata tolta: nessuna fonte la conferma.",
    ),
    remarks.TAKEN_OUT_WITH_OTHERS: (
        "{n} frasi su {sentences} della bozza sono state tolte: nessuna fonte le conferma, o ciò a cui si riferiscono.",
        "1 frase su {sentences} della bozza è stata tolta: nessuna fonte la conferma, o ciò a cui si riferisce.",
    ),
    remarks.STRUCK_THROUGH: (
        "{n} frasi su {sentences} della bozza sono barrate: nessuna fonte le conferma.",
        "1 frase su {sentences} della bozza è barrata: nessuna fonte la conferma.",
    ),
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "{n} frasi su {sentences} della bozza sono barrate: nessuna fonte le conferma, o ciò a cui si riferiscono.",
        "1 frase su {sentences} della bozza è barrata: nessuna fonte la conferma, o ciò a cui si riferisce.",
    ),
    remarks.SOURCES_DISAGREE: "Le fonti discordano: {ours}{mark}, ma {place} dice {theirs}",
    remarks.SEVERAL_DISAGREE: "Le fonti discordano: {ours}{mark}, ma {n} documenti dicono {theirs}, come {place}",
    remarks.COPIES_DISAGREE: (
        "Le fonti discordano: {ours}{mark}, ma {n} documenti dicono {theirs}, come {place}; contando le copie "
        "una volta, {independent}"
    ),
    remarks.SAYS_OTHERWISE: "Una fonte dice altro: «{quote}» - {place}",
    remarks.UNDATED_LEFT_OUT: (
        "{n} pagine senza data sono state escluse.",
        "1 pagina senza data è stata esclusa.",
    ),
    remarks.OTHERS_LEFT_OUT: (
        "{n} testi di altri siti o giorni sono stati esclusi.",
        "1 testo di altri siti o giorni è stato escluso.",
    ),
    remarks.LEFT_OUT: (
        "{n} testi sono stati esclusi.",
        "1 testo è stato escluso.",
    ),
}
