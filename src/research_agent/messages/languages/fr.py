"""French translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, answer_lines, failures, remarks, report_lines, source_failures

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
    remarks.OTHER_LANGUAGE: (
        "Les textes cités sont dans une autre langue que la question ; il n'a pas été vérifié qu'ils y répondent."
    ),
    remarks.MOSTLY_ENGLISH: (
        "Ce qui est conservé sur cet ordinateur est surtout en anglais. Posez la question en anglais, ou "
        "connectez-vous au réseau pour des sources dans votre langue."
    ),
    remarks.BRING_LEADS: "`research-agent setup --lang {lang}` télécharge des introductions de Wikipédia en français.",
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
    failures.DNS_FAILED: "est inaccessible (échec de la résolution DNS)",
    failures.UNREACHABLE: "est inaccessible",
    failures.NO_ROUTE: "est inaccessible (aucune route)",
    failures.NETWORK_DOWN: "est inaccessible (pas de réseau)",
    failures.REFUSED: "a refusé la connexion",
    failures.RESET: "a réinitialisé la connexion",
    failures.BROKEN: "a coupé la connexion",
    failures.CLOSED: "a fermé la connexion sans répondre",
    failures.TIMED_OUT: "n'a pas répondu à temps",
    failures.TIMED_OUT_AFTER: "n'a pas répondu en {seconds:g} s",
    failures.BAD_CERTIFICATE: "a un certificat non valide",
    failures.NO_TLS: "est inaccessible de manière sécurisée (TLS)",
    failures.CUT_OFF: "a envoyé une réponse tronquée ou impossible à décompresser",
    failures.RATE_LIMITED: "limite les requêtes (HTTP {status}){when}",
    failures.SERVER_ERROR: "a eu une erreur interne (HTTP {status}){when}",
    failures.REJECTED: "n'a pas accepté la requête (HTTP {status})",
    failures.RETRY_IN: ", nouvel essai possible dans {duration}",
    failures.NOTHING_STORED: "hors ligne, rien de conservé",
    failures.OFFLINE: "n'a pas été interrogé : hors ligne",
    failures.PAUSED: "en pause après {failures} échecs ; nouvel essai dans {duration}",
    failures.PAUSED_TRYING: "en pause après {failures} échecs ; nouvel essai en cours",
    failures.LIMIT_REACHED: "n'a pas été interrogé : sa limite autorise la prochaine requête dans {duration}",
    failures.BUSY: "n'a pas été interrogé : il y avait déjà autant de requêtes en cours qu'il en permet",
    failures.BUDGET_SPENT: "n'a pas été interrogé : cette question a épuisé toutes ses requêtes",
    failures.NO_TIME_LEFT: "n'a pas été interrogé : il ne restait pas assez de temps",
    failures.NO_ENGINE: "n'a trouvé aucun moteur de recherche qui réponde : {failures}",
    failures.NOT_SET_UP: "n'est pas configuré",
    failures.SEARCHES_FAILED: "{failed} recherches sur {asked} ont échoué : {reasons}",
    failures.TOO_LATE: (
        "n'a pas été attendu au-delà de {seconds:.1f} s ; ce qu'il trouve pendant que le programme tourne est conservé"
    ),
    source_failures.LIMITS: "limite les requêtes",
    source_failures.ROBOT_CHECK: "a répondu par une vérification anti-robot",
    source_failures.LIKELY_ROBOT_CHECK: "a répondu sans résultats, probablement par une vérification anti-robot",
    source_failures.BOT_CHECK: "affiche une vérification anti-robot ou un avis au lieu de son texte",
    source_failures.NO_TEXT: "n'a pas de texte lisible",
    source_failures.BY_WORDS_ONLY: "n'a été parcouru que par mots : {reason}",
    source_failures.UNSEARCHABLE: "n'a pas pu être parcouru : {reason}",
    source_failures.COULD_READ_NONE: (
        "a trouvé {n} pages, mais n'a pu en lire aucune : {reason}",
        "a trouvé 1 page, mais n'a pas pu la lire : {reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "n'a pas répondu en {seconds:.1f} s",
    report_lines.NOT_FOUND: "Non trouvé : {items}",
    report_lines.NOT_SEARCHED: "Non recherché, car le budget était épuisé : {items}",
    report_lines.ONE_SOURCE: "Affirmé par une seule source : {items}",
    report_lines.DOUBTFUL: "Douteux : {items}",
    report_lines.NOT_MENTIONED: "{asked} - les textes ne mentionnent pas {what}",
    report_lines.AND_MORE: "{items} ; et {n} de plus",
    report_lines.SAID_ELSEWHERE: "Traité dans une autre section : {items}",
    report_lines.NOT_CERTAIN: "Trouvé, mais pas assez sûr pour le rapport : {items}",
    report_lines.METHOD: (
        "Comment il a été fait : {steps}, {searches} dans {sources} ; {documents} documents lus, "
        "{answering} avec des phrases qui répondent{copies}."
    ),
    report_lines.COPIES: " ; dont {n} copies, comptées une fois",
    report_lines.NO_SOURCE: "aucune source",
    report_lines.LINES_BY_MODEL: "{steps} ({n} de ses lignes par {model})",
    report_lines.TIMELINE: "Chronologie",
    report_lines.WHEN: "Quand",
    report_lines.IN_ITS_WORDS: "Dans les mots de la source",
    report_lines.TIMELINE_SPAN: "Les dates de cette chronologie vont de {first} à {last}.",
    report_lines.DISAGREE: "Où les sources divergent",
    report_lines.SUMMARY: "En bref",
    report_lines.COUNTED_STEPS: (
        "{n} étapes",
        "1 étape",
    ),
    report_lines.COUNTED_SEARCHES: (
        "{n} recherches",
        "1 recherche",
    ),
    answer_lines.COMPLETE: "Complète",
    answer_lines.STOPPED: "Arrêtée",
    answer_lines.PARTIAL: "Partielle : toutes les sources n'ont pas répondu",
    answer_lines.OFFLINE: "Hors ligne : à partir de textes conservés et locaux",
    answer_lines.UNANSWERED: "Sans réponse : les sources ne le disent pas",
    answer_lines.NOTHING_FOUND: "Rien trouvé",
    answer_lines.EXTRACTS: "Extraits : aucun modèle de chat n'a répondu",
    answer_lines.UNSUPPORTED: "non étayé",
    answer_lines.PARTLY: "étayé en partie",
    answer_lines.DISAGREE: "sources en désaccord",
    answer_lines.ONE_SITE: "un seul site",
    answer_lines.TAKEN_OUT: "retirée : {reason}",
    answer_lines.TAKEN_OUT_TEXT: "Retirée, {reason} : {text}",
    answer_lines.SAYS_OTHERWISE: "une source dit autre chose",
    answer_lines.NOBODY_SAYS: "aucune source ne le dit",
    answer_lines.ONLY_PART: "les sources n'en disent qu'une partie",
    answer_lines.POINTS_BACK: "ce à quoi elle renvoie est absent",
    answer_lines.SUPPORTED: "{supported} sur {sentences} étayées{by}{copies}",
    answer_lines.SENTENCES: (
        "{n} phrases",
        "1 phrase",
    ),
    answer_lines.BY_SOURCES: (
        "par {n} sources",
        "par 1 source",
    ),
    answer_lines.ON_SITES: (
        "sur {n} sites",
        "sur 1 site",
    ),
    answer_lines.COPIED: (
        "({n} documents de plus : texte copié)",
        "(1 document de plus : texte copié)",
    ),
    answer_lines.SEEN_NOT_READ: (
        "Vues, non lues : {n} pages, qui ne prouvent rien ({hosts})",
        "Vue, non lue : 1 page, qui ne prouve rien ({hosts})",
    ),
    answer_lines.AND_MORE: "et {n} de plus",
    answer_lines.SEARCHED_BY: "Web parcouru par {engines}",
    answer_lines.WRITTEN_BY: "rédigé par {model}, puis vérifié",
    answer_lines.OWN_SENTENCES: "les phrases mêmes des sources",
    answer_lines.NOT_FOUND_TO_SAY: "Aucune source trouvée ne dit",
    answer_lines.PART_FOUND: "Seule une partie de ceci se trouve dans une source",
    answer_lines.SEEN_PAGE: "Vue, non lue : {page}",
    answer_lines.BY_MODEL: "rédigé par {model}",
    answer_lines.WORDS_OF_SOURCES: "mots des sources",
    answer_lines.ADVICE: ". Cherchez un second site avant d'agir en conséquence.",
    answer_lines.NOT_HTTPS: "sans https",
    answer_lines.ONLY_ONE_SITE: "Un seul site le dit : {site} ({kind})",
    answer_lines.OFFICIAL: "officiel",
    answer_lines.PRESS: "presse",
    answer_lines.REFERENCE: "ouvrage de référence",
    answer_lines.RESEARCH: "recherche",
    answer_lines.FORUM: "forum",
    answer_lines.SHOP: "boutique",
    answer_lines.UNKNOWN_KIND: "type inconnu",
}
