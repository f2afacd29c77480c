"""Italian translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, answer_lines, failures, remarks, report_lines, source_failures

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
    remarks.OTHER_LANGUAGE: (
        "I testi citati sono in una lingua diversa dalla domanda; non è stato verificato se rispondono."
    ),
    remarks.MOSTLY_ENGLISH: (
        "Ciò che è conservato su questo computer è per lo più in inglese. Chiedi in inglese, o collegati alla "
        "rete per fonti nella tua lingua."
    ),
    remarks.BRING_LEADS: "`research-agent setup --lang {lang}` scarica introduzioni di Wikipedia nella tua lingua.",
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
    failures.DNS_FAILED: "non è raggiungibile (ricerca DNS non riuscita)",
    failures.UNREACHABLE: "non è raggiungibile",
    failures.NO_ROUTE: "non è raggiungibile (nessun percorso)",
    failures.NETWORK_DOWN: "non è raggiungibile (nessuna rete)",
    failures.REFUSED: "ha rifiutato la connessione",
    failures.RESET: "ha reimpostato la connessione",
    failures.BROKEN: "ha interrotto la connessione",
    failures.CLOSED: "ha chiuso la connessione senza rispondere",
    failures.TIMED_OUT: "non ha risposto in tempo",
    failures.TIMED_OUT_AFTER: "non ha risposto entro {seconds:g} s",
    failures.BAD_CERTIFICATE: "ha un certificato non valido",
    failures.NO_TLS: "non è raggiungibile in modo sicuro (TLS)",
    failures.CUT_OFF: "ha inviato una risposta troncata o impossibile da decomprimere",
    failures.RATE_LIMITED: "limita le richieste (HTTP {status}){when}",
    failures.SERVER_ERROR: "ha avuto un errore interno (HTTP {status}){when}",
    failures.REJECTED: "non ha accettato la richiesta (HTTP {status})",
    failures.RETRY_IN: ", si può riprovare tra {duration}",
    failures.NOTHING_STORED: "offline, nulla di conservato",
    failures.OFFLINE: "non è stata consultata: offline",
    failures.PAUSED: "in pausa dopo {failures} errori; nuovo tentativo tra {duration}",
    failures.PAUSED_TRYING: "in pausa dopo {failures} errori; nuovo tentativo in corso",
    failures.LIMIT_REACHED: "non è stata consultata: il suo limite consente la prossima richiesta tra {duration}",
    failures.BUSY: "non è stata consultata: erano già in corso tutte le richieste che ammette insieme",
    failures.BUDGET_SPENT: "non è stata consultata: questa domanda ha esaurito le sue richieste",
    failures.NO_TIME_LEFT: "non è stata consultata: non restava tempo",
    failures.NO_ENGINE: "non ha trovato alcun motore di ricerca che risponda: {failures}",
    failures.NOT_SET_UP: "non è configurata",
    failures.SEARCHES_FAILED: "{failed} ricerche su {asked} non sono riuscite: {reasons}",
    failures.TOO_LATE: (
        "non è stata attesa oltre {seconds:.1f} s; ciò che trova mentre il programma è in esecuzione viene conservato"
    ),
    source_failures.LIMITS: "limita le richieste",
    source_failures.ROBOT_CHECK: "ha risposto con una verifica anti-bot",
    source_failures.LIKELY_ROBOT_CHECK: "ha risposto senza risultati, probabilmente con una verifica anti-bot",
    source_failures.BOT_CHECK: "mostra una verifica anti-bot o un avviso al posto del testo",
    source_failures.NO_TEXT: "non ha testo leggibile",
    source_failures.BY_WORDS_ONLY: "è stata consultata solo per parole: {reason}",
    source_failures.UNSEARCHABLE: "non ha potuto essere consultata: {reason}",
    source_failures.COULD_READ_NONE: (
        "ha trovato {n} pagine, ma non ha potuto leggerne nessuna: {reason}",
        "ha trovato 1 pagina, ma non ha potuto leggerla: {reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "non ha risposto entro {seconds:.1f} s",
    report_lines.NOT_FOUND: "Non trovato: {items}",
    report_lines.NOT_SEARCHED: "Non cercato, perché il budget era esaurito: {items}",
    report_lines.ONE_SOURCE: "Detto da una sola fonte: {items}",
    report_lines.DOUBTFUL: "Dubbio: {items}",
    report_lines.NOT_MENTIONED: "{asked} - i testi non menzionano {what}",
    report_lines.AND_MORE: "{items}; e altri {n}",
    report_lines.SAID_ELSEWHERE: "Trattato in un'altra sezione: {items}",
    report_lines.NOT_CERTAIN: "Trovato, ma non abbastanza certo per il rapporto: {items}",
    report_lines.METHOD: (
        "Come è stato fatto: {steps}, {searches} in {sources}; {documents} documenti letti, {answering} "
        "con frasi che rispondono{copies}."
    ),
    report_lines.COPIES: "; di cui {n} copie, contate una volta",
    report_lines.NO_SOURCE: "nessuna fonte",
    report_lines.LINES_BY_MODEL: "{steps} ({n} delle sue righe di {model})",
    report_lines.TIMELINE: "Cronologia",
    report_lines.WHEN: "Quando",
    report_lines.IN_ITS_WORDS: "Nelle parole della fonte",
    report_lines.TIMELINE_SPAN: "Le date di questa cronologia vanno dal {first} al {last}.",
    report_lines.DISAGREE: "Dove le fonti divergono",
    report_lines.SUMMARY: "In breve",
    report_lines.COUNTED_STEPS: (
        "{n} passi",
        "1 passo",
    ),
    report_lines.COUNTED_SEARCHES: (
        "{n} ricerche",
        "1 ricerca",
    ),
    answer_lines.COMPLETE: "Completa",
    answer_lines.STOPPED: "Interrotta",
    answer_lines.PARTIAL: "Parziale: non tutte le fonti hanno risposto",
    answer_lines.OFFLINE: "Offline: da testi conservati e locali",
    answer_lines.UNANSWERED: "Senza risposta: le fonti non lo dicono",
    answer_lines.NOTHING_FOUND: "Non è stato trovato nulla",
    answer_lines.EXTRACTS: "Estratti: nessun modello di chat ha risposto",
    answer_lines.UNSUPPORTED: "non confermata",
    answer_lines.PARTLY: "confermata in parte",
    answer_lines.DISAGREE: "le fonti discordano",
    answer_lines.ONE_SITE: "un solo sito",
    answer_lines.TAKEN_OUT: "tolta: {reason}",
    answer_lines.TAKEN_OUT_TEXT: "Tolta, {reason}: {text}",
    answer_lines.SAYS_OTHERWISE: "una fonte dice altro",
    answer_lines.NOBODY_SAYS: "nessuna fonte lo dice",
    answer_lines.ONLY_PART: "le fonti ne dicono solo una parte",
    answer_lines.POINTS_BACK: "manca ciò a cui si riferisce",
    answer_lines.SUPPORTED: "{supported} su {sentences} confermate{by}{copies}",
    answer_lines.SENTENCES: (
        "{n} frasi",
        "1 frase",
    ),
    answer_lines.BY_SOURCES: (
        "da {n} fonti",
        "da 1 fonte",
    ),
    answer_lines.ON_SITES: (
        "su {n} siti",
        "su 1 sito",
    ),
    answer_lines.COPIED: (
        "(altri {n} documenti: testo copiato)",
        "(un altro documento: testo copiato)",
    ),
    answer_lines.SEEN_NOT_READ: (
        "Viste, non lette: {n} pagine, che non sono prove ({hosts})",
        "Vista, non letta: 1 pagina, che non è una prova ({hosts})",
    ),
    answer_lines.AND_MORE: "e altri {n}",
    answer_lines.SEARCHED_BY: "Web cercato con {engines}",
    answer_lines.WRITTEN_BY: "scritto da {model}, poi verificato",
    answer_lines.OWN_SENTENCES: "le frasi stesse delle fonti",
    answer_lines.NOT_FOUND_TO_SAY: "Nessuna fonte trovata dice",
    answer_lines.PART_FOUND: "Solo una parte di questo si trova in una fonte",
    answer_lines.SEEN_PAGE: "Vista, non letta: {page}",
    answer_lines.BY_MODEL: "scritto da {model}",
    answer_lines.WORDS_OF_SOURCES: "parole delle fonti",
    answer_lines.ADVICE: ". Cerca un secondo sito prima di agire di conseguenza.",
    answer_lines.NOT_HTTPS: "senza https",
    answer_lines.ONLY_ONE_SITE: "Solo un sito lo dice: {site} ({kind})",
    answer_lines.OFFICIAL: "ufficiale",
    answer_lines.PRESS: "stampa",
    answer_lines.REFERENCE: "opera di consultazione",
    answer_lines.RESEARCH: "ricerca",
    answer_lines.FORUM: "forum",
    answer_lines.SHOP: "negozio",
    answer_lines.UNKNOWN_KIND: "tipo sconosciuto",
}
