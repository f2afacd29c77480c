"""Arabic translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "لم أجد إجابة. المصادر التي بُحث فيها: {sources}. لا أجيب من ذاكرة النموذج. أعد صياغة السؤال أو أضف مصدرًا."
    ),
    remarks.NOTHING_SEARCHED: "لم أجد إجابة: تعذّر البحث في أي مصدر. لا أجيب من ذاكرة النموذج.",
    remarks.NOT_SAID: "لا تذكر المصادر ذلك: {question}",
    remarks.RELATED: "ذو صلة:",
    remarks.SOME_ANSWERED: "المصادر التي أجابت: {answered} من {asked}؛ {failures}",
    remarks.NO_NETWORK: "لا توجد شبكة: تعذّر الوصول إلى المصادر عبر الإنترنت، وعددها {n}. تحقّق من الاتصال.",
    remarks.NOT_IN_TEXTS: "لا تذكر النصوص المستشهد بها: {words}.",
    remarks.SEARCHED_TOO: "بُحث أيضًا عن: {words}.",
    remarks.WEB_SEARCH_BEGINS: (
        "من الآن يُبحث عن الأسئلة العامة في الويب أيضًا: لا تُرسل إلا كلمات البحث، إلى {engines}. للإيقاف: "
        "RESEARCH_AGENT_WEB_SEARCH=off."
    ),
    remarks.DRAFT_NOT_VERIFIED: "تعذّر التحقق من المسودة؛ هذه مقاطع من المصادر.",
    remarks.DRAFT_OFF_THE_QUESTION: "لم تُجب المسودة عن السؤال؛ تأتي أولًا جملة من أحد المصادر.",
    remarks.DRAFT_TOO_SHORT: "كانت المسودة قصيرة؛ تكمّلها مقاطع من المصادر.",
    remarks.DRAFT_REPEATED_ORDERS: "حُذف من المسودة لأنه يكرّر تعليمات صفحة أو محادثة سابقة: {text}.",
    remarks.EXTRACTS_INSTEAD: "{problem} تُعرض مقتطفات بدلًا من ذلك. {hint}",
    remarks.PASSAGES_LEFT_OUT: "مقاطع لم يتسع لها سياق النموذج ({tokens} رمزًا): {dropped} من {passages}.",
    remarks.REWRITTEN: "جمل أُعيدت صياغتها وفق مصادرها: {n}.",
    remarks.TAKEN_OUT: "جمل حُذفت من المسودة لأن أي مصدر لا يؤيدها: {n} من {sentences}.",
    remarks.TAKEN_OUT_WITH_OTHERS: "جمل حُذفت من المسودة لأن أي مصدر لا يؤيدها أو ما تشير إليه: {n} من {sentences}.",
    remarks.STRUCK_THROUGH: "جمل شُطبت في المسودة لأن أي مصدر لا يؤيدها: {n} من {sentences}.",
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "جمل شُطبت في المسودة لأن أي مصدر لا يؤيدها أو ما تشير إليه: {n} من {sentences}."
    ),
    remarks.SOURCES_DISAGREE: "تختلف المصادر: {ours}{mark}، لكن {place} يذكر {theirs}",
    remarks.SEVERAL_DISAGREE: "تختلف المصادر: {ours}{mark}، لكن وثائق أخرى، وعددها {n}، تذكر {theirs}، مثل {place}",
    remarks.COPIES_DISAGREE: (
        "تختلف المصادر: {ours}{mark}، لكن وثائق أخرى، وعددها {n}، تذكر {theirs}، مثل {place}؛ وباحتساب النسخ مرة "
        "واحدة: {independent}"
    ),
    remarks.SAYS_OTHERWISE: "يقول أحد المصادر غير ذلك: «{quote}» - {place}",
    remarks.UNDATED_LEFT_OUT: "صفحات بلا تاريخ استُبعدت: {n}.",
    remarks.OTHERS_LEFT_OUT: "نصوص من مواقع أو أيام أخرى استُبعدت: {n}.",
    remarks.LEFT_OUT: "نصوص استُبعدت: {n}.",
}
