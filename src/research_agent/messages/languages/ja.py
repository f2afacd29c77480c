"""Japanese translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, remarks

TEXTS: Mapping[Message, str | tuple[str, str]] = {
    remarks.NO_ANSWER: (
        "回答は見つかりませんでした。検索した情報源：{sources}。モデルの記憶からは回答しません。"
        "質問を言い換えるか、情報源を追加してください。"
    ),
    remarks.NOTHING_SEARCHED: (
        "回答は見つかりませんでした：検索できた情報源がありません。モデルの記憶からは回答しません。"
    ),
    remarks.NOT_SAID: "情報源には書かれていません：{question}",
    remarks.RELATED: "関連：",
    remarks.SOME_ANSWERED: "{asked} 件中 {answered} 件の情報源が応答しました；{failures}",
    remarks.NO_NETWORK: (
        "ネットワークがありません：オンラインの情報源 {n} 件のどれにも接続できませんでした。接続を確認してください。"
    ),
    remarks.NOT_IN_TEXTS: "引用した文章には次の語がありません：{words}。",
    remarks.SEARCHED_TOO: "次の語でも検索しました：{words}。",
    remarks.WEB_SEARCH_BEGINS: (
        "今後、一般的な質問はウェブでも検索します：送るのは検索語だけで、送り先は {engines} です"
        "。無効にするには RESEARCH_AGENT_WEB_SEARCH=off を設定してください。"
    ),
    remarks.DRAFT_NOT_VERIFIED: "下書きは確認できませんでした。以下は情報源の抜粋です。",
    remarks.DRAFT_OFF_THE_QUESTION: "下書きは質問に答えていなかったため、情報源の文を先に示します。",
    remarks.DRAFT_TOO_SHORT: "下書きが短かったため、情報源の抜粋で補いました。",
    remarks.DRAFT_REPEATED_ORDERS: "ページの指示や以前のやり取りを繰り返していたため下書きから除きました：{text}。",
    remarks.EXTRACTS_INSTEAD: "{problem} 代わりに抜粋を表示します。{hint}",
    remarks.PASSAGES_LEFT_OUT: (
        "{passages} 件中 {dropped} 件の抜粋は、モデルの文脈 {tokens} トークンに入りませんでした。"
    ),
    remarks.REWRITTEN: "{n} 文を情報源に沿って書き直しました。",
    remarks.TAKEN_OUT: "下書きの {sentences} 文のうち {n} 文を削除しました：裏付ける情報源がありません。",
    remarks.TAKEN_OUT_WITH_OTHERS: (
        "下書きの {sentences} 文のうち {n} 文を削除しました：その文、またはそれが指す内容を裏付ける情報源がありません。"
    ),
    remarks.STRUCK_THROUGH: (
        "下書きの {sentences} 文のうち {n} 文に取り消し線を引きました：裏付ける情報源がありません。"
    ),
    remarks.STRUCK_THROUGH_WITH_OTHERS: (
        "下書きの {sentences} 文のうち {n} 文に取り消し線を引きました：その文、またはそれが指す"
        "内容を裏付ける情報源がありません。"
    ),
    remarks.SOURCES_DISAGREE: "情報源が食い違っています：{ours}{mark}。ただし {place} は {theirs} としています",
    remarks.SEVERAL_DISAGREE: (
        "情報源が食い違っています：{ours}{mark}。ただし {place} など {n} 件の文書は {theirs} としています"
    ),
    remarks.COPIES_DISAGREE: (
        "情報源が食い違っています：{ours}{mark}。ただし {place} など {n} 件の文書は {theirs} と"
        "しています；複製を一つと数えると {independent} 件"
    ),
    remarks.SAYS_OTHERWISE: "別のことを述べる情報源があります：「{quote}」 - {place}",
    remarks.UNDATED_LEFT_OUT: "日付のないページ {n} 件を除きました。",
    remarks.OTHERS_LEFT_OUT: "ほかのサイトや日付の文章 {n} 件を除きました。",
    remarks.LEFT_OUT: "文章 {n} 件を除きました。",
}
