"""Search the notes of a note server: GET {base}/search?q=... -> {"notes": [{"id", "title", "text", "updated"}]}."""

from datetime import UTC, datetime

from research_agent.errors import BodyError, SourceNotReadyError
from research_agent.sources import Found, SourceSettings, Tools
from research_agent.types import Document, Topic


class Notes:
    """The notes that match a topic, best first, as the server ranks them."""

    name = "notes"
    title = "Notes"
    live = True

    def __init__(self, settings: SourceSettings) -> None:
        self.base = settings.url

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Ask the note server."""
        if self.base is None:
            raise SourceNotReadyError("has no server", hint="Set RESEARCH_AGENT_NOTES_URL to its address.")
        body = await tools.client.get_json(f"{self.base}/search", params={"q": topic.text})
        try:
            return Found([self.document(note) for note in body["notes"][:limit]])
        except (KeyError, TypeError) as error:
            raise BodyError("answered with something that is not a list of notes") from error

    def document(self, note: dict[str, str]) -> Document:
        """One note; its text stays exactly as it came, because citations point into it by offset."""
        return Document(
            source=self.name,
            title=note["title"],
            url=f"{self.base}/notes/{note['id']}",
            text=note["text"],
            retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
            published=note.get("updated"),
        )
