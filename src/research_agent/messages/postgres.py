"""Lines about libraries in Postgres: what cannot be reached, read or written there, and what to do."""

from __future__ import annotations

from research_agent.messages import Message

CALLED = Message("The library {name} at {place}")
LATE = Message("{library} did not answer within {seconds:g} s.")
REFUSED = Message("{library} does not accept user or password.")
GIVE_PASSWORD = Message("Put the password into ~/.pgpass, or name another user in the address.")
NO_DATABASE = Message("{library} cannot be opened: there is no such database.")
MAKE_DATABASE = Message("Make it: createdb NAME")
NOT_PERMITTED = Message("{library} may not be read or written by this user.")
GRANT = Message("Who keeps the database may GRANT CREATE ON it, or all rights on the schema {schema} and its tables.")
READ_ONLY = Message("{library} is read-only: it may be searched, not changed.")
WRITE_ELSEWHERE = Message("Write on the server that this one is a copy of.")
DISK_FULL = Message("{library} cannot be written: the disk of the server is full.")
FREE_SPACE = Message("Free some space there; what was read is safe.")
OVERLOADED = Message("{library} cannot be used now: the server has no connections or memory left.")
TRY_LATER = Message("Try again later.")
LOCKED = Message("{library} was locked by another program for {seconds} s.")
TOO_LARGE = Message("{library} cannot hold a text that large.")
SPLIT_IT = Message("Split the document: one may have at most 1 GB of text.")
NOT_ACCEPTED = Message("{library} does not accept the connection: {said}.")
LOOK_AT_ADDRESS = Message("Look at user, password and database in the address; the password is best kept in ~/.pgpass.")
UNREACHABLE = Message("{library} cannot be reached: {said}.")
START_SERVER = Message("Start the server, or look at the address: research-agent library list")
FAILED = Message("{library} cannot be read or written: {said}.")
SEE_SERVER_LOG = Message("The log of the server says more.")
LOST_AT_COMMIT = Message("{library} was lost while it was written.")
DO_IT_AGAIN = Message("Nothing is half written; do it again.")
OLD_SERVER = Message("{library} is on a server of version {version}.")
NEWER_SERVER = Message("Use Postgres {oldest} or newer.")
NOT_THERE = Message("{library} is not there any more: it was deleted for all.")
FORGET_OR_MAKE = Message(
    "Forget it: research-agent library delete {name}; or make it anew: research-agent library add PATH --store ADDRESS"
)
NEWER_LIBRARY = Message(
    "{library} was written by a newer version of research-agent: it is at version {version}, "
    "this program reads {known}."
)
UPDATE = Message("Update research-agent; the library was left as it is.")
OLDER_LIBRARY = Message(
    "{library} was made by an earlier version of research-agent, and this user may not bring it to this one."
)
OPEN_AS_MAKER = Message(
    "Open it once as the user who made it: research-agent library list; till then it may be searched."
)
NO_ADDRESS = Message("That is no address of a Postgres database.")
SUCH_AS = Message("Such as postgresql://user@host:5432/database; the password is best kept in ~/.pgpass.")
NAME_TOO_LONG = Message("The name {name!r} is too long for a library in Postgres.")
NO_EXTRA = Message("A library is in Postgres, but the package for it is not installed.")
UNREADABLE_ENTRY = Message("{path}, which says where the library is, cannot be read ({kind}).")
SAY_IT_AGAIN = Message("Say it again: research-agent library add --store ADDRESS --library {name}")
IN_A_FILE = Message("There is a library {name!r} in a file of this computer.")
ANOTHER_NAME = Message("Choose another name: --library NAME")
ANOTHER_STORE = Message("The library {name!r} is at {place}.")
FORGET_FIRST = Message("Choose another name, or forget that one: research-agent library delete {name}")
MADE = Message("Made the library {name} at {place}.")
JOINED = Message("The library {name} is at {place}: {documents} documents, {passages} passages.")
FORGOTTEN = Message("Forgot {name}. It stays at {place} for others.")
DELETE_FOR_ALL = Message("To delete it for all: add it again, then research-agent library delete {name} --for-all")
DELETED_FOR_ALL = Message("Deleted the library {name} for all.")
NOT_SHARED = Message("{name!r} is in a file of this computer, not in Postgres.")
WITHOUT_FOR_ALL = Message("Leave out --for-all.")
SEARCHED_WITHOUT = Message("was searched without one library: {reason}")
WITH_PGVECTOR = Message("PostgreSQL {version}, pgvector {pgvector}")
WITHOUT_PGVECTOR = Message(
    "PostgreSQL {version} without pgvector 0.7 or newer: meaning is compared somewhat slower. To have it: install "
    "pgvector on the server, then CREATE EXTENSION vector in the database"
)
