"""Each line of the catalogue: the case in which a user meets it, the values of its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

Case = tuple[str, Mapping[str, object], str]

SHOWN: Mapping[str, Case] = {
    "remarks.NO_ANSWER": (
        "no source has anything near the question",
        {"sources": "Wikipedia"},
        "I found no answer. Searched: Wikipedia. I don't answer from the model's memory. "
        "Try rephrasing, or add a source.",
    ),
    "remarks.NO_SOURCE": ("every source failed, so that none was searched", {}, "none"),
    "remarks.SOME_ANSWERED": (
        "one of two sources fails",
        {"answered": 1, "asked": 2, "failures": "Hacker News timed out after 8 s"},
        "1 of 2 sources answered; Hacker News timed out after 8 s",
    ),
    "remarks.NO_NETWORK": (
        "all online sources fail before they are reached",
        {"n": 5},
        "No network: none of the 5 online sources could be reached. Check your connection.",
    ),
    "remarks.CACHED": ("a stored response is used", {"age": "15 min"}, "cached, 15 min old"),
    "remarks.CACHED_NOW": ("a response of the same second is used", {}, "cached just now"),
    "remarks.CHOSEN_BY_YOU": ("--source NAME", {}, "chosen by you"),
    "remarks.QUESTION_ABOUT": ("a question of a kind", {"kinds": "people"}, "question about people"),
    "remarks.HOLDS_AN_ADDRESS": ("a question with https:// in it", {}, "the question contains an address"),
    "remarks.NOT_IN_TEXTS": (
        "a name of the question is in no cited text",
        {"words": "Ada, 1902"},
        "The cited texts do not mention: Ada, 1902.",
    ),
    "remarks.SEARCHED_TOO": ("a misspelt word", {"words": "'Photosynthesis'"}, "Also searched for 'Photosynthesis'."),
    "remarks.WEB_SEARCH_BEGINS": (
        "the first question that goes to the web",
        {"engines": "DuckDuckGo or Mojeek"},
        "General questions are now searched on the web too: only the search terms are sent, to DuckDuckGo or Mojeek. "
        "To turn this off, set RESEARCH_AGENT_WEB_SEARCH=off.",
    ),
    "remarks.DRAFT_NOT_VERIFIED": (
        "no sentence of the draft is supported",
        {},
        "The draft could not be verified; these are passages from the sources.",
    ),
    "remarks.DRAFT_OFF_THE_QUESTION": (
        "the draft is true, and answers another question",
        {},
        "The draft did not answer the question; a sentence from a source comes first.",
    ),
    "remarks.DRAFT_TOO_SHORT": (
        "fewer than three sentences of the draft are supported",
        {},
        "The draft was short; passages from the sources complete it.",
    ),
    "remarks.DRAFT_REPEATED_ORDERS": (
        "a page's orders are in the draft",
        {"text": 3},
        "Left out of the draft, as it repeated a page's instructions or earlier turns: 3.",
    ),
    "remarks.EXTRACTS_INSTEAD": (
        "the chat model fails",
        {"problem": "Ollama does not answer.", "hint": "Start it: ollama serve"},
        "Ollama does not answer. Showing extracts instead. Start it: ollama serve",
    ),
    "remarks.PASSAGES_LEFT_OUT": (
        "the evidence is longer than the model's context",
        {"dropped": 2, "passages": 9, "tokens": "2,048"},
        "2 of 9 passages did not fit the model's context of 2,048 tokens.",
    ),
    "remarks.REWRITTEN": (
        "a large model repairs a sentence",
        {"n": 1},
        "1 sentence was rewritten from its source.",
    ),
    "remarks.TAKEN_OUT": (
        "no source says two sentences",
        {"n": 2, "sentences": 6},
        "2 of 6 sentences of the draft were removed: no source supports them.",
    ),
    "remarks.TAKEN_OUT_WITH_OTHERS": (
        "a sentence points back at one that was removed",
        {"n": 2, "sentences": 6},
        "2 of 6 sentences of the draft were removed: no source supports them, or what they refer to.",
    ),
    "remarks.STRUCK_THROUGH": (
        "--keep-unsupported",
        {"n": 1, "sentences": 6},
        "1 of 6 sentences of the draft is struck through: no source supports it.",
    ),
    "remarks.STRUCK_THROUGH_WITH_OTHERS": (
        "--keep-unsupported, and one points back",
        {"n": 2, "sentences": 6},
        "2 of 6 sentences of the draft are struck through: no source supports them, or what they refer to.",
    ),
    "remarks.SOURCES_DISAGREE": (
        "one other document has another figure",
        {"ours": "412 km", "mark": " [1]", "place": "Rivers", "theirs": "380 km"},
        "Sources disagree: 412 km [1], but Rivers says 380 km",
    ),
    "remarks.SEVERAL_DISAGREE": (
        "several other documents do",
        {"ours": "412 km", "mark": " [1]", "n": 2, "place": "Rivers", "theirs": "380 km"},
        "Sources disagree: 412 km [1], but 2 documents say 380 km, such as Rivers",
    ),
    "remarks.COPIES_DISAGREE": (
        "several do, and some are copies",
        {"ours": "412 km", "mark": "", "n": 7, "place": "Rivers", "theirs": "380 km", "independent": 1},
        "Sources disagree: 412 km, but 7 documents say 380 km, such as Rivers; copies counted once, 1 of them",
    ),
    "remarks.SAYS_OTHERWISE": (
        "a sentence of the draft is contradicted",
        {"quote": "It is new.", "place": "Rivers"},
        'A source says otherwise: "It is new." - Rivers',
    ),
    "remarks.COMPUTED": (
        "a question that asks for arithmetic",
        {"values": "a = 3, b = 2", "program": "a - b"},
        "Computed from the cited figures: a = 3, b = 2; a - b. `verify` runs it again.",
    ),
    "remarks.NOTHING_OF_PERIOD": (
        "nothing was found at all of a period",
        {"period": "this week"},
        "Nothing I found dates from this week.",
    ),
    "remarks.NEWEST_IS_OLDER": (
        "all that was found is older",
        {"period": "this week", "day": "2024-03-05"},
        "Nothing I found dates from this week; the newest source is from 2024-03-05.",
    ),
    "remarks.NONE_IS_DATED": (
        "nothing that was found has a date",
        {"period": "this week"},
        "Nothing I found dates from this week; none of the sources is dated.",
    ),
    "remarks.UNDATED_LEFT_OUT": (
        "--since, and undated pages",
        {"n": 3},
        "3 pages without a date were left out.",
    ),
    "remarks.OTHERS_LEFT_OUT": ("--site", {"n": 2}, "2 texts of other sites or days were left out."),
    "remarks.LEFT_OUT": ("block_sites leaves nothing", {"n": 1}, "1 text was left out."),
    "failures.DNS_FAILED": ("a name that no server knows", {}, "could not be reached (DNS lookup failed)"),
    "failures.UNREACHABLE": ("no connection, for another reason", {}, "could not be reached"),
    "failures.NO_ROUTE": ("EHOSTUNREACH", {}, "could not be reached (no route)"),
    "failures.NETWORK_DOWN": ("ENETUNREACH", {}, "could not be reached (no network)"),
    "failures.REFUSED": ("nothing listens", {}, "refused the connection"),
    "failures.RESET": ("the connection is reset", {}, "reset the connection"),
    "failures.BROKEN": ("the connection breaks", {}, "dropped the connection"),
    "failures.CLOSED": ("a server that hangs up", {}, "closed the connection without an answer"),
    "failures.TIMED_OUT": ("a plug-in's own time limit", {}, "timed out"),
    "failures.TIMED_OUT_AFTER": ("a silent server", {"seconds": 8.0}, "timed out after 8 s"),
    "failures.BAD_CERTIFICATE": ("an expired certificate", {}, "has a certificate that is not valid"),
    "failures.WRONG_CERTIFICATE": ("another fingerprint", {}, "has a certificate that was not expected"),
    "failures.NO_TLS": ("https to a server of http", {}, "could not be reached securely (TLS)"),
    "failures.PROXY_SILENT": ("HTTP_PROXY of nobody", {}, "could not be reached: the proxy does not answer"),
    "failures.PROXY_REFUSED": ("a proxy that says no", {}, "could not be reached: the proxy refused"),
    "failures.PROXY_LOGIN": ("407", {}, "could not be reached: the proxy wants a login (HTTP 407)"),
    "failures.CUT_OFF": ("a cut body", {}, "sent an answer that was cut off or could not be unpacked"),
    "failures.BAD_REDIRECT": ("Location: mailto:", {}, "redirected to something that is not a web address"),
    "failures.NOT_HTTP_ADDRESS": ("file:///etc/passwd", {}, "has an address that is not http or https"),
    "failures.NOT_URL": ("http://[::1", {}, "has an address that is not a URL"),
    "failures.NOT_HTTP": ("an SSH server", {}, "answered with something that is not valid HTTP"),
    "failures.RATE_LIMITED": (
        "429 with Retry-After",
        {"status": 429, "when": ", try again in 7 s"},
        "is limiting requests (HTTP 429), try again in 7 s",
    ),
    "failures.SERVER_ERROR": ("503", {"status": 503, "when": ""}, "had an internal error (HTTP 503)"),
    "failures.REJECTED": ("404", {"status": 404}, "did not accept the request (HTTP 404)"),
    "failures.RETRY_IN": ("Retry-After: 7", {"duration": "7 s"}, ", try again in 7 s"),
    "failures.ANSWERED_WITH": (
        "403 with a CAPTCHA",
        {"failure": "did not accept the request (HTTP 403)", "page": "a CAPTCHA"},
        "did not accept the request (HTTP 403): it answered with a CAPTCHA",
    ),
    "failures.OFFLINE": ("--offline", {}, "was not asked: offline"),
    "failures.PAUSED": (
        "a service that failed five times",
        {"failures": 5, "duration": "28 s"},
        "paused after 5 failures; retrying in 28 s",
    ),
    "failures.PAUSED_TRYING": (
        "another request tries it now",
        {"failures": 5},
        "paused after 5 failures; retrying now",
    ),
    "failures.LIMIT_REACHED": (
        "a limit a day is used up",
        {"duration": "15 h"},
        "was not asked: its limit allows the next request in 15 h",
    ),
    "failures.BUSY": (
        "all its connections are in use",
        {},
        "was not asked: as many requests as it allows at once were under way",
    ),
    "failures.BUDGET_SPENT": (
        "the fifteenth request to the web",
        {},
        "was not asked: this question has sent all the requests that one may",
    ),
    "failures.NO_TIME_LEFT": ("the deadline is over", {}, "was not asked: there was no time left for it"),
    "failures.NO_ENGINE": (
        "every search engine fails",
        {"failures": "Mojeek timed out"},
        "found no search engine that answers: Mojeek timed out",
    ),
    "failures.HAS_A_BUG": ("a plug-in raises", {"error": "KeyError"}, "has a bug (KeyError): its trace is in the log"),
    "failures.NOT_SET_UP": ("no encyclopedia yet", {}, "is not set up"),
    "failures.SEARCHES_FAILED": (
        "one topic of three fails",
        {"failed": 1, "asked": 3, "reasons": "timed out"},
        "1 of 3 searches failed: timed out",
    ),
    "failures.SEARCHES_NOT_SENT": (
        "one topic of three comes too early",
        {"reasons": "was not asked: offline", "n": 1, "asked": 3},
        "was not asked: offline (1 of 3 searches)",
    ),
    "command_line.WELCOME": ("a chat begins", {}, "Ask a question. /help lists the commands, Ctrl-D leaves."),
    "command_line.OFFER_SETUP": (
        "a chat begins without parts",
        {},
        "The built-in models and the offline encyclopedia are not here yet: /setup downloads them once (150 MB, about "
        "3 minutes). Until then, answers come from the web.",
    ),
    "command_line.STOPPED": ("Ctrl-C before a word was written", {}, "stopped"),
    "command_line.SERVING": (
        "research-agent serve on a terminal",
        {},
        "Open this address in a browser; it stays the same. Ctrl-C stops the server.",
    ),
    "command_line.STOPPED_AND_KEPT": ("Ctrl-C in an answer", {}, "stopped; what was written is kept"),
    "command_line.STOPPING": ("Ctrl-C, and something must end first", {}, "stopping"),
    "command_line.STARTING": ("the first question, before all is open", {}, "sources, memory, models"),
    "command_line.NEXT_IN": ("/new trip", {"session": "trip"}, "The next question goes to session trip."),
    "command_line.NEXT_BEGINS": ("/new", {}, "The next question begins a session."),
    "command_line.NO_COMMAND": ("/nonsense", {"name": "/nonsense"}, "There is no command '/nonsense'."),
    "command_line.SEE_HELP": ("/nonsense", {}, "/help lists them. (A question may begin with a space, then a /.)"),
    "command_line.ASK_CONTACT": (
        "the first answer of Wikipedia",
        {"source": "Wikipedia"},
        "Wikipedia asks programs to name a contact. Type your email address or a URL to send with requests, "
        "or Enter for none. (Asked only once; a question is answered.)",
    ),
    "command_line.CONTACT_KEPT": (
        "an address was typed",
        {"contact": "me@example.org", "file": "config.toml"},
        "me@example.org is sent from now on. To change it, edit config.toml.",
    ),
    "command_line.CONTACT_NOT_KEPT": (
        "the folder of settings is read-only",
        {"file": "config.toml", "reason": "Permission denied"},
        "It could not be written to config.toml (Permission denied), so it will be asked again.",
    ),
    "command_line.PATH_AS_SESSION": (
        "--session ../../etc",
        {"name": "../../etc"},
        "'../../etc' is a path, not the name of a session.",
    ),
    "command_line.NAME_A_SESSION": (
        "--session ../../etc",
        {},
        "Use a plain name, such as trip or 2026-plans; `research-agent sessions list` shows yours.",
    ),
    "diagnostics.ANY_QUESTION": ("a source of all kinds", {}, "any question"),
    "diagnostics.LIKE_ITS_EXAMPLES": ("a plug-in with examples alone", {}, "questions like its examples"),
    "diagnostics.ONLY_WHEN_NAMED": ("duckduckgo, which the source web asks", {}, "only when named"),
    "diagnostics.ASKED_FOR": ("doctor, of arXiv", {"scope": "science"}, "asked for: science"),
    "diagnostics.ASKED_BY_ENGINES": (
        "doctor, of the web",
        {},
        "general questions go to the search engines of web_search",
    ),
    "diagnostics.SILENT": ("doctor, of a silent service", {"seconds": 3.0}, "did not answer within 3 s"),
    "diagnostics.BROKEN": ("doctor, of a plug-in with a bug", {"error": "KeyError: 1"}, "is broken: KeyError: 1"),
    "command_line.DRAFT": ("the model writes", {}, "draft"),
    "command_line.BEING_WRITTEN": (
        "the model writes, and the terminal cannot go back",
        {},
        "being written, and checked sentence by sentence",
    ),
    "command_line.NOT_SUPPORTED": ("a sentence of the draft falls out", {}, "no source says it"),
    "command_line.NO_SESSIONS": ("/sessions, at first", {}, "No sessions yet. Ask a question to begin one."),
    "command_line.NO_SUCH_WORDS": (
        "sessions search quasar",
        {"words": "quasar"},
        "No session has all of these words: quasar",
    ),
    "command_line.MORE_SESSIONS": (
        "/sessions, and there are more than twenty",
        {"n": 3},
        "... and 3 more. Search them: /sessions WORDS",
    ),
    "command_line.OPEN_SESSION": ("/sessions", {}, "Open one: /new ID"),
    "command_line.RENAMED": (
        "/rename Iceland",
        {"session": "trip", "title": "Iceland"},
        "Session trip is now called 'Iceland'.",
    ),
    "command_line.NOTHING_TO_RENAME": ("/rename", {}, "There is no session or no title to give."),
    "command_line.RENAME_LIKE_THIS": ("/rename", {}, "After a question: /rename Trip to Iceland"),
    "command_line.NOTHING_REMOVED": ("/removed", {}, "Nothing was removed from the last draft."),
    "command_line.SETTING_KEPT": (
        "config set lang de",
        {"name": "lang", "file": "config.toml"},
        "lang is set in config.toml.",
    ),
    "command_line.SETTING_REMOVED": (
        "config unset lang",
        {"name": "lang", "file": "config.toml"},
        "lang is no longer set in config.toml.",
    ),
    "command_line.SETTING_OVERRULED": (
        "config set, and the variable is set",
        {"variable": "RESEARCH_AGENT_LANG"},
        "RESEARCH_AGENT_LANG is set too, and wins: unset it in your shell.",
    ),
    "command_line.NO_SETTING": ("config get langg", {"name": "langg"}, "There is no setting 'langg'."),
    "command_line.DID_YOU_MEAN": ("config get langg", {"name": "lang"}, "Did you mean lang?"),
    "command_line.LIST_SETTINGS": ("config get qqqqqq", {}, "See: research-agent config get"),
    "command_line.NOT_PRIVATE": (
        "config set openai_api_key in a file of mode 644",
        {"file": "config.toml"},
        "config.toml may be read by others, so no secret is written to it.",
    ),
    "command_line.NOT_WRITTEN": (
        "config set in a read-only folder",
        {"file": "config.toml", "reason": "Permission denied"},
        "config.toml could not be written: Permission denied.",
    ),
    "command_line.KEEP_COMPLETION": (
        "completion fish",
        {"shell": "fish", "file": "FILE"},
        "To keep it: research-agent completion fish > FILE, and open a new shell.",
    ),
    "chat_models.NO_MODELS": ("models, at first", {}, "No chat model can be used here yet. Run: research-agent setup"),
    "chat_models.ELSEWHERE": ("models of a server elsewhere", {}, "runs elsewhere"),
    "chat_models.FITS": ("models that fit the memory", {}, "fits"),
    "chat_models.TOO_LARGE": ("models that do not", {}, "larger than this machine's memory"),
    "chat_models.OLLAMA_SILENT": ("models pull without Ollama", {"url": "U"}, "Ollama at U does not answer."),
    "chat_models.NOT_OLLAMA": ("models pull from a web page", {"url": "U"}, "What answers at U is not Ollama."),
    "chat_models.START_OLLAMA": (
        "models pull without Ollama",
        {},
        "Start it: ollama serve (https://ollama.com). The built-in model needs none: research-agent setup",
    ),
    "chat_models.NO_SUCH_MODEL": ("models pull llama33", {"name": "llama33"}, "Ollama knows no model 'llama33'."),
    "chat_models.SEE_MODELS": (
        "models pull llama33",
        {},
        "Names are listed at https://ollama.com/library, such as llama3.2.",
    ),
    "chat_models.PULL_REFUSED": (
        "models pull on a full disk",
        {"url": "U", "reason": "no space left"},
        "Ollama at U could not download it: no space left",
    ),
    "chat_models.PULL_BROKE_OFF": ("the network breaks", {"name": "llama3.2"}, "The download of llama3.2 broke off."),
    "chat_models.PULL_AGAIN": (
        "the network breaks",
        {"name": "llama3.2"},
        "Run it again: research-agent models pull llama3.2 goes on where it stopped.",
    ),
    "chat_models.PULLED": (
        "models pull llama3.2",
        {"name": "llama3.2"},
        "llama3.2 is there. Use it: research-agent ask --model ollama:llama3.2 QUESTION",
    ),
    "command_line.NO_PAGE": ("docs nope", {"name": "nope"}, "There is no page 'nope'."),
    "command_line.LIST_PAGES": ("docs nope", {}, "See: research-agent docs"),
    "command_line.NO_PAGES": (
        "docs, of a package without them",
        {},
        "No documentation was installed with the program; `research-agent man` has every command.",
    ),
    "command_line.NEEDS_UNIX": (
        "any command, on Windows",
        {},
        "research-agent runs on Linux and macOS. On Windows, use it in WSL2 (wsl --install), where it works as on "
        "Linux.",
    ),
}
