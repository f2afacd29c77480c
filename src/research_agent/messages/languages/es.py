"""Spanish translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, answer_lines, failures, remarks, report_lines, source_failures

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
    remarks.OTHER_LANGUAGE: (
        "Los textos citados están en otro idioma que la pregunta; no se comprobó si la responden."
    ),
    remarks.MOSTLY_ENGLISH: (
        "Lo guardado en este equipo está sobre todo en inglés. Pregunta en inglés, o conéctate a la red para "
        "tener fuentes en tu idioma."
    ),
    remarks.BRING_LEADS: "`research-agent setup --lang {lang}` descarga introducciones de Wikipedia en español.",
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
    failures.DNS_FAILED: "no está accesible (falló la consulta DNS)",
    failures.UNREACHABLE: "no está accesible",
    failures.NO_ROUTE: "no está accesible (sin ruta)",
    failures.NETWORK_DOWN: "no está accesible (sin red)",
    failures.REFUSED: "rechazó la conexión",
    failures.RESET: "reinició la conexión",
    failures.BROKEN: "cortó la conexión",
    failures.CLOSED: "cerró la conexión sin responder",
    failures.TIMED_OUT: "no respondió a tiempo",
    failures.TIMED_OUT_AFTER: "no respondió en {seconds:g} s",
    failures.BAD_CERTIFICATE: "tiene un certificado no válido",
    failures.NO_TLS: "no está accesible de forma segura (TLS)",
    failures.CUT_OFF: "envió una respuesta cortada o que no se pudo descomprimir",
    failures.RATE_LIMITED: "limita las solicitudes (HTTP {status}){when}",
    failures.SERVER_ERROR: "tuvo un error interno (HTTP {status}){when}",
    failures.REJECTED: "no aceptó la solicitud (HTTP {status})",
    failures.RETRY_IN: ", se puede reintentar en {duration}",
    failures.NOTHING_STORED: "sin conexión, nada guardado",
    failures.OFFLINE: "no se consultó: sin conexión",
    failures.PAUSED: "en pausa tras {failures} fallos; nuevo intento en {duration}",
    failures.PAUSED_TRYING: "en pausa tras {failures} fallos; reintentando ahora",
    failures.LIMIT_REACHED: "no se consultó: su límite permite la próxima solicitud en {duration}",
    failures.BUSY: "no se consultó: ya había tantas solicitudes en curso como permite a la vez",
    failures.BUDGET_SPENT: "no se consultó: esta pregunta ha gastado todas sus solicitudes",
    failures.NO_TIME_LEFT: "no se consultó: no quedaba tiempo",
    failures.NO_ENGINE: "no encontró ningún buscador que responda: {failures}",
    failures.NOT_SET_UP: "no está configurada",
    failures.SEARCHES_FAILED: "{failed} de {asked} búsquedas fallaron: {reasons}",
    failures.TOO_LATE: (
        "no se esperó más de {seconds:.1f} s; lo que encuentre mientras el programa siga abierto se conserva"
    ),
    source_failures.LIMITS: "limita las solicitudes",
    source_failures.ROBOT_CHECK: "respondió con una comprobación contra bots",
    source_failures.LIKELY_ROBOT_CHECK: "respondió sin resultados, probablemente con una comprobación contra bots",
    source_failures.BOT_CHECK: "muestra una comprobación contra bots o un aviso en lugar de su texto",
    source_failures.NO_TEXT: "no tiene texto legible",
    source_failures.BY_WORDS_ONLY: "se buscó solo por palabras: {reason}",
    source_failures.UNSEARCHABLE: "no se pudo consultar: {reason}",
    source_failures.COULD_READ_NONE: (
        "encontró {n} páginas, pero no pudo leer ninguna: {reason}",
        "encontró 1 página, pero no pudo leerla: {reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "no respondió en {seconds:.1f} s",
    report_lines.NOT_FOUND: "No encontrado: {items}",
    report_lines.NOT_SEARCHED: "No buscado, porque se agotó el presupuesto: {items}",
    report_lines.ONE_SOURCE: "Lo dice una sola fuente: {items}",
    report_lines.DOUBTFUL: "Dudoso: {items}",
    report_lines.NOT_MENTIONED: "{asked} - los textos no mencionan {what}",
    report_lines.AND_MORE: "{items}; y {n} más",
    report_lines.SAID_ELSEWHERE: "Tratado en otra sección: {items}",
    report_lines.NOT_CERTAIN: "Encontrado, pero sin la certeza necesaria para el informe: {items}",
    report_lines.METHOD: (
        "Cómo se hizo: {steps}, {searches} en {sources}; {documents} documentos leídos, {answering} con "
        "frases que responden{copies}."
    ),
    report_lines.COPIES: "; {n} de ellos copias, contadas una vez",
    report_lines.NO_SOURCE: "ninguna fuente",
    report_lines.LINES_BY_MODEL: "{steps} ({n} de sus líneas por {model})",
    report_lines.TIMELINE: "Cronología",
    report_lines.WHEN: "Cuándo",
    report_lines.IN_ITS_WORDS: "En palabras de la fuente",
    report_lines.TIMELINE_SPAN: "Las fechas de esta cronología van de {first} a {last}.",
    report_lines.DISAGREE: "En qué discrepan las fuentes",
    report_lines.SUMMARY: "En resumen",
    report_lines.COUNTED_STEPS: (
        "{n} pasos",
        "1 paso",
    ),
    report_lines.COUNTED_SEARCHES: (
        "{n} búsquedas",
        "1 búsqueda",
    ),
    answer_lines.COMPLETE: "Completa",
    answer_lines.STOPPED: "Detenida",
    answer_lines.PARTIAL: "Parcial: no todas las fuentes respondieron",
    answer_lines.OFFLINE: "Sin conexión: a partir de textos guardados y locales",
    answer_lines.UNANSWERED: "Sin respuesta: las fuentes no lo dicen",
    answer_lines.NOTHING_FOUND: "No se encontró nada",
    answer_lines.EXTRACTS: "Extractos: ningún modelo de chat respondió",
    answer_lines.UNSUPPORTED: "sin respaldo",
    answer_lines.PARTLY: "respaldada en parte",
    answer_lines.DISAGREE: "las fuentes discrepan",
    answer_lines.ONE_SITE: "un solo sitio",
    answer_lines.TAKEN_OUT: "eliminada: {reason}",
    answer_lines.TAKEN_OUT_TEXT: "Eliminada, {reason}: {text}",
    answer_lines.SAYS_OTHERWISE: "una fuente dice otra cosa",
    answer_lines.NOBODY_SAYS: "ninguna fuente lo dice",
    answer_lines.ONLY_PART: "las fuentes solo dicen una parte",
    answer_lines.POINTS_BACK: "falta aquello a lo que se refiere",
    answer_lines.SUPPORTED: "{supported} de {sentences} con respaldo{by}{copies}",
    answer_lines.SENTENCES: (
        "{n} frases",
        "1 frase",
    ),
    answer_lines.BY_SOURCES: (
        "de {n} fuentes",
        "de 1 fuente",
    ),
    answer_lines.ON_SITES: (
        "en {n} sitios",
        "en 1 sitio",
    ),
    answer_lines.COPIED: (
        "({n} documentos más: texto copiado)",
        "(1 documento más: texto copiado)",
    ),
    answer_lines.SEEN_NOT_READ: (
        "Vistas, no leídas: {n} páginas, que no son prueba ({hosts})",
        "Vista, no leída: 1 página, que no es prueba ({hosts})",
    ),
    answer_lines.AND_MORE: "y {n} más",
    answer_lines.SEARCHED_BY: "Web buscada con {engines}",
    answer_lines.WRITTEN_BY: "escrito por {model} y comprobado después",
    answer_lines.OWN_SENTENCES: "las propias frases de las fuentes",
    answer_lines.NOT_FOUND_TO_SAY: "No se encontró ninguna fuente que diga",
    answer_lines.PART_FOUND: "Solo una parte de esto se encontró en una fuente",
    answer_lines.SEEN_PAGE: "Vista, no leída: {page}",
    answer_lines.BY_MODEL: "escrito por {model}",
    answer_lines.WORDS_OF_SOURCES: "palabras de las fuentes",
    answer_lines.ADVICE: ". Busca un segundo sitio antes de actuar en consecuencia.",
    answer_lines.NOT_HTTPS: "sin https",
    answer_lines.ONLY_ONE_SITE: "Solo un sitio dice esto: {site} ({kind})",
    answer_lines.OFFICIAL: "oficial",
    answer_lines.PRESS: "prensa",
    answer_lines.REFERENCE: "obra de consulta",
    answer_lines.RESEARCH: "investigación",
    answer_lines.FORUM: "foro",
    answer_lines.SHOP: "tienda",
    answer_lines.UNKNOWN_KIND: "tipo desconocido",
}
