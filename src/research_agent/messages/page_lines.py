"""Lines of the page that are more than a label."""

from __future__ import annotations

from research_agent.messages import Message

BAD_ADDRESS = Message("This address is not part of this site.")
FOLLOW_LINK = Message("Follow a link instead.")
SEND_AGAIN = Message("Send it again from the page.")
LANG_OF_QUESTION = Message("Same as the question")
TOO_LARGE_HERE = Message("too large for this machine")
NO_FILES_CHOSEN = Message("No file was chosen.")
CHOOSE_FILES = Message("Choose one or more files.")
OWNERS_DOCUMENTS = Message("The documents on this server belong to its owner.")
ASK_OWNER = Message("Ask the owner.")
NO_LIBRARY = Message("There is no such library.")
ADD_DOCUMENT = Message("Add a document first.")
CHANGED_OR_GONE = Message("has changed since it was read, or is gone")
SYNC_LIBRARY = Message("Sync the library.")
NO_QUESTION = Message("The session has no question {n}.")
NO_QUOTE = Message("The answer does not quote that text.")
PAGE_FAILED = Message("The page {reason}.")
NO_IMAGES = Message("No image of the page can be shown: none is there, or of a size and kind that is shown.")
NO_IMAGE = Message("There is no such image.")
IMAGES_AGAIN = Message("Ask for the images of the page again.")
NO_SUCH_RUN = Message("That question is no longer being answered.")
IN_SESSIONS = Message("Its answer is among the sessions.")
FORMATS_ARE = Message("Available: {formats}.")
ASK_WITHOUT = Message("Ask again without {site}")
ANOTHER_SAYS = Message("Another text says")
OTHERS_SAY = Message("{n} other texts say")
OTHERS_SAY_COPIES = Message("{n} other texts ({independent}, counting copies once) say")
NOT_ASKED = Message("not asked")
WHAT_IS_NEW = Message("What is new")
