"""Portuguese translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

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
}
