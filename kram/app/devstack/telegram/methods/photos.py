"""sendPhoto, sendDocument, sendMediaGroup, getFile: messages with files."""

import secrets
from typing import Any

import httpx

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.formatting.text import FormattedText
from kram.app.devstack.telegram.methods.arguments import Arguments, Upload
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.messages import caption_text
from kram.app.devstack.telegram.methods.sending import send, start_message
from kram.app.devstack.telegram.wire.media import Document, File, PhotoSize
from kram.app.devstack.telegram.wire.messages import Message

MAX_URL_BYTES = 20 * 1024 * 1024
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
FETCH_SECONDS = 10.0
ALBUM_SIZES = range(2, 11)


@method("sendPhoto")
async def send_photo(call: Call) -> Message:
    chat, message = start_message(call)
    caption = caption_text(call.arguments)
    message.photo = await photo_of(call, "photo")
    message.caption, message.caption_entities = caption.text or None, caption.entities_or_none
    return send(call, chat, message)


@method("sendDocument")
async def send_document(call: Call) -> Message:
    chat, message = start_message(call)
    caption = caption_text(call.arguments)
    message.document = await _document_of(call, "document")
    message.caption, message.caption_entities = caption.text or None, caption.entities_or_none
    return send(call, chat, message)


@method("sendMediaGroup")
async def send_media_group(call: Call) -> list[Message]:
    """An album of photos and documents."""
    items = call.arguments.struct("media", list[dict[str, Any]], "media") or []
    if len(items) not in ALBUM_SIZES:
        raise bad_request("wrong number of items in the album; 2-10 expected")
    group_id = str(secrets.randbits(60))
    prepared = [await _album_item(call, item) for item in items]
    sent = []
    for photo, document, caption in prepared:
        chat, message = start_message(call)
        message.media_group_id, message.photo, message.document = group_id, photo, document
        message.caption, message.caption_entities = caption.text or None, caption.entities_or_none
        sent.append(send(call, chat, message))
    return sent


@method("getFile")
async def get_file(call: Call) -> File:
    stored = call.world.files.get(call.arguments.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return File(
        file_id=stored.file_id,
        file_unique_id=stored.unique_id,
        file_size=stored.size,
        file_path=stored.path,
    )


async def photo_of(call: Call, name: str) -> list[PhotoSize]:
    """The photo in a field: an upload, a file id, or an address to fetch it from."""
    upload = call.arguments.upload(name)
    if upload is not None:
        return call.telegram.files.add_photo(upload.content)
    reference = call.arguments.text(name)
    if not reference:
        raise bad_request("there is no photo in the request")
    known = call.telegram.files.photo(reference)
    return known or call.telegram.files.add_photo((await _fetched(reference)).content)


async def photo_of_media(call: Call) -> tuple[list[PhotoSize], FormattedText]:
    """The photo and caption of an InputMediaPhoto in the field `media`."""
    item = call.arguments.struct("media", dict[str, Any], "media") or {}
    photo, _, caption = await _album_item(call, item)
    if photo is None:
        raise bad_request("media of this type can't be used here")
    return photo, caption


async def _album_item(
    call: Call, item: dict[str, Any]
) -> tuple[list[PhotoSize] | None, Document | None, FormattedText]:
    inner = Call(call.telegram, call.bot, Arguments(item, call.arguments.uploads))
    caption = caption_text(inner.arguments)
    match item.get("type"):
        case "photo":
            return await photo_of(inner, "media"), None, caption
        case "document":
            return None, await _document_of(inner, "media"), caption
        case _:
            raise bad_request("can't parse InputMedia: unsupported media type")


async def _document_of(call: Call, name: str) -> Document:
    upload = call.arguments.upload(name)
    if upload is not None:
        return call.telegram.files.add_document(upload.content, upload.name)
    reference = call.arguments.text(name)
    if not reference:
        raise bad_request("there is no document in the request")
    known = call.telegram.files.document(reference)
    if known is not None:
        return known
    fetched = await _fetched(reference)
    return call.telegram.files.add_document(fetched.content, fetched.name)


async def _fetched(address: str) -> Upload:
    if not address.startswith(("http://", "https://")):
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    try:
        async with httpx.AsyncClient(timeout=FETCH_SECONDS, trust_env=False) as client:
            answer = await client.get(address, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise bad_request("failed to get HTTP URL content") from error
    if answer.status_code != httpx.codes.OK:
        raise bad_request("failed to get HTTP URL content")
    if len(answer.content) > MAX_URL_BYTES:
        raise bad_request("file is too big")
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise bad_request("wrong type of the web page content")
    return Upload(answer.url.path.rsplit("/", 1)[-1], answer.content)
