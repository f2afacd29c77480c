"""Chinese translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, failures, remarks, report_lines, source_failures

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: "没有找到答案。已搜索：{sources}。我不凭模型的记忆回答。请换一种问法，或添加来源。",
    remarks.NOTHING_SEARCHED: "没有找到答案：没有任何来源可以搜索。我不凭模型的记忆回答。",
    remarks.NOT_SAID: "来源没有说明：{question}",
    remarks.RELATED: "相关内容：",
    remarks.SOME_ANSWERED: "{asked} 个来源中有 {answered} 个作出回应；{failures}",
    remarks.NO_NETWORK: "没有网络：{n} 个在线来源都无法访问。请检查网络连接。",
    remarks.NOT_IN_TEXTS: "所引文本未提及：{words}。",
    remarks.SEARCHED_TOO: "还搜索了：{words}。",
    remarks.WEB_SEARCH_BEGINS: (
        "从现在起，一般性问题也会在网上搜索：只发送搜索词，发送给 {engines}。关闭方法：RESEARCH_AGENT_WEB_SEARCH=off。"
    ),
    remarks.DRAFT_NOT_VERIFIED: "草稿无法核实；以下是来源中的段落。",
    remarks.DRAFT_OFF_THE_QUESTION: "草稿没有回答问题；先列出来源中的一句话。",
    remarks.DRAFT_TOO_SHORT: "草稿较短；由来源中的段落补充。",
    remarks.DRAFT_REPEATED_ORDERS: "已从草稿中去除，因为重复了网页的指令或先前的对话：{text}。",
    remarks.EXTRACTS_INSTEAD: "{problem} 改为显示摘录。{hint}",
    remarks.PASSAGES_LEFT_OUT: "{passages} 个段落中有 {dropped} 个超出模型 {tokens} 个词元的上下文。",
    remarks.REWRITTEN: "{n} 个句子已按来源改写。",
    remarks.TAKEN_OUT: "草稿的 {sentences} 个句子中删除了 {n} 个：没有来源支持。",
    remarks.TAKEN_OUT_WITH_OTHERS: "草稿的 {sentences} 个句子中删除了 {n} 个：没有来源支持它们或其所指的内容。",
    remarks.STRUCK_THROUGH: "草稿的 {sentences} 个句子中有 {n} 个被划掉：没有来源支持。",
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "草稿的 {sentences} 个句子中有 {n} 个被划掉：没有来源支持它们或其所指的内容。"
    ),
    remarks.SOURCES_DISAGREE: "来源说法不一：{ours}{mark}，但 {place} 称 {theirs}",
    remarks.SEVERAL_DISAGREE: "来源说法不一：{ours}{mark}，但有 {n} 份文件称 {theirs}，例如 {place}",
    remarks.COPIES_DISAGREE: (
        "来源说法不一：{ours}{mark}，但有 {n} 份文件称 {theirs}，例如 {place}；副本只计一次为 {independent} 份"
    ),
    remarks.SAYS_OTHERWISE: "有来源另有说法：“{quote}” - {place}",
    remarks.UNDATED_LEFT_OUT: "{n} 个没有日期的网页未采用。",
    remarks.OTHERS_LEFT_OUT: "{n} 篇其他网站或日期的文本未采用。",
    remarks.LEFT_OUT: "{n} 篇文本未采用。",
    failures.DNS_FAILED: "无法访问（DNS 查询失败）",
    failures.UNREACHABLE: "无法访问",
    failures.NO_ROUTE: "无法访问（没有路由）",
    failures.NETWORK_DOWN: "无法访问（没有网络）",
    failures.REFUSED: "拒绝了连接",
    failures.RESET: "重置了连接",
    failures.BROKEN: "中断了连接",
    failures.CLOSED: "未作回应就关闭了连接",
    failures.TIMED_OUT: "响应超时",
    failures.TIMED_OUT_AFTER: "在 {seconds:g} 秒内没有响应",
    failures.BAD_CERTIFICATE: "的证书无效",
    failures.NO_TLS: "无法安全访问（TLS）",
    failures.CUT_OFF: "返回的内容被截断或无法解压",
    failures.RATE_LIMITED: "正在限制请求（HTTP {status}）{when}",
    failures.SERVER_ERROR: "发生内部错误（HTTP {status}）{when}",
    failures.REJECTED: "没有接受请求（HTTP {status}）",
    failures.RETRY_IN: "，{duration} 后可重试",
    failures.OFFLINE: "未查询：离线",
    failures.PAUSED: "失败 {failures} 次后暂停；{duration} 后重试",
    failures.PAUSED_TRYING: "失败 {failures} 次后暂停；正在重试",
    failures.LIMIT_REACHED: "未查询：其限额允许在 {duration} 后再次请求",
    failures.BUSY: "未查询：同时进行的请求已达到上限",
    failures.BUDGET_SPENT: "未查询：这个问题的请求次数已用完",
    failures.NO_TIME_LEFT: "未查询：没有剩余时间",
    failures.NO_ENGINE: "没有找到可用的搜索引擎：{failures}",
    failures.NOT_SET_UP: "尚未设置",
    failures.SEARCHES_FAILED: "{asked} 次搜索中有 {failed} 次失败：{reasons}",
    failures.TOO_LATE: "超过 {seconds:.1f} 秒后不再等待；程序运行期间找到的内容会保留",
    source_failures.LIMITS: "正在限制请求",
    source_failures.ROBOT_CHECK: "返回了机器人验证",
    source_failures.LIKELY_ROBOT_CHECK: "没有返回结果，很可能是机器人验证",
    source_failures.BOT_CHECK: "显示的是机器人验证或提示，而不是正文",
    source_failures.NO_TEXT: "没有可读的文字",
    source_failures.BY_WORDS_ONLY: "只按词语搜索：{reason}",
    source_failures.UNSEARCHABLE: "无法搜索：{reason}",
    source_failures.COULD_READ_NONE: (
        "找到 {n} 个网页，但都无法读取：{reason}",
        "找到 1 个网页，但无法读取：{reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "在 {seconds:.1f} 秒内没有响应",
    report_lines.NOT_FOUND: "未找到：{items}",
    report_lines.NOT_SEARCHED: "因预算用完而未搜索：{items}",
    report_lines.ONE_SOURCE: "只有一个来源提到：{items}",
    report_lines.DOUBTFUL: "存疑：{items}",
    report_lines.NOT_MENTIONED: "{asked} - 文中没有提到 {what}",
    report_lines.AND_MORE: "{items}；另有 {n} 项",
    report_lines.SAID_ELSEWHERE: "已在其他部分说明：{items}",
    report_lines.NOT_CERTAIN: "已找到，但不够确定，未写入报告：{items}",
    report_lines.METHOD: (
        "制作方式：{steps}，在 {sources} 中{searches}；读取 {documents} 份文档，其中 {answering} "
        "份有回答问题的句子{copies}。"
    ),
    report_lines.COPIES: "；其中 {n} 份是副本，只计一次",
    report_lines.NO_SOURCE: "无来源",
    report_lines.LINES_BY_MODEL: "{steps}（其中 {n} 行来自 {model}）",
    report_lines.DISAGREE: "来源的分歧",
    report_lines.SUMMARY: "概要",
    report_lines.COUNTED_STEPS: (
        "{n} 个步骤",
        "1 个步骤",
    ),
    report_lines.COUNTED_SEARCHES: (
        "搜索 {n} 次",
        "搜索 1 次",
    ),
}
