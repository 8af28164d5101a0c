/** What a bot offers for the words after its name; one of it goes into a chat. */

import { apps } from "../api/client";
import type { InlineResult, User } from "../api/types";
import type { Phone } from "../device/phone";
import { make } from "../dom/make";
import { chooseChat } from "./choose_chat";
import { Sheet } from "./sheet";

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
  const chosen = await choose(phone, bot, results);
  if (chosen === null) return;
  const key = chatKey ?? (await chooseChat(phone, phone.word("share_title"), phone.store.listed()))?.key;
  if (!key) return;
  await apps.inline(bot.id, phone.person.id, query, key, chosen);
  await phone.open(key);
}

function choose(phone: Phone, bot: User, results: InlineResult[]): Promise<number | null> {
  return new Promise((resolve) => {
    const title = phone.word("inline_title", { name: bot.first_name });
    const rows = results.map((result, at) =>
      make(
        "button.row",
        {
          onclick: () => {
            sheet.close();
            resolve(at);
          },
        },
        resultCard(result),
      ),
    );
    const sheet: Sheet = new Sheet(
      phone,
      { label: title, look: "bottom", onDismiss: () => resolve(null) },
      make("h3.sheet-title", {}, title),
      make("div.rows", {}, ...rows),
    );
  });
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
