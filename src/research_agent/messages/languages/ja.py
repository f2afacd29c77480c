"""Japanese translations."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.messages import Message, answer_lines, failures, remarks, report_lines, source_failures

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
    remarks.OTHER_LANGUAGE: "引用した文章は質問とは別の言語です。質問に答えているかは確認していません。",
    remarks.MOSTLY_ENGLISH: (
        "このコンピューターに保存されている文章は主に英語です。英語で質問するか、ネットワークに接続して質問の言語の情報源を使ってください。"
    ),
    remarks.BRING_LEADS: "`research-agent setup --lang {lang}` で、その言語のWikipediaの導入部を取得できます。",
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
    failures.DNS_FAILED: "に接続できませんでした（DNS の検索に失敗）",
    failures.UNREACHABLE: "に接続できませんでした",
    failures.NO_ROUTE: "に接続できませんでした（経路なし）",
    failures.NETWORK_DOWN: "に接続できませんでした（ネットワークなし）",
    failures.REFUSED: "が接続を拒否しました",
    failures.RESET: "が接続をリセットしました",
    failures.BROKEN: "が接続を切断しました",
    failures.CLOSED: "が応答せずに接続を閉じました",
    failures.TIMED_OUT: "が時間内に応答しませんでした",
    failures.TIMED_OUT_AFTER: "が {seconds:g} 秒以内に応答しませんでした",
    failures.BAD_CERTIFICATE: "の証明書は無効です",
    failures.NO_TLS: "に安全に接続できませんでした（TLS）",
    failures.CUT_OFF: "の応答は途中で切れているか、展開できませんでした",
    failures.RATE_LIMITED: "がリクエストを制限しています（HTTP {status}）{when}",
    failures.SERVER_ERROR: "で内部エラーが発生しました（HTTP {status}）{when}",
    failures.REJECTED: "がリクエストを受け付けませんでした（HTTP {status}）",
    failures.RETRY_IN: "、{duration} 後に再試行できます",
    failures.NOTHING_STORED: "オフライン、保存済みのものなし",
    failures.OFFLINE: "は検索していません：オフライン",
    failures.PAUSED: "は {failures} 回失敗したため休止中です。{duration} 後に再試行します",
    failures.PAUSED_TRYING: "は {failures} 回失敗したため休止中です。再試行しています",
    failures.LIMIT_REACHED: "は検索していません：制限により次のリクエストは {duration} 後です",
    failures.BUSY: "は検索していません：同時に許されるリクエスト数に達していました",
    failures.BUDGET_SPENT: "は検索していません：この質問のリクエストを使い切りました",
    failures.NO_TIME_LEFT: "は検索していません：時間が残っていませんでした",
    failures.NO_ENGINE: "では応答する検索エンジンが見つかりませんでした：{failures}",
    failures.NOT_SET_UP: "は設定されていません",
    failures.SEARCHES_FAILED: "{asked} 件の検索のうち {failed} 件が失敗しました：{reasons}",
    failures.TOO_LATE: "は {seconds:.1f} 秒で待つのをやめました。プログラムの実行中に見つかったものは保存されます",
    source_failures.LIMITS: "がリクエストを制限しています",
    source_failures.ROBOT_CHECK: "がボット確認を返しました",
    source_failures.LIKELY_ROBOT_CHECK: "が結果なしで応答しました。おそらくボット確認です",
    source_failures.BOT_CHECK: "は本文の代わりにボット確認または通知を表示します",
    source_failures.NO_TEXT: "には読めるテキストがありません",
    source_failures.BY_WORDS_ONLY: "は単語だけで検索しました：{reason}",
    source_failures.UNSEARCHABLE: "を検索できませんでした：{reason}",
    source_failures.COULD_READ_NONE: (
        "で {n} ページ見つかりましたが、どれも読めませんでした：{reason}",
        "で 1 ページ見つかりましたが、読めませんでした：{reason}",
    ),
    source_failures.NO_ANSWER_WITHIN: "が {seconds:.1f} 秒以内に応答しませんでした",
    report_lines.NOT_FOUND: "見つかりませんでした：{items}",
    report_lines.NOT_SEARCHED: "予算を使い切ったため検索していません：{items}",
    report_lines.ONE_SOURCE: "一つの情報源だけが述べています：{items}",
    report_lines.DOUBTFUL: "疑わしい点：{items}",
    report_lines.NOT_MENTIONED: "{asked} - 本文に {what} の言及がありません",
    report_lines.AND_MORE: "{items}、ほか {n} 件",
    report_lines.SAID_ELSEWHERE: "別の節で扱っています：{items}",
    report_lines.NOT_CERTAIN: "見つかりましたが、報告するには確かさが足りません：{items}",
    report_lines.METHOD: (
        "作成方法：{steps}、{sources} で{searches}。{documents} 件の文書を読み、{answering} "
        "件に答えとなる文がありました{copies}。"
    ),
    report_lines.COPIES: "（うち {n} 件は複製で、一度だけ数えました）",
    report_lines.NO_SOURCE: "情報源なし",
    report_lines.LINES_BY_MODEL: "{steps}（うち {n} 行は {model} による）",
    report_lines.TIMELINE: "年表",
    report_lines.WHEN: "時期",
    report_lines.IN_ITS_WORDS: "情報源の文言",
    report_lines.TIMELINE_SPAN: "この年表の日付は{first}年から{last}年までです。",
    report_lines.DISAGREE: "情報源の食い違い",
    report_lines.SUMMARY: "要約",
    report_lines.COUNTED_STEPS: (
        "{n} ステップ",
        "1 ステップ",
    ),
    report_lines.COUNTED_SEARCHES: (
        "検索 {n} 回",
        "検索 1 回",
    ),
    answer_lines.COMPLETE: "完了",
    answer_lines.STOPPED: "中断",
    answer_lines.PARTIAL: "一部のみ：応答しなかった情報源があります",
    answer_lines.OFFLINE: "オフライン：保存済みおよび手元のテキストによる",
    answer_lines.UNANSWERED: "回答なし：情報源に記載がありません",
    answer_lines.NOTHING_FOUND: "見つかりませんでした",
    answer_lines.EXTRACTS: "抜粋：チャットモデルが応答しませんでした",
    answer_lines.UNSUPPORTED: "裏付けなし",
    answer_lines.PARTLY: "一部のみ裏付けあり",
    answer_lines.DISAGREE: "情報源に相違あり",
    answer_lines.ONE_SITE: "1サイトのみ",
    answer_lines.TAKEN_OUT: "削除：{reason}",
    answer_lines.TAKEN_OUT_TEXT: "削除（{reason}）：{text}",
    answer_lines.SAYS_OTHERWISE: "別のことを述べる情報源があります",
    answer_lines.NOBODY_SAYS: "述べている情報源がありません",
    answer_lines.ONLY_PART: "情報源はその一部しか述べていません",
    answer_lines.POINTS_BACK: "指し示す内容がありません",
    answer_lines.SUPPORTED: "{sentences}のうち {supported} 文に裏付けあり{by}{copies}",
    answer_lines.SENTENCES: "{n} 文",
    answer_lines.BY_SOURCES: "・情報源 {n} 件",
    answer_lines.ON_SITES: "・サイト {n} 件",
    answer_lines.COPIED: "（ほか {n} 件は写し）",
    answer_lines.SEEN_NOT_READ: "検索で見つかったが未読（根拠に含まず）：{n} ページ（{hosts}）",
    answer_lines.AND_MORE: "ほか {n} 件",
    answer_lines.SEARCHED_BY: "ウェブ検索：{engines}",
    answer_lines.WRITTEN_BY: "{model} が作成し、検証済み",
    answer_lines.OWN_SENTENCES: "情報源の原文",
    answer_lines.NOT_FOUND_TO_SAY: "述べている情報源が見つかりません",
    answer_lines.PART_FOUND: "情報源で見つかったのはこの一部のみ",
    answer_lines.SEEN_PAGE: "未読：{page}",
    answer_lines.BY_MODEL: "{model} が作成",
    answer_lines.WORDS_OF_SOURCES: "情報源の文言",
    answer_lines.ADVICE: "。これに基づいて行動する前に、別のサイトも確認してください。",
    answer_lines.NOT_HTTPS: "https ではない",
    answer_lines.ONLY_ONE_SITE: "これを述べているのは 1 サイトのみ：{site}（{kind}）",
    answer_lines.OFFICIAL: "公的機関",
    answer_lines.PRESS: "報道",
    answer_lines.REFERENCE: "事典・資料",
    answer_lines.RESEARCH: "研究",
    answer_lines.FORUM: "フォーラム",
    answer_lines.SHOP: "販売店",
    answer_lines.UNKNOWN_KIND: "種類不明",
}
