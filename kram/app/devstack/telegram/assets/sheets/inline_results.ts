/** What a bot offers for the words after its name; one of it goes into a chat. */

import { apps } from "../api/client";
import type { InlineResult, User } from "../api/types";
import type { Phone } from "../device/phone";
import { make } from "../dom/make";
import { choose, chooseChat } from "./choose";

export async function shareInline(
  phone: Phone,
  bot: User,
  query: string,
  chatKey: string | null,
): Promise<void> {
  const results = await apps.inline(bot.id, phone.person.id, query);
  if (!results.length) {
    phone.toast(phone.word("inline_empty"));
    return;
  }
  const title = phone.word("inline_title", { name: bot.first_name });
  const chosen = await choose(phone, title, results, (result) => [resultCard(result)]);
  const key = chosen && (chatKey ?? (await chooseChat(phone))?.key);
  if (!key) return;
  await apps.inline(bot.id, phone.person.id, query, key, results.indexOf(chosen));
  await phone.open(key);
}

/** A result as it will look, in short. */
export function resultCard(result: InlineResult): HTMLElement {
  const text = result.description ?? result.caption ?? result.input_message_content?.message_text ?? "";
  return make(
    "span.row-text",
    {},
    make("strong", {}, result.title ?? text.slice(0, 40)),
    make("span.row-preview", {}, text.replace(/<[^>]*>/g, "")),
  );
}
