"""Spanish translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "No he encontrado respuesta. Fuentes consultadas: {sources}. No respondo de memoria del modelo. "
        "Reformula la pregunta o añade una fuente."
    ),
    remarks.NOTHING_SEARCHED: (
        "No he encontrado respuesta: no se pudo consultar ninguna fuente. No respondo de memoria del modelo."
    ),
    remarks.NOT_SAID: "Las fuentes no lo dicen: {question}",
    remarks.RELATED: "Relacionado:",
    remarks.SOME_ANSWERED: "Respondieron {answered} de {asked} fuentes; {failures}",
    remarks.NO_NETWORK: (
        "Sin conexión: no se pudo acceder a ninguna de las {n} fuentes en línea. Comprueba la conexión."
    ),
    remarks.NOT_IN_TEXTS: "Los textos citados no mencionan: {words}.",
    remarks.SEARCHED_TOO: "También se buscó: {words}.",
    remarks.WEB_SEARCH_BEGINS: (
        "Desde ahora las preguntas generales se buscan también en la web: solo se envían los términos de "
        "búsqueda, a {engines}. Para desactivarlo: RESEARCH_AGENT_WEB_SEARCH=off."
    ),
    remarks.DRAFT_NOT_VERIFIED: "No se pudo verificar el borrador; estos son pasajes de las fuentes.",
    remarks.DRAFT_OFF_THE_QUESTION: "El borrador no respondía a la pregunta; una frase de una fuente va primero.",
    remarks.DRAFT_TOO_SHORT: "El borrador era breve; lo completan pasajes de las fuentes.",
    remarks.DRAFT_REPEATED_ORDERS: (
        "Omitido del borrador, por repetir instrucciones de una página o turnos anteriores: {text}."
    ),
    remarks.EXTRACTS_INSTEAD: "{problem} Se muestran extractos en su lugar. {hint}",
    remarks.PASSAGES_LEFT_OUT: (
        "{dropped} de {passages} pasajes no cabían en el contexto del modelo, de {tokens} tokens."
    ),
    remarks.REWRITTEN: (
        "Se reescribieron {n} frases según sus fuentes.",
        "Se reescribió 1 frase según su fuente.",
    ),
    remarks.TAKEN_OUT: (
        "Se eliminaron {n} de {sentences} frases del borrador: ninguna fuente las respalda.",
        "Se eliminó 1 de {sentences} frases del borrador: ninguna fuente la respalda.",
    ),
    remarks.TAKEN_OUT_WITH_OTHERS: (
        "Se eliminaron {n} de {sentences} frases del borrador: ninguna fuente las respalda, o aquello a lo "
        "que se refieren.",
        "Se eliminó 1 de {sentences} frases del borrador: ninguna fuente la respalda, o aquello a lo que se refiere.",
    ),
    remarks.STRUCK_THROUGH: (
        "{n} de {sentences} frases del borrador están tachadas: ninguna fuente las respalda.",
        "1 de {sentences} frases del borrador está tachada: ninguna fuente la respalda.",
    ),
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "{n} de {sentences} frases del borrador están tachadas: ninguna fuente las respalda, o aquello a lo "
        "que se refieren.",
        "1 de {sentences} frases del borrador está tachada: ninguna fuente la respalda, o aquello a lo que se refiere.",
    ),
    remarks.SOURCES_DISAGREE: "Las fuentes discrepan: {ours}{mark}, pero {place} dice {theirs}",
    remarks.SEVERAL_DISAGREE: "Las fuentes discrepan: {ours}{mark}, pero {n} documentos dicen {theirs}, como {place}",
    remarks.COPIES_DISAGREE: (
        "Las fuentes discrepan: {ours}{mark}, pero {n} documentos dicen {theirs}, como {place}; contando las "
        "copias una vez, {independent}"
    ),
    remarks.SAYS_OTHERWISE: "Una fuente dice otra cosa: «{quote}» - {place}",
    remarks.UNDATED_LEFT_OUT: (
        "Se omitieron {n} páginas sin fecha.",
        "Se omitió 1 página sin fecha.",
    ),
    remarks.OTHERS_LEFT_OUT: (
        "Se omitieron {n} textos de otros sitios o días.",
        "Se omitió 1 texto de otros sitios o días.",
    ),
    remarks.LEFT_OUT: (
        "Se omitieron {n} textos.",
        "Se omitió 1 texto.",
    ),
}
