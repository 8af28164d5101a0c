/** One message with its keyboard. */

import type { Message } from "../api/types";
import { clock } from "../chats/time";
import { icon } from "../dom/icons";
import { make, type Child } from "../dom/make";
import { answered } from "./answered";
import { formatted } from "./entities";
import { inlineKeyboard } from "./inline_keyboard";
import { media } from "./media";
import type { Talk } from "./talk";

interface Place {
  mine: boolean;
  before: Message | null;
}

const TOGETHER_SECONDS = 600;

export function bubble(talk: Talk, message: Message, { mine, before }: Place): HTMLElement {
  const joined =
    before?.from?.id === message.from?.id && message.date - (before?.date ?? 0) < TOGETHER_SECONDS;
  const picture = media(talk, message);
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities ?? [];
  const body = make(
    "div.bubble",
    { "data-bare": message.photo !== undefined && !text },
    ...heads(talk, message, mine || joined),
    picture,
    text ? make("div.bubble-text", {}, ...formatted(talk, text, entities)) : null,
    stamp(talk, message, mine),
  );
  body.addEventListener("dblclick", () => talk.emit("reply", message));
  return make(
    "div.message",
    { "data-mine": mine, "data-joined": joined, "data-id": message.message_id },
    body,
    inlineKeyboard(talk, message),
  );
}

/** Whose it is, where it comes from, what it answers. */
function heads(talk: Talk, message: Message, skipName: boolean): Child[] {
  const { phone, chat } = talk;
  const lines: Child[] = [];
  const name = message.from?.first_name ?? "";
  if (chat.type !== "private" && !skipName) {
    const color = String(Math.abs(message.from?.id ?? 0) % 7);
    lines.push(make("span.bubble-author", { "data-color": color }, name));
  }
  if (message.via_bot) {
    lines.push(make("span.bubble-via", {}, `${phone.word("via")} @${message.via_bot.username}`));
  }
  if (message.forward_origin) {
    const from = origin(message.forward_origin);
    lines.push(make("span.bubble-via", {}, phone.word("forwarded_from", { name: from })));
  }
  if (message.reply_to_message) lines.push(answered(message.reply_to_message, phone));
  return lines;
}

function origin(value: Record<string, unknown>): string {
  const chat = value["chat"] as { title?: string } | undefined;
  const user = value["sender_user"] as { first_name?: string } | undefined;
  return chat?.title ?? user?.first_name ?? String(value["sender_user_name"] ?? "");
}

function stamp(talk: Talk, message: Message, mine: boolean): HTMLElement {
  const { phone } = talk;
  return make(
    "span.stamp",
    {},
    message.edit_date ? `${phone.word("edited")} ` : null,
    make("time", {}, clock(message.date, phone.language)),
    mine ? icon("check", 14) : null,
  );
}
