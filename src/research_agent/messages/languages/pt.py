"""Portuguese translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, answer_lines, failures, remarks, report_lines, source_failures

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "Não encontrei resposta. Fontes consultadas: {sources}. Não respondo da memória do modelo. Reformule a "
        "pergunta ou acrescente uma fonte."
    ),
    remarks.NOTHING_SEARCHED: (
        "Não encontrei resposta: nenhuma fonte pôde ser consultada. Não respondo da memória do modelo."
    ),
    remarks.NOT_SAID: "As fontes não o dizem: {question}",
    remarks.RELATED: "Relacionado:",
    remarks.SOME_ANSWERED: "Responderam {answered} de {asked} fontes; {failures}",
    remarks.NO_NETWORK: "Sem rede: nenhuma das {n} fontes online pôde ser acedida. Verifique a ligação.",
    remarks.NOT_IN_TEXTS: "Os textos citados não mencionam: {words}.",
    remarks.OTHER_LANGUAGE: (
        "Os textos citados estão noutra língua que não a da pergunta; não se verificou se respondem."
    ),
    remarks.MOSTLY_ENGLISH: (
        "O que está guardado neste computador está sobretudo em inglês. Pergunte em inglês, ou ligue-se à rede "
        "para ter fontes na sua língua."
    ),
    remarks.BRING_LEADS: "`research-agent setup --lang {lang}` descarrega introduções da Wikipédia na sua língua.",
    remarks.SEARCHED_TOO: "Também se procurou: {words}.",
    remarks.WEB_SEARCH_BEGINS: (
        "A partir de agora as perguntas gerais são procuradas também na web: só os termos de pesquisa são "
        "enviados, a {engines}. Para desligar: RESEARCH_AGENT_WEB_SEARCH=off."
    ),
    remarks.DRAFT_NOT_VERIFIED: "Não foi possível verificar o rascunho; estas são passagens das fontes.",
    remarks.DRAFT_OFF_THE_QUESTION: "O rascunho não respondia à pergunta; uma frase de uma fonte vem primeiro.",
    remarks.DRAFT_TOO_SHORT: "O rascunho era curto; passagens das fontes completam-no.",
    remarks.DRAFT_REPEATED_ORDERS: (
        "Retirado do rascunho, por repetir instruções de uma página ou turnos anteriores: {text}."
    ),
    remarks.EXTRACTS_INSTEAD: "{problem} Mostram-se extratos em vez disso. {hint}",
    remarks.PASSAGES_LEFT_OUT: (
        "{dropped} de {passages} passagens não couberam no contexto do modelo, de {tokens} tokens."
    ),
    remarks.REWRITTEN: (
        "{n} frases foram reescritas segundo as suas fontes.",
        "1 frase foi reescrita segundo a sua fonte.",
    ),
    remarks.TAKEN_OUT: (
        "{n} de {sentences} frases do rascunho foram retiradas: nenhuma fonte as confirma.",
        "1 de {sentences} frases do rascunho foi retirada: nenhuma fonte a confirma.",
    ),
    remarks.TAKEN_OUT_WITH_OTHERS: (
        "{n} de {sentences} frases do rascunho foram retiradas: nenhuma fonte as confirma, ou aquilo a que se referem.",
        "1 de {sentences} frases do rascunho foi retirada: nenhuma fonte a confirma, ou aquilo a que se refere.",
    ),
    remarks.STRUCK_THROUGH: (
        "{n} de {sentences} frases do rascunho estão riscadas: nenhuma fonte as confirma.",
        "1 de {sentences} frases do rascunho está riscada: nenhuma fonte a confirma.",
    ),
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "{n} de {sentences} frases do rascunho estão riscadas: nenhuma fonte as confirma, ou aquilo a que se referem.",
        "1 de {sentences} frases do rascunho está riscada: nenhuma fonte a confirma, ou aquilo a que se refere.",
    ),
    remarks.SOURCES_DISAGREE: "As fontes divergem: {ours}{mark}, mas {place} diz {theirs}",
    remarks.SEVERAL_DISAGREE: "As fontes divergem: {ours}{mark}, mas {n} documentos dizem {theirs}, como {place}",
    remarks.COPIES_DISAGREE: (
        "As fontes divergem: {ours}{mark}, mas {n} documentos dizem {theirs}, como {place}; contando as cópias "
        "uma vez, {independent}"
    ),
    remarks.SAYS_OTHERWISE: "Uma fonte diz outra coisa: «{quote}» - {place}",
    remarks.UNDATED_LEFT_OUT: (
        "{n} páginas sem data foram deixadas de fora.",
        "1 página sem data foi deixada de fora.",
    ),
    remarks.OTHERS_LEFT_OUT: (
        "{n} textos de outros sítios ou dias foram deixados de fora.",
        "1 texto de outros sítios ou dias foi deixado de fora.",
    ),
    remarks.LEFT_OUT: (
        "{n} textos foram deixados de fora.",
        "1 texto foi deixado de fora.",
    ),
    failures.DNS_FAILED: "não está acessível (a consulta DNS falhou)",
    failures.UNREACHABLE: "não está acessível",
    failures.NO_ROUTE: "não está acessível (sem rota)",
    failures.NETWORK_DOWN: "não está acessível (sem rede)",
    failures.REFUSED: "recusou a conexão",
    failures.RESET: "reiniciou a conexão",
    failures.BROKEN: "interrompeu a conexão",
    failures.CLOSED: "fechou a conexão sem responder",
    failures.TIMED_OUT: "não respondeu a tempo",
    failures.TIMED_OUT_AFTER: "não respondeu em {seconds:g} s",
    failures.BAD_CERTIFICATE: "tem um certificado inválido",
    failures.NO_TLS: "não está acessível de forma segura (TLS)",
    failures.CUT_OFF: "enviou uma resposta cortada ou que não pôde ser descompactada",
    failures.RATE_LIMITED: "limita as solicitações (HTTP {status}){when}",
    failures.SERVER_ERROR: "teve um erro interno (HTTP {status}){when}",
    failures.REJECTED: "não aceitou a solicitação (HTTP {status})",
    failures.RETRY_IN: ", pode tentar de novo em {duration}",
    failures.NOTHING_STORED: "offline, nada guardado",
    failures.OFFLINE: "não foi consultada: offline",
    failures.PAUSED: "em pausa após {failures} falhas; nova tentativa em {duration}",
    failures.PAUSED_TRYING: "em pausa após {failures} falhas; tentando de novo agora",
    failures.LIMIT_REACHED: "não foi consultada: o seu limite permite a próxima solicitação em {duration}",
    failures.BUSY: "não foi consultada: já havia tantas solicitações em curso quantas permite ao mesmo tempo",
    failures.BUDGET_SPENT: "não foi consultada: esta pergunta gastou todas as suas solicitações",
    failures.NO_TIME_LEFT: "não foi consultada: não restava tempo",
    failures.NO_ENGINE: "não encontrou nenhum mecanismo de busca que responda: {failures}",
    failures.NOT_SET_UP: "não está configurada",
    failures.SEARCHES_FAILED: "{failed} de {asked} buscas falharam: {reasons}",
    failures.TOO_LATE: (
        "não se esperou além de {seconds:.1f} s; o que encontrar enquanto o programa estiver aberto é guardado"
    ),
    source_failures.LIMITS: "limita as solicitações",
    source_failures.ROBOT_CHECK: "respondeu com uma verificação anti-robô",
    source_failures.LIKELY_ROBOT_CHECK: "respondeu sem resultados, provavelmente com uma verificação anti-robô",
    source_failures.BOT_CHECK: "mostra uma verificação anti-robô ou um aviso em vez do texto",
    source_failures.NO_TEXT: "não tem texto legível",
    source_failures.BY_WORDS_ONLY: "foi consultada apenas por palavras: {reason}",
    source_failures.UNSEARCHABLE: "não pôde ser consultada: {reason}",
    source_failures.COULD_READ_NONE: (
        "encontrou {n} páginas, mas não conseguiu ler nenhuma: {reason}",
        "encontrou 1 página, mas não conseguiu lê-la: {reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "não respondeu em {seconds:.1f} s",
    report_lines.NOT_FOUND: "Não encontrado: {items}",
    report_lines.NOT_SEARCHED: "Não pesquisado, porque o orçamento se esgotou: {items}",
    report_lines.ONE_SOURCE: "Dito por uma única fonte: {items}",
    report_lines.DOUBTFUL: "Duvidoso: {items}",
    report_lines.NOT_MENTIONED: "{asked} - os textos não mencionam {what}",
    report_lines.AND_MORE: "{items}; e mais {n}",
    report_lines.SAID_ELSEWHERE: "Tratado em outra seção: {items}",
    report_lines.NOT_CERTAIN: "Encontrado, mas sem certeza suficiente para o relatório: {items}",
    report_lines.METHOD: (
        "Como foi feito: {steps}, {searches} em {sources}; {documents} documentos lidos, {answering} "
        "com frases que respondem{copies}."
    ),
    report_lines.COPIES: "; {n} deles cópias, contadas uma vez",
    report_lines.NO_SOURCE: "nenhuma fonte",
    report_lines.LINES_BY_MODEL: "{steps} ({n} das suas linhas por {model})",
    report_lines.TIMELINE: "Cronologia",
    report_lines.WHEN: "Quando",
    report_lines.IN_ITS_WORDS: "Nas palavras da fonte",
    report_lines.TIMELINE_SPAN: "As datas desta cronologia vão de {first} a {last}.",
    report_lines.DISAGREE: "Onde as fontes divergem",
    report_lines.SUMMARY: "Em resumo",
    report_lines.COUNTED_STEPS: (
        "{n} passos",
        "1 passo",
    ),
    report_lines.COUNTED_SEARCHES: (
        "{n} buscas",
        "1 busca",
    ),
    answer_lines.COMPLETE: "Completa",
    answer_lines.STOPPED: "Interrompida",
    answer_lines.PARTIAL: "Parcial: nem todas as fontes responderam",
    answer_lines.OFFLINE: "Offline: a partir de textos guardados e locais",
    answer_lines.UNANSWERED: "Sem resposta: as fontes não o dizem",
    answer_lines.NOTHING_FOUND: "Nada encontrado",
    answer_lines.EXTRACTS: "Excertos: nenhum modelo de chat respondeu",
    answer_lines.UNSUPPORTED: "sem confirmação",
    answer_lines.PARTLY: "confirmada em parte",
    answer_lines.DISAGREE: "as fontes divergem",
    answer_lines.ONE_SITE: "um único site",
    answer_lines.TAKEN_OUT: "retirada: {reason}",
    answer_lines.TAKEN_OUT_TEXT: "Retirada, {reason}: {text}",
    answer_lines.SAYS_OTHERWISE: "uma fonte diz outra coisa",
    answer_lines.NOBODY_SAYS: "nenhuma fonte o diz",
    answer_lines.ONLY_PART: "as fontes dizem apenas uma parte",
    answer_lines.POINTS_BACK: "falta aquilo a que se refere",
    answer_lines.SUPPORTED: "{supported} de {sentences} confirmadas{by}{copies}",
    answer_lines.SENTENCES: (
        "{n} frases",
        "1 frase",
    ),
    answer_lines.BY_SOURCES: (
        "por {n} fontes",
        "por 1 fonte",
    ),
    answer_lines.ON_SITES: (
        "em {n} sites",
        "em 1 site",
    ),
    answer_lines.COPIED: (
        "(mais {n} documentos: texto copiado)",
        "(mais 1 documento: texto copiado)",
    ),
    answer_lines.SEEN_NOT_READ: (
        "Vistas, não lidas: {n} páginas, que não são prova ({hosts})",
        "Vista, não lida: 1 página, que não é prova ({hosts})",
    ),
    answer_lines.AND_MORE: "e mais {n}",
    answer_lines.SEARCHED_BY: "Web pesquisada por {engines}",
    answer_lines.WRITTEN_BY: "escrito por {model}, depois verificado",
    answer_lines.OWN_SENTENCES: "as próprias frases das fontes",
    answer_lines.NOT_FOUND_TO_SAY: "Nenhuma fonte encontrada diz",
    answer_lines.PART_FOUND: "Só uma parte disto foi encontrada numa fonte",
    answer_lines.SEEN_PAGE: "Vista, não lida: {page}",
    answer_lines.BY_MODEL: "escrito por {model}",
    answer_lines.WORDS_OF_SOURCES: "palavras das fontes",
    answer_lines.ADVICE: ". Procure um segundo site antes de agir com base nisto.",
    answer_lines.NOT_HTTPS: "sem https",
    answer_lines.ONLY_ONE_SITE: "Só um site diz isto: {site} ({kind})",
    answer_lines.OFFICIAL: "oficial",
    answer_lines.PRESS: "imprensa",
    answer_lines.REFERENCE: "obra de referência",
    answer_lines.RESEARCH: "investigação",
    answer_lines.FORUM: "fórum",
    answer_lines.SHOP: "loja",
    answer_lines.UNKNOWN_KIND: "tipo desconhecido",
}
