"""XML without entities: nothing outside the text is ever read, and nothing grows."""

from collections.abc import Callable
from xml.parsers import expat

from core.io.file_bytes import FileBytes, printable

Start = Callable[[str, dict[str, str], int], None]
"""Called with the local name of an element, its attributes by local name, and its line."""


def parse_xml(
    source: FileBytes,
    text: bytes,
    what: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    """Walk through an XML text.

    Parameters
    ----------
    source : FileBytes
        The file, for messages.
    text : bytes
        The XML.
    what : str
        Name of the part of the file; empty for all of it.
    start, end, characters : callable
        Called at each beginning and end of an element, and with the text in it.

    Raises
    ------
    InputError
        If the text is not well-formed, or declares a document type (which could name entities).
    """
    place = f"{printable(what)}, " if what else ""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 20
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def forbid(*_: object) -> None:
        reason = "declares a document type (DOCTYPE), which may name other files"
        raise source.error(reason, f"{place}line {parser.CurrentLineNumber}", "Remove the DOCTYPE.")

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rsplit(":", 1)[1]
        if any(":" in key for key in attributes):
            attributes = {key.rsplit(":", 1)[-1]: value for key, value in attributes.items()}
        start(name, attributes, parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    parser.StartElementHandler = on_start
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rsplit(":", 1)[-1])
    if characters is not None:
        parser.CharacterDataHandler = characters
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        reason = f"the XML is broken: {expat.ErrorString(error.code)}"
        where = f"{place}line {error.lineno}, column {error.offset + 1}"
        raise source.error(reason, where, "The file is cut short or damaged; export it again.") from None
    except (LookupError, ValueError) as error:  # an encoding that is not known, or bytes that it does not have
        raise source.error(
            f"the XML is broken: {printable(str(error), 80)}", place.rstrip(", "), "Export it again."
        ) from None
