"""Chinese translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

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
}
