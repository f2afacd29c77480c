"""Arabic translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, failures, remarks, report_lines, source_failures

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
    failures.DNS_FAILED: "تعذّر الوصول إليه (فشل البحث في DNS)",
    failures.UNREACHABLE: "تعذّر الوصول إليه",
    failures.NO_ROUTE: "تعذّر الوصول إليه (لا يوجد مسار)",
    failures.NETWORK_DOWN: "تعذّر الوصول إليه (لا توجد شبكة)",
    failures.REFUSED: "رفض الاتصال",
    failures.RESET: "أعاد ضبط الاتصال",
    failures.BROKEN: "قطع الاتصال",
    failures.CLOSED: "أغلق الاتصال دون رد",
    failures.TIMED_OUT: "لم يرد في الوقت المحدد",
    failures.TIMED_OUT_AFTER: "لم يرد خلال {seconds:g} ث",
    failures.BAD_CERTIFICATE: "شهادته غير صالحة",
    failures.NO_TLS: "تعذّر الوصول إليه بشكل آمن (TLS)",
    failures.CUT_OFF: "أرسل ردًا مقطوعًا أو تعذّر فك ضغطه",
    failures.RATE_LIMITED: "يحدّ من الطلبات (HTTP {status}){when}",
    failures.SERVER_ERROR: "حدث فيه خطأ داخلي (HTTP {status}){when}",
    failures.REJECTED: "لم يقبل الطلب (HTTP {status})",
    failures.RETRY_IN: "، يمكن إعادة المحاولة بعد {duration}",
    failures.OFFLINE: "لم يُسأل: دون اتصال",
    failures.PAUSED: "متوقف مؤقتًا بعد {failures} إخفاقات؛ إعادة المحاولة بعد {duration}",
    failures.PAUSED_TRYING: "متوقف مؤقتًا بعد {failures} إخفاقات؛ تجري إعادة المحاولة",
    failures.LIMIT_REACHED: "لم يُسأل: يسمح حدّه بالطلب التالي بعد {duration}",
    failures.BUSY: "لم يُسأل: كان عدد الطلبات الجارية قد بلغ الحد المسموح",
    failures.BUDGET_SPENT: "لم يُسأل: استنفد هذا السؤال كل طلباته",
    failures.NO_TIME_LEFT: "لم يُسأل: لم يبقَ وقت",
    failures.NO_ENGINE: "لم يجد محرك بحث يرد: {failures}",
    failures.NOT_SET_UP: "غير مُعدّ",
    failures.SEARCHES_FAILED: "فشل {failed} من {asked} من عمليات البحث: {reasons}",
    failures.TOO_LATE: "لم يُنتظر بعد {seconds:.1f} ث؛ وما يجده أثناء عمل البرنامج يُحفظ",
    source_failures.LIMITS: "يحدّ من الطلبات",
    source_failures.ROBOT_CHECK: "رد بفحص للتحقق من الروبوتات",
    source_failures.LIKELY_ROBOT_CHECK: "رد دون نتائج، وعلى الأرجح بفحص للتحقق من الروبوتات",
    source_failures.BOT_CHECK: "يعرض فحصًا للتحقق من الروبوتات أو إشعارًا بدل النص",
    source_failures.NO_TEXT: "لا يحتوي على نص مقروء",
    source_failures.BY_WORDS_ONLY: "جرى البحث فيه بالكلمات فقط: {reason}",
    source_failures.UNSEARCHABLE: "تعذّر البحث فيه: {reason}",
    source_failures.COULD_READ_NONE: (
        "وجد {n} صفحات، لكن تعذّرت قراءة أي منها: {reason}",
        "وجد صفحة واحدة، لكن تعذّرت قراءتها: {reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "لم يرد خلال {seconds:.1f} ث",
    report_lines.NOT_FOUND: "لم يُعثر عليه: {items}",
    report_lines.NOT_SEARCHED: "لم يُبحث عنه لأن الميزانية نفدت: {items}",
    report_lines.ONE_SOURCE: "ذكره مصدر واحد فقط: {items}",
    report_lines.DOUBTFUL: "موضع شك: {items}",
    report_lines.NOT_MENTIONED: "{asked} - لا تذكر النصوص {what}",
    report_lines.AND_MORE: "{items}؛ و{n} غيرها",
    report_lines.SAID_ELSEWHERE: "وارد في قسم آخر: {items}",
    report_lines.NOT_CERTAIN: "عُثر عليه، لكن دون يقين كافٍ لإدراجه: {items}",
    report_lines.METHOD: (
        "كيف أُعدّ: {steps}، {searches} في {sources}؛ قُرئت {documents} من الوثائق، منها {answering} "
        "فيها جمل تجيب{copies}."
    ),
    report_lines.COPIES: "؛ منها {n} نسخ، عُدّت مرة واحدة",
    report_lines.NO_SOURCE: "لا مصدر",
    report_lines.LINES_BY_MODEL: "{steps} ({n} من سطورها من {model})",
    report_lines.DISAGREE: "ما تختلف فيه المصادر",
    report_lines.SUMMARY: "باختصار",
    report_lines.COUNTED_STEPS: (
        "{n} خطوات",
        "خطوة واحدة",
    ),
    report_lines.COUNTED_SEARCHES: (
        "{n} عمليات بحث",
        "عملية بحث واحدة",
    ),
}
