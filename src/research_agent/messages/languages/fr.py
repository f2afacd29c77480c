"""French translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "Je n'ai pas trouvé de réponse. Sources consultées : {sources}. Je ne réponds pas de la mémoire du "
        "modèle. Reformulez la question ou ajoutez une source."
    ),
    remarks.NOTHING_SEARCHED: (
        "Je n'ai pas trouvé de réponse : aucune source n'a pu être consultée. Je ne réponds pas de la mémoire du "
        "modèle."
    ),
    remarks.NOT_SAID: "Les sources ne le disent pas : {question}",
    remarks.RELATED: "À ce sujet :",
    remarks.SOME_ANSWERED: "{answered} sources sur {asked} ont répondu ; {failures}",
    remarks.NO_NETWORK: "Pas de réseau : aucune des {n} sources en ligne n'a pu être jointe. Vérifiez la connexion.",
    remarks.NOT_IN_TEXTS: "Les textes cités ne mentionnent pas : {words}.",
    remarks.SEARCHED_TOO: "Aussi recherché : {words}.",
    remarks.WEB_SEARCH_BEGINS: (
        "Les questions générales sont désormais cherchées aussi sur le web : seuls les termes de recherche sont "
        "envoyés, à {engines}. Pour désactiver : RESEARCH_AGENT_WEB_SEARCH=off."
    ),
    remarks.DRAFT_NOT_VERIFIED: "Le brouillon n'a pas pu être vérifié ; voici des passages des sources.",
    remarks.DRAFT_OFF_THE_QUESTION: (
        "Le brouillon ne répondait pas à la question ; une phrase d'une source vient d'abord."
    ),
    remarks.DRAFT_TOO_SHORT: "Le brouillon était court ; des passages des sources le complètent.",
    remarks.DRAFT_REPEATED_ORDERS: (
        "Retiré du brouillon, car il répétait les consignes d'une page ou des tours précédents : {text}."
    ),
    remarks.EXTRACTS_INSTEAD: "{problem} Des extraits sont montrés à la place. {hint}",
    remarks.PASSAGES_LEFT_OUT: (
        "{dropped} passages sur {passages} ne tenaient pas dans le contexte du modèle, de {tokens} tokens."
    ),
    remarks.REWRITTEN: (
        "{n} phrases ont été réécrites d'après leurs sources.",
        "1 phrase a été réécrite d'après sa source.",
    ),
    remarks.TAKEN_OUT: (
        "{n} phrases sur {sentences} du brouillon ont été retirées : aucune source ne les confirme.",
        "1 phrase sur {sentences} du brouillon a été retirée : aucune source ne la confirme.",
    ),
    remarks.TAKEN_OUT_WITH_OTHERS: (
        "{n} phrases sur {sentences} du brouillon ont été retirées : aucune source ne les confirme, ni ce à "
        "quoi elles renvoient.",
        "1 phrase sur {sentences} du brouillon a été retirée : aucune source ne la confirme, ni ce à quoi "
        "elle renvoie.",
    ),
    remarks.STRUCK_THROUGH: (
        "{n} phrases sur {sentences} du brouillon sont barrées : aucune source ne les confirme.",
        "1 phrase sur {sentences} du brouillon est barrée : aucune source ne la confirme.",
    ),
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "{n} phrases sur {sentences} du brouillon sont barrées : aucune source ne les confirme, ni ce à quoi "
        "elles renvoient.",
        "1 phrase sur {sentences} du brouillon est barrée : aucune source ne la confirme, ni ce à quoi elle renvoie.",
    ),
    remarks.SOURCES_DISAGREE: "Les sources divergent : {ours}{mark}, mais {place} dit {theirs}",
    remarks.SEVERAL_DISAGREE: (
        "Les sources divergent : {ours}{mark}, mais {n} documents disent {theirs}, comme {place}"
    ),
    remarks.COPIES_DISAGREE: (
        "Les sources divergent : {ours}{mark}, mais {n} documents disent {theirs}, comme {place} ; copies "
        "comptées une fois : {independent}"
    ),
    remarks.SAYS_OTHERWISE: "Une source dit autre chose : « {quote} » - {place}",
    remarks.UNDATED_LEFT_OUT: (
        "{n} pages sans date ont été écartées.",
        "1 page sans date a été écartée.",
    ),
    remarks.OTHERS_LEFT_OUT: (
        "{n} textes d'autres sites ou jours ont été écartés.",
        "1 texte d'autres sites ou jours a été écarté.",
    ),
    remarks.LEFT_OUT: (
        "{n} textes ont été écartés.",
        "1 texte a été écarté.",
    ),
}
