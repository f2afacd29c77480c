"""Why a source failed: each is the rest of a sentence that begins with the source's title."""

from __future__ import annotations

from research_agent.messages import Message

# The network.
DNS_FAILED = Message("could not be reached (DNS lookup failed)")
UNREACHABLE = Message("could not be reached")
NO_ROUTE = Message("could not be reached (no route)")
NETWORK_DOWN = Message("could not be reached (no network)")
REFUSED = Message("refused the connection")
RESET = Message("reset the connection")
BROKEN = Message("dropped the connection")
CLOSED = Message("closed the connection without an answer")
TIMED_OUT = Message("timed out")
TIMED_OUT_AFTER = Message("timed out after {seconds:g} s")

# TLS and proxies.
BAD_CERTIFICATE = Message("has a certificate that is not valid")
WRONG_CERTIFICATE = Message("has a certificate that was not expected")
NO_TLS = Message("could not be reached securely (TLS)")
PROXY_SILENT = Message("could not be reached: the proxy does not answer")
PROXY_REFUSED = Message("could not be reached: the proxy refused")
PROXY_LOGIN = Message("could not be reached: the proxy wants a login (HTTP 407)")

# Answers that are none.
CUT_OFF = Message("sent an answer that was cut off or could not be unpacked")
BAD_REDIRECT = Message("redirected to something that is not a web address")
NOT_HTTP_ADDRESS = Message("has an address that is not http or https")
NOT_URL = Message("has an address that is not a URL")
NOT_HTTP = Message("answered with something that is not valid HTTP")
RATE_LIMITED = Message("is limiting requests (HTTP {status}){when}")
SERVER_ERROR = Message("had an internal error (HTTP {status}){when}")
REJECTED = Message("did not accept the request (HTTP {status})")
RETRY_IN = Message(", try again in {duration}")
ANSWERED_WITH = Message("{failure}: it answered with {page}")

# Not asked.
OFFLINE = Message("was not asked: offline")
PAUSED = Message("paused after {failures} failures; retrying in {duration}")
PAUSED_TRYING = Message("paused after {failures} failures; retrying now")
LIMIT_REACHED = Message("was not asked: its limit allows the next request in {duration}")
BUSY = Message("was not asked: as many requests as it allows at once were under way")
BUDGET_SPENT = Message("was not asked: this question has sent all the requests that one may")
NO_TIME_LEFT = Message("was not asked: there was no time left for it")
NO_ENGINE = Message("found no search engine that answers: {failures}")
HAS_A_BUG = Message("has a bug ({error}): its trace is in the log")
NOT_SET_UP = Message("is not set up")
SEARCHES_FAILED = Message("{failed} of {asked} searches failed: {reasons}")
SEARCHES_NOT_SENT = Message("{reasons} ({n} of {asked} searches)")
PROXY_UNUSABLE = Message("could not be reached: {route}")
REDIRECTS_TOO_OFTEN = Message("redirected more than {MAX_REDIRECTS} times")
LEAVE_OUT_OFFLINE = Message("Leave out --offline.")
UNKNOWN_PACKING = Message("sent an answer packed in a way that is not known ({encoding!r})")
TOO_LARGE = Message("answered with more than {limit} MB, which is not read")
REDIRECTED_POST = Message("redirected a search that was posted to it")
NOT_PUBLIC = Message("leads to {place}, which is not on the public internet")
ONLY_YOURS = Message("Only base URLs that you set may be local: RESEARCH_AGENT_<SOURCE>_URL.")
ASK_AGAIN = Message("Ask again then, or ask other sources.")
OTHER_THAN_ASKED = Message("answered with {kind}, not with what was asked for")
UNDECODABLE = Message("answered with text that cannot be decoded")
REDIRECTED_ELSEWHERE = Message("redirected to an address that is not http or https")
REDIRECTED_AWAY = Message("redirected to another place{place}")
REDIRECTED_TO_HTTP = Message("redirected from https to http")
NOTHING_STORED = Message("offline, nothing stored")
