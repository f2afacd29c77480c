"""Search the notes of a note server: GET {base}/search?q=... -> {"notes": [{"id", "title", "html", "updated"}]}."""

from datetime import UTC, datetime

from research_agent.errors import BodyError, SourceNotReadyError
from research_agent.sources import Found, Limits, SourcePolicy, SourceSettings, Tools
from research_agent.types import Document, Topic


class Notes:
    """The notes that match a topic, best first, as the server ranks them."""

    name = "notes"
    title = "Notes"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=30),
        with_key=Limits(at_once=2, per_minute=300),
        key="optional",
        licence="© the team",
        attribution="author, link to the note",
        terms="https://notes.example/rules",
        kinds=frozenset({"general"}),
        fresh=600.0,
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.base = settings.url or ""
        self.headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}

    @property
    def usable(self) -> bool:
        """Whether the user named a server."""
        return bool(self.base)

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Ask the note server."""
        if not self.base:
            raise SourceNotReadyError("has no server", hint="Set RESEARCH_AGENT_NOTES_URL to its address.")
        body = await tools.client.get_json(f"{self.base}/search", params={"q": topic.text}, headers=self.headers)
        try:
            notes = body["notes"][:limit]
            texts = await tools.read.plain([note["html"] for note in notes])
            return Found([self.document(note, text) for note, text in zip(notes, texts, strict=True)])
        except (KeyError, TypeError) as error:
            raise BodyError("answered with something that is not a list of notes") from error

    def document(self, note: dict[str, str], text: str) -> Document:
        """One note; citations point into its text by offset."""
        return Document(
            source=self.name,
            title=note["title"],
            url=f"{self.base}/notes/{note['id']}",
            text=text,
            retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
            published=note.get("updated"),
            licence=self.policy.licence,
        )
